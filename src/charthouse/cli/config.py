"""``charthouse config``: looks at a configuration before a server has to."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from charthouse.config.entries import Mistake
from charthouse.config.notes import Effective, WithoutEffect

from .kit import run, show
from .online import Check
from .options import output_option, store_options


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``validate`` tells."""

    valid: bool
    """No mistakes, and no check that failed."""
    mistakes: list[Mistake]
    without_effect: list[WithoutEffect]
    checks: list[Check]


class Values(msgspec.Struct, frozen=True):
    """What ``show`` tells."""

    settings: list[Effective]
    without_effect: list[WithoutEffect]


@click.group()
def config() -> None:
    """Check a configuration, and show it."""


@config.command()
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False), envvar="CHARTHOUSE_CONFIG", required=True
)
@click.option("--online", is_flag=True, help="Try the database, the storage and every Redis for real.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=10.0,
    show_default=True,
    help="Seconds that each attempt of --online may take.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Directory that a server would have.",
)
@output_option
def validate(file: Path, online: bool, timeout: float, data: Path, output: str) -> None:
    """Check FILE, a config.yaml, as a start would read it; tell every mistake at once.

    Variables of the environment count (QUAY_OVERRIDE_CONFIG and others), as they do for a start. Keys without
    effect are named, with the reason. With --online a table may be made in the database and dropped, if it has
    none yet, and an object is written to the storage, read and deleted.

    Exit status: 0, the configuration can be used; 1, it can't, or something did not answer.
    """
    from charthouse.config.loader import examine, settings_from
    from charthouse.config.notes import without_effect

    read = examine(data=data, config=file)
    checks: list[Check] = []
    if online and not read.mistakes:
        from .online import try_all

        settings = settings_from(read, data, first_user=False)
        checks = run(try_all(settings, read.values, timeout))
    valid = not read.mistakes and all(check.ok for check in checks)
    idle = [] if read.mistakes else without_effect(read)
    report = Report(valid=valid, mistakes=read.mistakes, without_effect=idle, checks=checks)
    show(report, output, lambda: list(_lines(report, file, online)))
    sys.exit(0 if valid else 1)


def _lines(report: Report, file: Path, online: bool) -> Iterator[str]:
    if report.mistakes:
        count = len(report.mistakes)
        yield f"{file}: {count} {'mistake' if count == 1 else 'mistakes'}"
        yield from (f"  {mistake}" for mistake in report.mistakes)
        if online:
            yield "Nothing was tried: mend these first."
        return
    yield f"{file} can be used"
    yield from _idle_lines(report.without_effect)
    if report.checks:
        yield "Tried:"
    for check in report.checks:
        yield f"  {check.name}: {'ok' if check.ok else 'FAILED'}: {check.verdict} ({check.seconds:.1f} s)"


def _idle_lines(idle: list[WithoutEffect]) -> Iterator[str]:
    for later, title in ((True, "No effect yet, until the part comes that is named:"), (False, "No effect:")):
        named = [one for one in idle if one.later is later]
        if named:
            yield title
        yield from (f"  {one.place}: {one.key}: {one.because}" for one in named)


@config.command("show")
@store_options
@output_option
def show_config(data: Path, config: Path | None, output: str) -> None:
    """Show every setting as it counts, and where it comes from; secrets are hidden.

    Ends with status 1, and all mistakes, when the configuration can't be used.
    """
    from charthouse.config.entries import ConfigError
    from charthouse.config.loader import examine, settings_from
    from charthouse.config.notes import effective, without_effect

    read = examine(data=data, config=config)
    if read.mistakes:
        raise click.ClickException(f"the configuration can't be used\n{ConfigError(read.mistakes)}")
    settings = settings_from(read, data, first_user=config is None)
    values = Values(effective(read, settings), without_effect(read))
    show(values, output, lambda: [*map(_setting_line, values.settings), *_idle_lines(values.without_effect)])


def _setting_line(one: Effective) -> str:
    value: Any = one.value if isinstance(one.value, str) else json.dumps(one.value, ensure_ascii=False)
    return f"{one.key}: {value}" + (f"  # {one.place}" if one.place else "")


@config.command()
def schema() -> None:
    """Print the JSON Schema of config.yaml (draft 2020-12), for editors and checks elsewhere."""
    from charthouse.config.schema import config_schema

    click.echo(json.dumps(config_schema(), indent=1, ensure_ascii=False))
