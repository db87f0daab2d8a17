"""Slows down guessing: after each wrong password the next try must wait longer.

The delay is Quay's, 0.5 s * (2**n - 1) after n failures in a row, up to a minute. It is kept for a peer's address
and a name together: a stranger who guesses at a name cannot lock its owner out. Kept in memory, in each process.
"""

from __future__ import annotations

import ipaddress
import math

from charthouse.model.errors import TooManyRequests
from charthouse.ports.clock import Clock

_STEP_MS = 500
_LONGEST_MS = 60_000
_FORGOTTEN_MS = 15 * 60_000
_DOUBLINGS = 8  # 0.5 s * 2**8 is beyond the longest delay: no need to count on

Key = tuple[str, str]


class Throttle:
    """Failures in a row of each (peer, name); the least recent are forgotten beyond ``capacity``."""

    def __init__(self, clock: Clock, *, capacity: int = 10_000) -> None:
        self._clock = clock
        self._capacity = capacity
        self._failures: dict[Key, tuple[int, int]] = {}

    def attempt(self, peer: str, name: str) -> None:
        """Allow a try and count it as failed until ``succeeded``; raises TooManyRequests when it is too early.

        Counting first is what makes tries at the same moment wait for each other.
        """
        key = (network_of(peer), name)
        now = self._clock.now_ms()
        count, last_ms = self._failures.pop(key, (0, 0))
        if now - last_ms > _FORGOTTEN_MS:
            count = 0
        wait_ms = last_ms + min(_STEP_MS * (2**count - 1), _LONGEST_MS) - now
        if wait_ms > 0:
            self._failures[key] = (count, last_ms)
            seconds = math.ceil(wait_ms / 1000)
            raise TooManyRequests(f"Too many login attempts. Please try again in {seconds} seconds.", seconds)
        if len(self._failures) >= self._capacity:
            del self._failures[next(iter(self._failures))]
        self._failures[key] = (min(count + 1, _DOUBLINGS), now)

    def succeeded(self, peer: str, name: str) -> None:
        """Forget the failures of this peer at this name."""
        self._failures.pop((network_of(peer), name), None)


class Allowance:
    """So many of something for each network in a stretch of time; the least recent are forgotten beyond ``capacity``."""

    def __init__(self, clock: Clock, most: int, every_ms: int, *, capacity: int = 10_000) -> None:
        self._clock = clock
        self._most = most
        self._every_ms = every_ms
        self._capacity = capacity
        self._taken: dict[str, tuple[int, int]] = {}

    def take(self, peer: str) -> None:
        """Count one; raises TooManyRequests when none is left."""
        network, now = network_of(peer), self._clock.now_ms()
        since_ms, count = self._taken.pop(network, (now, 0))
        if now - since_ms >= self._every_ms:
            since_ms, count = now, 0
        if len(self._taken) >= self._capacity:
            del self._taken[next(iter(self._taken))]
        self._taken[network] = (since_ms, min(count + 1, self._most))
        if count >= self._most:
            seconds = math.ceil((since_ms + self._every_ms - now) / 1000)
            raise TooManyRequests(f"Too many requests. Please try again in {seconds} seconds.", seconds)


def network_of(peer: str) -> str:
    """Return what one host can't easily leave: its IPv4 address, or the /64 of its IPv6 address."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
