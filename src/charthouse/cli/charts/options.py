"""Options that commands on charts share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from charthouse.engines.chart_sources.fetching import Access

Command = TypeVar("Command", bound=Callable[..., Any])

PASSWORD_VARIABLE = "CHARTHOUSE_SOURCE_PASSWORD"  # noqa: S105 -- a variable's name

as_option = click.option(
    "--as",
    "account",
    metavar="USER",
    help="Act with this user's rights; else with those of the organization itself.",
)

_ACCESS = (
    click.option(
        "--username",
        envvar="CHARTHOUSE_SOURCE_USERNAME",
        help="User at the source; also CHARTHOUSE_SOURCE_USERNAME.",
    ),
    click.option(
        "--password-stdin",
        is_flag=True,
        help=f"Read the password from the first line of standard input; else it is {PASSWORD_VARIABLE}.",
    ),
    click.option(
        "--ca-file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="Certificates of authorities to trust beside the system's.",
    ),
    click.option("--plain-http", is_flag=True, help="Ask registries (oci://) by HTTP."),
    click.option(
        "--timeout",
        "seconds",
        type=click.FloatRange(1, 86_400),
        default=300,
        show_default=True,
        help="Seconds that one file may take.",
    ),
)


def source_options(command: Command) -> Command:
    """Add what says how a source is asked; ``access_of`` takes the values."""
    for option in reversed(_ACCESS):
        command = option(command)
    return command


def access_of(
    *,
    username: str | None,
    password_stdin: bool,
    ca_file: Path | None,
    plain_http: bool,
    seconds: float,
    connections: int = 8,
) -> Access:
    """Return how a source is asked. No password comes by an argument: every user of the machine could read it."""
    from charthouse.engines.chart_sources.fetching import Access

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = os.environ.get(PASSWORD_VARIABLE, "")
    return Access(
        username=username or "",
        password=password,
        ca_file=ca_file,
        plain_http=plain_http,
        seconds=seconds,
        connections=connections,
    )


def plain(text: str) -> str:
    """Return a stranger's text for a terminal: nothing in it moves the cursor or colours anything."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
