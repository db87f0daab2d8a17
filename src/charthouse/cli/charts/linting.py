"""``charthouse charts lint``: what a registry can know of a chart."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from charthouse.cli.kit import run, show
from charthouse.cli.options import output_option
from charthouse.model.errors import InvalidRequest
from charthouse.ports.chart_sources import SourceFailed
from charthouse.services.charts.linting import LintedChart, counting

from .options import access_of, plain, source_options

if TYPE_CHECKING:
    from charthouse.engines.chart_sources.fetching import Access

FINDINGS = 3
_LARGEST = 100 * 1024 * 1024


class LintReport(msgspec.Struct, frozen=True):
    """What was found; ``unfit`` charts have findings that count."""

    charts: list[LintedChart]
    unfit: int


@click.command("lint")
@click.argument("charts", metavar="FILE|DIRECTORY|oci://…", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count, too.")
@click.option(
    "--exempt", multiple=True, metavar="RULE", help="A rule whose findings don't count; may be repeated."
)
@click.option("--rules", is_flag=True, help="List the rules and end.")
@source_options
@output_option
def lint_charts(
    charts: tuple[str, ...], strict: bool, exempt: tuple[str, ...], rules: bool, output: str, **access: Any
) -> None:
    """Tell what is wrong with charts, as far as a registry can know without a cluster.

    A FILE is a package; a DIRECTORY is a chart's, or one of packages; oci:// addresses name a version and are
    pulled, with the credentials that helm and docker keep unless --username gives one. Nothing of a chart is run
    or rendered. Required fields, versions, values against their schema, secrets left in files, README, licence:
    --rules lists them all. An organization can have its pushes held to the same rules.

    \b
    charthouse charts lint hello-0.1.0.tgz
    charthouse charts lint --strict --exempt icon-missing ./hello
    charthouse charts lint oci://registry.example.com/acme/hello:0.1.0 --output json

    Exit status 3: a chart has errors, with --strict warnings; 1: one could not be fetched.
    """
    if rules:
        _list_rules()
        return
    if not charts:
        raise click.UsageError("name a package, a directory or an oci:// address; --help shows examples")
    report = run(_lint(charts, access_of(**access), strict=strict, exempt=frozenset(exempt)))
    show(report, output, lambda: _lines(report))
    if report.unfit:
        sys.exit(FINDINGS)


async def _lint(
    charts: tuple[str, ...], access: Access, *, strict: bool, exempt: frozenset[str]
) -> LintReport:
    from charthouse.compose.chart_linting import chart_linter

    _check_rules(exempt)
    linted, unfit = [], 0
    async with chart_linter() as linter:
        async for name, package, provenance in _packages(charts, access):
            found = await linter.lint(name, package, provenance)
            linted.append(found)
            unfit += bool(counting(found, strict=strict, exempt=exempt))
    return LintReport(linted, unfit)


async def _packages(
    charts: tuple[str, ...], access: Access
) -> AsyncIterator[tuple[str, bytes, bytes | None]]:
    """Yield what each argument names: what to call it, the package, its provenance file."""
    from charthouse.engines.chart_sources.directory import PackageDirectory
    from charthouse.engines.chart_sources.factory import pull
    from charthouse.engines.chart_sources.packing import packed

    for chart in charts:
        path = Path(chart)
        parts: list[bytes] = []
        kind = _kind(chart)
        if kind == "registry":
            provenance = await pull(chart, access, parts.append, _LARGEST)
            yield chart, b"".join(parts), provenance
        elif kind == "chart":
            yield chart, await asyncio.to_thread(packed, path), None
        elif kind == "packages":
            directory = PackageDirectory(path)
            names = await directory.packages()
            if not names:
                raise SourceFailed(f"{path} has neither a Chart.yaml nor packages (.tgz)")
            for name in names:
                parts = []
                provenance = await directory.fetch(name, parts.append, _LARGEST)
                yield str(path / name), b"".join(parts), provenance
        else:
            provenance = await PackageDirectory(path.parent).fetch(path.name, parts.append, _LARGEST)
            yield chart, b"".join(parts), provenance


def _kind(chart: str) -> Literal["registry", "chart", "packages", "package"]:
    """Return what an argument names."""
    from charthouse.engines.chart_sources.packing import is_chart

    if chart.startswith("oci://"):
        return "registry"
    if is_chart(Path(chart)):
        return "chart"
    return "packages" if Path(chart).is_dir() else "package"


def _check_rules(exempt: frozenset[str]) -> None:
    from charthouse.helm.chart.lint import RULES

    for rule in sorted(exempt - RULES.keys()):
        raise InvalidRequest(f"{rule[:64]!r} is no rule that can be exempt: --rules lists them")


def _list_rules() -> None:
    from charthouse.helm.chart.lint import RULES

    width = max(map(len, RULES))
    click.echo("\n".join(f"{rule:{width}}  {text}" for rule, text in sorted(RULES.items())))


def _lines(report: LintReport) -> list[str]:
    lines: list[str] = []
    for chart in report.charts:
        called = f" ({plain(chart.name)} {plain(chart.version)})" if chart.name else ""
        lines.append(
            f"{plain(chart.chart)}{called}: {'nothing to say' if not chart.findings else ''}".rstrip()
        )
        for one in chart.findings:
            place = f"{plain(one.where)}: " if one.where else ""
            lines.append(f"  {one.severity:8} {one.rule}: {place}{plain(one.message)}")
    unfit = f", {report.unfit} unfit" if report.unfit else ""
    count = len(report.charts)
    return [*lines, f"{count} {'chart' if count == 1 else 'charts'} examined{unfit}"]
