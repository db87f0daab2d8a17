"""``charthouse charts import``: a whole classic repository, or a directory of packages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from charthouse.cli.kit import bytes_text, progress_bar, run, settings_of, show
from charthouse.cli.options import output_option, store_options
from charthouse.config.settings import Settings
from charthouse.model.names import parse_level
from charthouse.services.charts.importing import ChartsImported
from charthouse.services.transfer.acting import acting

from .options import access_of, as_option, plain, source_options

INCOMPLETE = 3


@click.command("import")
@click.argument("source", metavar="URL|DIRECTORY")
@click.argument("level", metavar="ORG[/PATH]")
@as_option
@click.option("--force", is_flag=True, help="Replace versions whose package is another here.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Charts that are fetched at a time.",
)
@source_options
@store_options
@output_option
def import_charts(
    source: str,
    level: str,
    account: str | None,
    force: bool,
    jobs: int,
    data: Path,
    config: Path | None,
    output: str,
    **access: Any,
) -> None:
    """Take over a whole chart repository: its index, all packages, their provenance files.

    The source is the address of a classic repository (ChartMuseum, Harbor's /chartrepo, Artifactory, a bucket, a
    static site) or a directory of packages, with an index.yaml or without. Packages may lie elsewhere, also at
    oci:// addresses: for those the credentials that helm and docker keep are used. Every digest that the index
    tells is verified. The organization must be there.

    What is here already is not fetched again, so an import that broke off goes on where it was, and one that is
    done changes nothing. A chart that fails keeps no other from coming; all that failed are named at the end.

    \b
    charthouse charts import https://charts.example.com acme
    charthouse charts import --username ci --password-stdin https://museum.example.com/team acme/team < secret
    charthouse charts import ./packages acme

    Runs beside the server, which shows each chart at once. Exit status 3: done, but some charts failed.
    """
    settings = settings_of(data, config)
    how = access_of(connections=jobs, **access)
    report = run(_import(settings, source, level, account, how, jobs=jobs, force=force))
    show(report, output, lambda: _lines(report))
    if report.failed:
        sys.exit(INCOMPLETE)


async def _import(
    settings: Settings, place: str, name: str, account: str | None, how: Any, *, jobs: int, force: bool
) -> ChartsImported:
    from charthouse.compose import opened
    from charthouse.compose.chart_transfer import chart_importer
    from charthouse.engines.chart_sources.factory import source_of

    level = parse_level(name)
    source = source_of(place, how)
    async with opened(settings) as registry:
        importer = chart_importer(registry, force=force)
        actor = await acting(registry.metadata.accounts, level, account)
        try:
            await source.open()
            plan = await importer.plan(source, actor, level)
            with progress_bar("Importing", len(plan.waiting)) as progress:
                return await importer.run(plan, source, progress, jobs=jobs)
        finally:
            await source.close()


def _lines(report: ChartsImported) -> list[str]:
    here = f", {report.present} were here" if report.present else ""
    failed = f", {len(report.failed)} failed:" if report.failed else ""
    return [
        f"imported into {report.level}: {report.imported} charts ({bytes_text(report.bytes)}){here}{failed}",
        *(f"  {plain(one.chart)}: {plain(one.reason)}" for one in report.failed),
    ]
