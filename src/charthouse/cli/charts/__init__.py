"""``charthouse charts``: whole repositories of charts in and out, a directory served, charts examined."""

from __future__ import annotations

import click

from charthouse.cli.lazy import LazyGroup

_COMMANDS = {
    "export": "charthouse.cli.charts.exporting:export_charts",
    "import": "charthouse.cli.charts.importing:import_charts",
    "lint": "charthouse.cli.charts.linting:lint_charts",
    "serve": "charthouse.cli.charts.serving:serve_charts",
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def charts() -> None:
    """Take over whole repositories of charts, write static ones, serve a directory, examine charts."""
