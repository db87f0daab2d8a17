"""What commands on a registry share: what they print, and how errors end them.

Exit status: 0 done, 1 could not be done (the reason on standard error), 2 wrong usage; a command that has more
to tell says so in its help.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from charthouse.config.settings import Settings
from charthouse.model.errors import RegistryError

from .options import load_settings

T = TypeVar("T")


def settings_of(data: Path, config: Path | None, **overrides: Any) -> Settings:
    """Return the settings of a registry that is there; raises ClickException with all that is wrong."""
    settings = load_settings(data, config, **overrides)
    if config is None and not data.is_dir():
        raise click.ClickException(f"there is no registry in {data}: name its directory with --data")
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end; what ``explained`` explains becomes a ClickException."""
    with explained():
        return asyncio.run(work)


@contextmanager
def explained() -> Iterator[None]:
    """Turn a refusal, or settings that name nothing, into a ClickException: people need no traceback of those."""
    try:
        yield
    except RegistryError as error:
        raise click.ClickException(error.message) from None
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def show(report: msgspec.Struct, output: str, lines: Callable[[], list[str]]) -> None:
    """Print a report: as one JSON object, or the lines for people."""
    if output == "json":
        click.echo(msgspec.json.encode(report).decode())
    else:
        click.echo("\n".join(lines()))


@contextmanager
def progress_bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Show progress on standard error when that is a terminal; yields what to tell of further steps."""
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update


def bytes_text(size: int) -> str:
    """Return a size for people."""
    number, units = float(size), iter(("B", "KiB", "MiB", "GiB"))
    for unit in units:
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"
