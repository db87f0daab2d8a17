"""``charthouse scrub``: reads every blob again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from charthouse.config.settings import Settings
from charthouse.ports.upkeep import StoredBlob
from charthouse.services.scrub import Scrubbed

from .kit import bytes_text, run, settings_of, show
from .options import output_option, store_options

DAMAGED = 3


@click.command()
@click.option(
    "--rate",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="MiB to read in a second at most; 0: as fast as the storage gives them.",
)
@store_options
@output_option
def scrub(rate: int, data: Path, config: Path | None, output: str) -> None:
    """Read every blob and set aside those that are damaged.

    A damaged blob is one that is missing, or whose bytes no longer match its digest. It becomes unknown (404)
    until it is pushed again, which repairs it; what is left of it is moved aside, for inspection. A blob that
    could not be read at all is told, and stays. The report names the repositories to push to.

    Runs beside the server. Exit status 3: damage was found.
    """
    settings = settings_of(data, config)
    report = run(_scrub(settings, rate * 1024**2))
    show(report, output, lambda: _lines(report))
    if report.damaged:
        sys.exit(DAMAGED)


async def _scrub(settings: Settings, rate: int) -> Scrubbed:
    from charthouse.compose import Upkeep, opened

    async with opened(settings) as registry:
        return await Upkeep(registry).scrubber(rate).scrub(_Counter() if sys.stderr.isatty() else _quiet)


class _Counter:
    """Shows on a terminal how many blobs were read."""

    def __init__(self) -> None:
        self._count = self._bytes = 0

    def __call__(self, blob: StoredBlob) -> None:
        self._count += 1
        self._bytes += blob.size
        click.echo(f"\r{self._count} blobs, {bytes_text(self._bytes)} ", nl=False, err=True)


def _quiet(_: StoredBlob) -> None:
    """Show nothing."""


def _lines(report: Scrubbed) -> list[str]:
    lines = [f"checked {report.checked} blobs ({bytes_text(report.bytes)}), {len(report.damaged)} damaged"]
    for damage in report.damaged:
        lines.append(f"  {damage.digest}  {damage.reason}")
        lines += [f"    in {repository}" for repository in damage.repositories]
    return lines
