"""``charthouse charts export``: a static classic repository."""

from __future__ import annotations

from pathlib import Path

import click

from charthouse.cli.kit import bytes_text, progress_bar, run, settings_of, show
from charthouse.cli.options import output_option, store_options
from charthouse.config.settings import Settings
from charthouse.model.names import parse_level
from charthouse.services.charts.exporting import ChartsExported
from charthouse.services.transfer.acting import acting

from .options import as_option


@click.command("export")
@click.argument("level", metavar="ORG[/PATH]")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@as_option
@store_options
@output_option
def export_charts(
    level: str, directory: Path, account: str | None, data: Path, config: Path | None, output: str
) -> None:
    """Write the charts of an organization as a static repository that any web server can serve.

    DIRECTORY gets an index.yaml, the packages and their provenance files below charts/, and the same again in a
    directory for each level below. It must be empty or hold such a repository: then what is there already is
    verified and not written again, so an export that broke off goes on where it was. Files are whole or not
    there, and an index never names a package that is not. What was deleted in the registry is no longer listed;
    its file stays.

    \b
    charthouse charts export acme site
    python3 -m http.server --directory site 8000
    helm repo add acme http://127.0.0.1:8000

    Runs beside the server.
    """
    settings = settings_of(data, config, pull_log="off")  # an export is no pull
    report = run(_export(settings, level, directory, account))
    show(report, output, lambda: _lines(report, directory))


async def _export(settings: Settings, name: str, directory: Path, account: str | None) -> ChartsExported:
    from charthouse.compose import opened
    from charthouse.compose.chart_transfer import chart_exporter
    from charthouse.engines.layouts.factory import repository_to_write

    level = parse_level(name)
    async with opened(settings) as registry:
        exporter = chart_exporter(registry)
        actor = await acting(registry.metadata.accounts, level, account)
        plan = await exporter.plan(actor, level)
        layout = repository_to_write(directory)
        try:
            await layout.open()
            with progress_bar("Exporting", plan.bytes) as progress:
                return await exporter.run(plan, layout, progress)
        finally:
            await layout.close()


def _lines(report: ChartsExported, directory: Path) -> list[str]:
    levels = f" at {report.levels} levels" if report.levels > 1 else ""
    return [
        f"exported {report.level} to {directory}: {report.versions} versions of {report.charts} charts{levels},"
        f" {bytes_text(report.bytes)}; {report.written} files written"
    ]
