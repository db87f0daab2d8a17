"""Guessing gets slower for the guesser, and for nobody else."""

from __future__ import annotations

import pytest

from charthouse.model.errors import TooManyRequests
from charthouse.services.identity.throttle import Allowance, Throttle, network_of
from tests.support.clock import ManualClock


def wait_of(throttle: Throttle, peer: str, name: str) -> int:
    with pytest.raises(TooManyRequests) as refusal:
        throttle.attempt(peer, name)
    assert refusal.value.message.startswith("Too many login attempts.")
    return refusal.value.retry_after


def test_the_delay_grows_to_a_minute() -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(9):
        throttle.attempt("192.0.2.1", "alice")
        waits.append(wait_of(throttle, "192.0.2.1", "alice"))
        clock.advance(60)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_refused_try_does_not_lengthen_the_wait() -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    throttle.attempt("192.0.2.1", "alice")
    wait_of(throttle, "192.0.2.1", "alice")
    clock.advance(0.5)
    throttle.attempt("192.0.2.1", "alice")


def test_others_are_not_held_up() -> None:
    throttle = Throttle(ManualClock())
    throttle.attempt("192.0.2.1", "alice")
    throttle.attempt("192.0.2.2", "alice")
    throttle.attempt("192.0.2.1", "bob")


def test_success_and_time_forget() -> None:
    clock = ManualClock()
    throttle = Throttle(clock)
    throttle.attempt("192.0.2.1", "alice")
    throttle.succeeded("192.0.2.1", "alice")
    for _ in range(5):
        throttle.attempt("192.0.2.1", "alice")
        clock.advance(60)
    clock.advance(15 * 60)
    throttle.attempt("192.0.2.1", "alice")
    assert wait_of(throttle, "192.0.2.1", "alice") == 1


def test_memory_is_bounded_and_the_least_recent_goes() -> None:
    clock = ManualClock()
    throttle = Throttle(clock, capacity=2)
    throttle.attempt("192.0.2.1", "a")
    throttle.attempt("192.0.2.1", "b")
    wait_of(throttle, "192.0.2.1", "a")
    throttle.attempt("192.0.2.1", "c")
    wait_of(throttle, "192.0.2.1", "a")
    throttle.attempt("192.0.2.1", "b")
    assert len(throttle._failures) == 2


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:0:1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
    ],
)
def test_an_ipv6_host_counts_with_its_network(peer: str, network: str) -> None:
    assert network_of(peer) == network


def test_an_allowance_is_of_a_network_and_comes_back() -> None:
    clock = ManualClock()
    allowance = Allowance(clock, 3, 60_000)
    for number in range(3):
        allowance.take(f"2001:db8::{number}")
    with pytest.raises(TooManyRequests) as refusal:
        allowance.take("2001:db8::ffff")
    assert refusal.value.retry_after == 60
    allowance.take("2001:db8:1::1")
    clock.advance(60)
    allowance.take("2001:db8::1")


def test_an_allowance_fills_no_memory() -> None:
    allowance = Allowance(ManualClock(), 1, 60_000, capacity=3)
    for number in range(100):
        allowance.take(f"192.0.2.{number}")
    assert len(allowance._taken) == 3
