"""Options that commands on charts share."""

from __future__ import annotations

import click

as_option = click.option(
    "--as",
    "account",
    metavar="USER",
    help="Act with this user's rights; else with those of the organization itself.",
)
