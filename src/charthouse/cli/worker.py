"""``charthouse worker``: the background jobs, as a process of their own or as a child of ``charthouse serve``."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import click

from charthouse.config.settings import Settings

from .children import ChildProcess, be_child, orders_from, orders_of, watch
from .kit import explained, run, settings_of
from .options import store_options


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
    watching = asyncio.create_task(watch(parent, stop)) if parent is not None else None
    async with opened(settings) as registry:
        await Upkeep(registry).runner().run(stop)
    if watching is not None:
        watching.cancel()


def jobs_of(settings: Settings) -> ChildProcess:
    """Return the process of the background jobs."""
    return ChildProcess("charthouse.cli.worker", orders_of(settings), "the background jobs")


async def _child(orders: bytes, parent: int) -> None:
    await _work(orders_from(orders, Settings), parent)


if __name__ == "__main__":
    be_child(_child)
