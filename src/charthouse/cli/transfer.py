"""``charthouse export`` and ``charthouse import``: repositories as OCI image layouts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from charthouse.config.settings import Settings
from charthouse.model.errors import InvalidRequest
from charthouse.model.names import is_digest, parse_tag
from charthouse.services.transfer.acting import acting
from charthouse.services.transfer.exporting import Exported
from charthouse.services.transfer.importing import Imported
from charthouse.services.transfer.names import parse_image

from .kit import bytes_text, progress_bar, run, settings_of, show
from .options import output_option, store_options

INCOMPLETE = 3

_as_option = click.option(
    "--as",
    "account",
    metavar="USER",
    help="Act with this user's rights; else with those of the namespace's owner.",
)


@click.command("export")
@click.argument("image", metavar="REPOSITORY[:TAG|@DIGEST]")
@click.argument("target", metavar="DIRECTORY|FILE.tar", type=click.Path(path_type=Path))
@_as_option
@store_options
@output_option
def export_image(
    image: str, target: Path, account: str | None, data: Path, config: Path | None, output: str
) -> None:
    """Write a repository, or one image or chart of it, as an OCI image layout.

    With its referrers (signatures, SBOMs) and, for an index, its children; the whole repository: every tag.
    Manifests keep every byte, and all bytes are verified on the way. A directory may hold a layout already: then
    the export is added to it, and one that broke off goes on where it was. A FILE.tar must not exist.

    \b
    charthouse export library/nginx:1.27 nginx.tar
    skopeo inspect oci-archive:nginx.tar:1.27

    Runs beside the server. Exit status 3: written, but the repository lacks content that a manifest names.
    """
    settings = settings_of(data, config, pull_log="off")  # an export is no pull
    report = run(_export(settings, image, target, account))
    show(report, output, lambda: _export_lines(report, target))
    if report.missing:
        sys.exit(INCOMPLETE)


@click.command("import")
@click.argument("source", metavar="DIRECTORY|FILE.tar", type=click.Path(path_type=Path, exists=True))
@click.argument("image", metavar="REPOSITORY[:TAG]")
@_as_option
@store_options
@output_option
def import_image(
    source: Path, image: str, account: str | None, data: Path, config: Path | None, output: str
) -> None:
    """Push the images of an OCI image layout into a repository.

    Without TAG all images, under the tags that the layout gives them; with TAG the image that the layout calls
    so, or its only one. Every digest is verified. What the repository holds is skipped, so an import that broke
    off goes on where it was when it is started again. The acting account must be able to push; the repository is
    made when it is not there, as by a push.

    \b
    skopeo copy docker://quay.io/prometheus/busybox oci-archive:busybox.tar:latest
    charthouse import busybox.tar library/busybox

    Runs beside the server.
    """
    settings = settings_of(data, config)
    report = run(_import(settings, source, image, account))
    show(report, output, lambda: _import_lines(report))


async def _export(settings: Settings, image: str, target: Path, account: str | None) -> Exported:
    from charthouse.compose import Upkeep, opened
    from charthouse.engines.layouts.factory import layout_to_write

    chosen = parse_image(image)
    async with opened(settings) as registry:
        exporter = Upkeep(registry).exporter
        actor = await acting(registry.metadata.accounts, chosen.repository, account)
        plan = await exporter.plan(actor, chosen.repository, chosen.reference)
        layout = layout_to_write(target)
        try:
            await layout.open()
            with progress_bar("Exporting", plan.bytes) as progress:
                return await exporter.run(plan, layout, progress)
        finally:
            await layout.close()


async def _import(settings: Settings, source: Path, image: str, account: str | None) -> Imported:
    from charthouse.compose import Upkeep, opened
    from charthouse.engines.layouts.factory import layout_to_read

    chosen = parse_image(image)
    if chosen.reference is not None and is_digest(chosen.reference):
        raise InvalidRequest("an import has its digests already: name a tag, REPOSITORY:TAG")
    tag = None if chosen.reference is None else parse_tag(chosen.reference)
    async with opened(settings) as registry:
        importer = Upkeep(registry).importer
        actor = await acting(registry.metadata.accounts, chosen.repository, account)
        layout = layout_to_read(source)
        try:
            await layout.open()
            plan = await importer.plan(layout, tag)
            with progress_bar("Importing", plan.bytes) as progress:
                return await importer.run(plan, layout, actor, chosen.repository, progress)
        finally:
            await layout.close()


def _export_lines(report: Exported, target: Path) -> list[str]:
    tags = f"{len(report.tags)} tags, " if len(report.tags) != 1 else ""
    return [
        f"exported {report.repository} to {target}: {tags}{report.manifests} manifests, {report.blobs} blobs,"
        f" {bytes_text(report.bytes)}",
        *(f"  missing in the registry: {digest}" for digest in report.missing),
    ]


def _import_lines(report: Imported) -> list[str]:
    return [
        f"imported into {report.repository}: {report.manifests} manifests, {report.blobs} blobs,"
        f" {report.pushed} of them pushed ({bytes_text(report.bytes)})",
        *(f"  {report.repository}:{tag}" for tag in report.tags),
    ]
