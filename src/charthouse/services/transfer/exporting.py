"""Exporting: a repository, or one image of it, as an OCI image layout.

First the plan (what is reachable, and how much), then the bytes, each verified against its digest, and at last
the index: a layout is complete when its index names it. Manifests go out exactly as they came in. Referrers
stand in the index without a tag, as oras lists them.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.errors import BlobUnknown, ManifestUnknown
from charthouse.model.manifests import OCI_INDEX, read_manifest
from charthouse.model.names import RepositoryName, Tag, is_digest
from charthouse.model.permissions import Actor
from charthouse.ports.hashing import HasherFactory
from charthouse.ports.layouts import LayoutReader, LayoutWriter
from charthouse.services.access.repositories import require_read
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.reader import Reader

from .names import INDEX, MARK, MARK_CONTENT, REF_NAME, blob_name
from .verified import VerifiedCopy

Progress = Callable[[int], None]
"""Told how many more bytes are done."""

_PAGE = 1000


class ExportPlan(msgspec.Struct):
    """What an export will write.

    ``manifests`` and ``blobs`` map digests to sizes; ``entries`` are the descriptors of the index; ``missing`` is
    content that manifests name and the repository lacks, but for layers that may live elsewhere.
    """

    actor: Actor
    repository: RepositoryName
    manifests: dict[Digest, int]
    blobs: dict[Digest, int]
    entries: list[dict[str, Any]]
    missing: list[Digest]

    @property
    def bytes(self) -> int:
        """Return the size of all that will be written."""
        return sum(self.manifests.values()) + sum(self.blobs.values())


class Exported(msgspec.Struct, frozen=True):
    """What a layout holds now; ``tags`` are those of this export, ``bytes`` include what was there before."""

    repository: RepositoryName
    tags: list[str]
    manifests: int
    blobs: int
    bytes: int
    missing: list[Digest]


class Exporter:
    """Reads as an actor, writes layouts."""

    def __init__(self, reader: Reader, contents: BlobContents, make_hasher: HasherFactory) -> None:
        self._reader = reader
        self._contents = contents
        self._verified = VerifiedCopy(make_hasher)

    async def plan(
        self, actor: Actor, repository: RepositoryName, reference: Tag | Digest | None
    ) -> ExportPlan:
        """Find out what ``reference`` (None: every tag) needs; raises ManifestUnknown and what access refuses."""
        plan = ExportPlan(actor, repository, {}, {}, [], [])
        if reference is None:
            async for tag, digest in self._tags(actor, repository):
                with suppress(ManifestUnknown):  # deleted since it was listed
                    await self._add(plan, digest, tag)
        else:
            entry = await self._reader.manifest(actor, repository, reference)
            await self._add(plan, entry.row.digest, "" if is_digest(reference) else reference)
        return plan

    async def run(self, plan: ExportPlan, layout: LayoutWriter, progress: Progress) -> Exported:
        """Write what was planned; what the layout holds already is verified and not written again.

        Raises DigestInvalid for bytes that are damaged, BlobUnknown or ManifestUnknown for what was deleted since.
        """
        await _put(layout, MARK, MARK_CONTENT)
        for digest, size in plan.blobs.items():
            await self._copy(plan, layout, digest, size, self._blob(plan, digest), progress)
        for digest, size in plan.manifests.items():
            await self._copy(plan, layout, digest, size, self._content(plan, digest), progress)
        await _put(layout, INDEX, await _index(layout, plan.entries))
        await layout.finish()
        tags = [entry["annotations"][REF_NAME] for entry in plan.entries if "annotations" in entry]
        return Exported(plan.repository, tags, len(plan.manifests), len(plan.blobs), plan.bytes, plan.missing)

    # -- the plan ---------------------------------------------------------------------------------------------

    async def _tags(self, actor: Actor, repository: RepositoryName) -> AsyncIterator[tuple[Tag, Digest]]:
        access = await self._reader.access(actor.account_id, repository)
        require_read(actor, access, repository)
        after = ""
        while page := await self._reader.tag_targets(access.repository_id, after, _PAGE):
            for target in page:
                yield target.name, target.digest
            after = page[-1].name

    async def _add(self, plan: ExportPlan, root: Digest, tag: str) -> None:
        """Add an entry, all below it, and all that refers to any of these; raises ManifestUnknown."""
        plan.entries.append(await self._descriptor(plan, root, tag))
        waiting = [root]
        while waiting:
            digest = waiting.pop()
            if digest in plan.manifests:
                continue
            try:
                waiting += await self._add_manifest(plan, digest)
            except ManifestUnknown:
                plan.missing.append(digest)
            else:
                waiting += await self._add_referrers(plan, digest)

    async def _add_manifest(self, plan: ExportPlan, digest: Digest) -> Sequence[Digest]:
        """Add a manifest and its blobs; returns its children."""
        row = (await self._reader.manifest(plan.actor, plan.repository, digest)).row
        plan.manifests[digest] = len(row.content)
        manifest = read_manifest(row.content, row.media_type)
        for blob in (*manifest.blobs, *manifest.absent_allowed):
            try:
                entry = await self._reader.blob(plan.actor, plan.repository, blob)
            except BlobUnknown:
                if blob in manifest.blobs:
                    plan.missing.append(blob)
            else:
                plan.blobs[blob] = entry.row.size
        return manifest.children

    async def _add_referrers(self, plan: ExportPlan, subject: Digest) -> Sequence[Digest]:
        """List the referrers of ``subject`` in the index; returns them."""
        found, after, more = list[Digest](), "", True
        while more:
            page = await self._reader.referrers(plan.actor, plan.repository, subject, after=after)
            for referrer in page.found:
                with suppress(ManifestUnknown):  # deleted since it was listed
                    plan.entries.append(await self._descriptor(plan, referrer.digest, ""))
                    found.append(referrer.digest)
            after = page.more_after
            more = after != ""
        return found

    async def _descriptor(self, plan: ExportPlan, digest: Digest, tag: str) -> dict[str, Any]:
        row = (await self._reader.manifest(plan.actor, plan.repository, digest)).row
        descriptor = {"mediaType": row.media_type, "digest": digest, "size": len(row.content)}
        return descriptor | ({"annotations": {REF_NAME: tag}} if tag else {})

    # -- the bytes --------------------------------------------------------------------------------------------

    async def _blob(self, plan: ExportPlan, digest: Digest) -> AsyncIterator[bytes]:
        entry = await self._reader.blob(plan.actor, plan.repository, digest)
        async for part in await self._contents.stream(entry, 0, entry.row.size):
            yield part

    async def _content(self, plan: ExportPlan, digest: Digest) -> AsyncIterator[bytes]:
        yield (await self._reader.manifest(plan.actor, plan.repository, digest)).row.content

    async def _copy(
        self,
        plan: ExportPlan,
        layout: LayoutWriter,
        digest: Digest,
        size: int,
        body: AsyncIterator[bytes],
        progress: Progress,
    ) -> None:
        await self._verified.put(layout, blob_name(digest), digest, size, body, plan.repository)
        progress(size)


async def _put(layout: LayoutWriter, name: str, content: bytes) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield content

    await layout.write(name, len(content), body())


async def _index(layout: LayoutReader, entries: list[dict[str, Any]]) -> bytes:
    """Return the index: what it listed before, then ``entries``, each name once."""
    before: list[dict[str, Any]] = []
    if await layout.size(INDEX) is not None:
        before = json.loads(b"".join([part async for part in layout.read(INDEX)]))["manifests"]
    listed = {_listed_as(entry): entry for entry in [*before, *entries]}
    tagged = {entry["digest"] for name, entry in listed.items() if name != entry["digest"]}
    manifests = [
        entry for name, entry in listed.items() if name != entry["digest"] or entry["digest"] not in tagged
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests}).encode()


def _listed_as(entry: dict[str, Any]) -> str:
    """Return the tag of an entry, its digest when it has none; no tag looks like a digest."""
    name: str = entry.get("annotations", {}).get(REF_NAME, entry["digest"])
    return name
