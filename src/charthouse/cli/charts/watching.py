"""Beside ``charthouse charts serve``: a process that takes in what comes into the directory, and what changes or goes.

A package is taken in when two looks, a moment apart, saw it alike: one that is still being written is left alone.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from charthouse.cli.children import be_child, orders_from, watch
from charthouse.config.settings import Settings

from .options import plain

if TYPE_CHECKING:
    from charthouse.compose import Registry
    from charthouse.services.charts.following import Followed

LOOK_SECONDS = 1.0
Files = dict[str, tuple[int, int]]


class Orders(msgspec.Struct, frozen=True):
    """Where the registry lies, what it shows, and what was taken in before."""

    settings: Settings
    directory: str
    level: str
    taken: Files


async def follow(registry: Registry, directory: Path, level: str) -> Followed:
    """Make the level show what the directory holds, and tell what changed."""
    from charthouse.compose.chart_transfer import chart_follower
    from charthouse.engines.chart_sources.directory import PackageDirectory
    from charthouse.services.transfer.acting import acting

    actor = await acting(registry.metadata.accounts, level, None)
    done = await chart_follower(registry).follow(PackageDirectory(directory, indexed=False), actor, level)
    if done.came or done.went:
        click.echo(f"{directory}: {done.came} packages came or changed, {done.went} went")
    for one in done.failed:
        click.echo(f"{directory / plain(one.chart)} is left out: {plain(one.reason)}", err=True)
    return done


def look(directory: Path) -> Files:
    """Return what tells the packages and provenance files of a directory, as they are, from others: time and size."""
    found: Files = {}
    for place, _, names in os.walk(directory):
        for name in names:
            if name.endswith((".tgz", ".tgz.prov")):
                path = Path(place, name)
                try:
                    state = path.stat()
                except OSError:  # gone since it was listed
                    continue
                found[str(path)] = (state.st_mtime_ns, state.st_size)
    return found


async def _watching(content: bytes, parent: int) -> None:
    from charthouse.compose import opened

    orders = orders_from(content, Orders)
    directory, taken = Path(orders.directory), orders.taken
    stop = asyncio.Event()
    ending = asyncio.create_task(watch(parent, stop))
    before = taken
    async with opened(orders.settings) as registry:
        while not stop.is_set():
            now = await asyncio.to_thread(look, directory)
            if now == before and now != taken:
                await follow(registry, directory, orders.level)
                taken = now
            before = now
            await asyncio.sleep(LOOK_SECONDS)
    await ending


if __name__ == "__main__":
    be_child(_watching)
