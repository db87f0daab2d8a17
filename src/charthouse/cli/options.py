"""Options that commands share: where the store is, and its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from charthouse.config.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Directory of everything that is kept.",
)
_CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="CHARTHOUSE_CONFIG",
    help="config.yaml with Quay's keys; without it: SQLite and a directory under --data.",
)
_OUTPUT = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to answer."
)


def store_options(command: Command) -> Command:
    """Add ``--data`` and ``--config`` to a command."""
    return _DATA(_CONFIG(command))


def output_option(command: Command) -> Command:
    """Add ``--output`` to a command."""
    return _OUTPUT(command)


def load_settings(data: Path, config: Path | None, **overrides: Any) -> Settings:
    """Return the settings that the options name; ends the command with all mistakes of the configuration."""
    from charthouse.config.entries import ConfigError
    from charthouse.config.loader import load

    try:
        return load(data=data, config=config, **overrides)
    except ConfigError as error:
        raise click.ClickException(f"the configuration can't be used\n{error}") from None
