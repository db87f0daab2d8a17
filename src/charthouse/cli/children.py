"""Processes that work beside an embedded registry's server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click
import msgspec

from .kit import run

T = TypeVar("T")

_START = 3.0  # seconds that the server gets to itself, for its first answers
_RESTART = 1.0  # seconds before a child that died is replaced; longer when it dies again and again
_LONG = 60.0  # seconds: the longest such wait, and how long a child must have lived for a short one
_STOP = 15.0  # seconds that the child has to end


class ChildProcess:
    """What works beside an embedded registry's server: a child process, replaced when it dies.

    It runs ``module`` with this process's id as its argument, and gets ``orders`` by its standard input, since they
    may hold secrets. ``what`` is what to call it.
    """

    def __init__(self, module: str, orders: bytes, what: str) -> None:
        self._module = module
        self._orders = orders
        self._what = what
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, and leaves the first seconds to the server."""
        self._thread.start()

    def stop(self) -> None:
        """End the child; returns when it is gone."""
        with self._starting:
            self._stopping.set()
            child = self._child
        if child is not None:
            child.terminate()
            try:
                child.wait(_STOP)
            except subprocess.TimeoutExpired:
                child.kill()
        self._thread.join()

    def _supervise(self) -> None:
        delay = _START
        while not self._stopping.wait(delay):
            began = time.monotonic()
            with self._starting:
                if self._stopping.is_set():
                    return
                child = self._child = self._spawn()
            status = child.wait()
            if not self._stopping.is_set():
                click.echo(f"The process of {self._what} ended ({status}): starting it again", err=True)
            delay = _RESTART if time.monotonic() - began > _LONG else min(2 * delay, _LONG)

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start a child and hand it the orders by a pipe."""
        command = [sys.executable, "-P", "-m", self._module, str(os.getpid())]
        child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 -- this very program
        assert child.stdin is not None  # noqa: S101 -- asked for above
        with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
            pipe.write(self._orders)
        return child


def orders_of(settings: Any) -> bytes:
    """Return settings, or what holds them, as a child gets them."""
    return msgspec.json.encode(settings, enc_hook=str)


def orders_from(content: bytes, kind: type[T]) -> T:
    """Return what ``orders_of`` was given."""
    return msgspec.json.decode(content, type=kind, dec_hook=lambda kind, text: kind(text))


def be_child(work: Callable[[bytes, int], Coroutine[Any, Any, None]]) -> None:
    """Be a child: run ``work`` with the orders and the parent's id; the server's work goes before it."""
    orders = sys.stdin.buffer.read()
    os.nice(5)
    try:
        run(work(orders, int(sys.argv[1])))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


async def watch(parent: int, stop: asyncio.Event) -> None:
    """Set ``stop`` when the parent is gone, however it ended: no signal tells that everywhere."""
    while os.getppid() == parent:  # noqa: ASYNC110 -- the system's word, no event
        await asyncio.sleep(1)
    stop.set()
