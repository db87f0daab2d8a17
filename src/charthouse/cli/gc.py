"""``charthouse gc``: collection now, or what it would take."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from charthouse.config.settings import Settings

from .kit import bytes_text, run, settings_of, show
from .options import output_option, store_options


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken, or would be. Sizes in bytes.

    ``orphans`` are objects that no blob uses: a first collection marks them, one after the grace period and an
    hour deletes them. ``deleted`` objects are those of dropped blobs and of orphans marked before.
    """

    dry_run: bool
    tags: int
    manifests: int
    blobs: int
    blob_bytes: int
    uploads: int
    upload_bytes: int
    orphans: int
    orphan_bytes: int
    deleted: int


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would go; change nothing.")
@store_options
@output_option
def gc(dry_run: bool, data: Path, config: Path | None, output: str) -> None:
    """Collect what nothing needs any more.

    The server does this by itself, all the time; this command does it now. It may run beside the server, and
    beside itself: pushes and pulls go on meanwhile.

    Deleted repositories and namespaces go with all that they held. What is kept otherwise: whatever a tag needs; deleted tags and untagged manifests for DEFAULT_TAG_EXPIRATION; blobs for
    PUSH_TEMP_TAG_EXPIRATION_SEC after the last push, mount or HEAD; uploads for two days after their last byte.
    """
    settings = settings_of(data, config)
    report = run(_preview(settings) if dry_run else _collect(settings))
    show(report, output, lambda: _lines(report))


async def _collect(settings: Settings) -> Report:
    from charthouse.compose import Upkeep, opened

    async with opened(settings) as registry:
        upkeep = Upkeep(registry)
        expired = await upkeep.leftovers.expire_uploads()
        left = await upkeep.leftovers.tidy()
        purged = await upkeep.purger.purge()
        taken = await upkeep.collector.collect()
    return Report(
        dry_run=False,
        tags=purged.tags + taken.tags,
        manifests=purged.manifests + taken.manifests,
        blobs=taken.blobs,
        blob_bytes=taken.bytes,
        uploads=expired.uploads + left.uploads,
        upload_bytes=expired.upload_bytes + left.upload_bytes,
        orphans=left.orphans,
        orphan_bytes=left.orphan_bytes,
        deleted=taken.objects,
    )


async def _preview(settings: Settings) -> Report:
    from charthouse.compose import Upkeep, opened

    async with opened(settings) as registry:
        upkeep = Upkeep(registry)
        garbage = await upkeep.collector.preview()
        left = await upkeep.leftovers.preview()
    return Report(
        dry_run=True,
        tags=garbage.tags,
        manifests=garbage.manifests,
        blobs=garbage.blobs,
        blob_bytes=garbage.bytes,
        uploads=left.uploads,
        upload_bytes=left.upload_bytes,
        orphans=left.orphans,
        orphan_bytes=left.orphan_bytes,
        deleted=0,
    )


def _lines(report: Report) -> list[str]:
    return [
        "would be collected:" if report.dry_run else "collected:",
        f"  deleted tags       {report.tags}",
        f"  manifests          {report.manifests}",
        f"  blobs              {report.blobs}  ({bytes_text(report.blob_bytes)})",
        f"  abandoned uploads  {report.uploads}  ({bytes_text(report.upload_bytes)})",
        f"  orphaned objects   {report.orphans}  ({bytes_text(report.orphan_bytes)})",
    ]
