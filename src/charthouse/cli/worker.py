"""``charthouse worker``: the background jobs, as a process of their own or as a child of ``charthouse serve``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
import msgspec

from charthouse.config.settings import Settings

from .kit import explained, run, settings_of
from .options import store_options

_START = 3.0  # seconds that the server gets to itself, for its first answers
_RESTART = 1.0  # seconds before a child that died is replaced; longer when it dies again and again
_LONG = 60.0  # seconds: the longest such wait, and how long a child must have lived for a short one
_STOP = 15.0  # seconds that the child has to end


@click.command()
@store_options
def worker(data: Path, config: Path | None) -> None:
    """Run the background jobs until interrupted.

    Collection, and the expiry of uploads, tokens and keys. `charthouse serve` without --config runs them itself;
    with a server database run one or more workers beside the servers: they share the work.
    """
    from charthouse.compose import prepare, warn_of_inert

    settings = settings_of(data, config)
    warn_of_inert(settings)
    with explained():
        prepare(settings)
    run(_work(settings, parent=None))


async def _work(settings: Settings, parent: int | None) -> None:
    """Run the jobs until a signal, or until the process ``parent`` is gone."""
    from charthouse.compose import Upkeep, opened
    from charthouse.telemetry.logs import configure

    configure(json=settings.access_log == "json")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watching = asyncio.create_task(_watch(parent, stop)) if parent is not None else None
    async with opened(settings) as registry:
        await Upkeep(registry).runner().run(stop)
    if watching is not None:
        watching.cancel()


async def _watch(parent: int, stop: asyncio.Event) -> None:
    """Set ``stop`` when the parent is gone, however it ended: no signal tells that everywhere."""
    while os.getppid() == parent:  # noqa: ASYNC110 -- the system's word, no event
        await asyncio.sleep(1)
    stop.set()


class ChildWorker:
    """The jobs beside an embedded registry's server: a child process, replaced when it dies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = msgspec.json.encode(settings, enc_hook=str)
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
                click.echo(
                    f"The process of the background jobs ended ({status}): starting it again", err=True
                )
            delay = _RESTART if time.monotonic() - began > _LONG else min(2 * delay, _LONG)

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start a child and hand it the settings by a pipe, since they hold secrets."""
        command = [sys.executable, "-P", "-m", "charthouse.cli.worker", str(os.getpid())]
        child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 -- this very program
        assert child.stdin is not None  # noqa: S101 -- asked for above
        with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
            pipe.write(self._settings)
        return child


def _child() -> None:
    """Be the child: settings come by standard input; the server's work goes before the jobs'."""
    settings = msgspec.json.decode(
        sys.stdin.buffer.read(), type=Settings, dec_hook=lambda kind, text: kind(text)
    )
    os.nice(5)
    try:
        run(_work(settings, parent=int(sys.argv[1])))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


if __name__ == "__main__":
    _child()
