"""Writes docs/reference/ from the code: settings, endpoints, metrics, commands. ``--check`` fails when it is old."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from charthouse.api.chartmuseum.routes import ROUTES as CHARTMUSEUM
from charthouse.api.hub.routes import ROUTES as HUB
from charthouse.api.kit.routes import Route
from charthouse.api.ops.routes import ROUTES as OPS
from charthouse.api.quay.routes import ROUTES as QUAY
from charthouse.api.v2.routes import ROUTES as DISTRIBUTION
from charthouse.cli.main import main as commands
from charthouse.config.schema import config_schema
from charthouse.console.routes import ROUTES as CONSOLE
from charthouse.telemetry.exposition import families
from tools.compatibility.page import compatibility_page
from tools.settings_page import settings_page

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
GENERATED = "<!-- Made from the code by `make docs`. Change the code, not this page. -->\n"


def configuration() -> str:
    """Return the page of settings."""
    return settings_page(GENERATED)


def schema() -> str:
    """Return the JSON Schema of config.yaml."""
    return json.dumps(config_schema(), indent=1, ensure_ascii=False) + "\n"


def endpoints() -> str:
    """Return the page of routes."""
    lines = ["# Endpoints", GENERATED]
    for title, routes in (
        ("Registry", DISTRIBUTION),
        ("Classic chart repositories", CHARTMUSEUM),
        ("Search of charts by Helm", HUB),
        ("Quay's API", QUAY),
        ("Operations", OPS),
        ("Console", CONSOLE),
    ):
        lines += [f"## {title}", "| route | needs | operation | what |", "|---|---|---|---|"]
        lines += [_row(route) for route in routes]
        lines.append("")
    return "\n".join(lines)


def compatibility() -> str:
    """Return the page that compares with Quay."""
    return compatibility_page(GENERATED)


def metrics() -> str:
    """Return the page of metrics."""
    lines = ["# Metrics", GENERATED, "`GET /metrics`, in Prometheus' text format.", ""]
    lines += ["| metric | type | meaning |", "|---|---|---|"]
    lines += [f"| `{family.name}` | {family.type} | {family.documentation} |" for family in families([])]
    return "\n".join(lines) + "\n"


def command_line() -> str:
    """Return the page of commands: each one's help."""
    lines = ["# Commands", GENERATED]
    for path, command in _commands(commands, "charthouse"):
        context = click.Context(command, info_name=path, max_content_width=100)
        lines += [f"## {path}", "```text", command.get_help(context), "```", ""]
    return "\n".join(lines)


def _row(route: Route) -> str:
    return f"| `{route.method} {route.template}` | {route.permission.value} | `{route.operation}` | {route.summary} |"


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _commands(below, f"{path} {name}")


PAGES = {
    "configuration.md": configuration,
    "config.schema.json": schema,
    "endpoints.md": endpoints,
    "metrics.md": metrics,
    "commands.md": command_line,
    "../quay-compatibility.md": compatibility,
}


def outdated() -> list[str]:
    """Return the names of pages that differ from what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (REFERENCE / name).is_file() or (REFERENCE / name).read_text() != page()
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if old := outdated():
            sys.exit(f"docs/reference: {', '.join(old)} differ from the code; run `make docs`")
    else:
        for page_name, make in PAGES.items():
            (REFERENCE / page_name).write_text(make())
