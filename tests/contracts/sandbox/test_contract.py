"""The contract of ``ports.sandbox``."""

from __future__ import annotations

import asyncio
import time

import pytest

from charthouse.ports.sandbox import Crashed, OverBudget, Sandbox

from .conftest import SECONDS

ABSURD = b"bytes(1 << 62)"  # more memory than any machine has


async def test_answers(sandbox: Sandbox) -> None:
    assert await sandbox.run(b"b'an' + b'swer'", SECONDS) == b"answer"
    assert await sandbox.run(b"b''", SECONDS) == b""


async def test_passes_any_bytes(sandbox: Sandbox) -> None:
    large = bytes(range(256)) * 20_000
    assert await sandbox.run(repr(large).encode(), SECONDS) == large


async def test_answers_each_with_its_own(sandbox: Sandbox) -> None:
    answers = await asyncio.gather(*(sandbox.run(b"b'%d'" % number, SECONDS) for number in range(40)))
    assert answers == [b"%d" % number for number in range(40)]


async def test_ends_at_the_deadline(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with pytest.raises(OverBudget, match=r"longer than 0\.5 seconds"):
        await sandbox.run(b"__import__('time').sleep(3)", 0.5)
    assert time.monotonic() - began < 2
    assert await sandbox.run(b"b'next'", SECONDS) == b"next"


async def test_refuses_more_memory(sandbox: Sandbox) -> None:
    with pytest.raises(OverBudget, match="memory"):
        await sandbox.run(ABSURD, SECONDS)
    assert await sandbox.run(b"b'next'", SECONDS) == b"next"


async def test_tells_of_a_failure(sandbox: Sandbox) -> None:
    with pytest.raises(Crashed, match="ZeroDivisionError: division by zero"):
        await sandbox.run(b"1 / 0", SECONDS)
    assert await sandbox.run(b"b'next'", SECONDS) == b"next"


async def test_a_bad_one_disturbs_no_other(sandbox: Sandbox) -> None:
    bad = [b"1 / 0", ABSURD]
    requests = [bad[number % 2] if number % 4 == 0 else b"b'fine'" for number in range(24)]
    answers = await asyncio.gather(
        *(sandbox.run(request, SECONDS) for request in requests), return_exceptions=True
    )
    for request, answer in zip(requests, answers, strict=True):
        if request in bad:
            assert isinstance(answer, (OverBudget, Crashed))
        else:
            assert answer == b"fine"
