"""Importing: the images of an OCI image layout into a repository, by the same commands as a push.

First the plan (which manifests, in which order, and how much), then the bytes: what the repository holds is
skipped, what the account can read elsewhere is mounted, the rest is pushed and its digest verified. So an import
that broke off goes on where it was when it is started again, and one that is done changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from charthouse.model.digests import Digest, algorithm_of, digest_of, parse_digest
from charthouse.model.errors import BlobUnknown, DigestInvalid, InvalidRequest, NameUnknown, TagInvalid
from charthouse.model.manifests import Descriptor, ManifestDocument, read_manifest
from charthouse.model.names import RepositoryName, Tag, parse_tag
from charthouse.model.permissions import Actor
from charthouse.ports.layouts import LayoutReader
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.intake import Chunk
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.uploads import UploadService
from charthouse.services.registry.writer import Writer

from .names import INDEX, MARK, REF_NAME, blob_name

Progress = Callable[[int], None]
"""Told how many more bytes are done."""

T = TypeVar("T")

_MARK_LIMIT = 4096
_INDEX_LIMIT = 64 * 1024**2


class _Mark(msgspec.Struct):
    version: str = msgspec.field(name="imageLayoutVersion")


class PlannedManifest(msgspec.Struct):
    """A manifest to push by digest; ``tags`` are those that it gets."""

    digest: Digest
    media_type: str
    size: int
    blobs: Sequence[Digest]
    children: Sequence[Digest]
    subject: Digest | None
    tags: list[Tag]


class ImportPlan(msgspec.Struct):
    """What an import will push: manifests, children before what lists them; blobs with their sizes."""

    manifests: dict[Digest, PlannedManifest]
    blobs: dict[Digest, int]

    @property
    def bytes(self) -> int:
        """Return the size of all that the layout is asked for."""
        return sum(planned.size for planned in self.manifests.values()) + sum(self.blobs.values())


class Imported(msgspec.Struct, frozen=True):
    """What the repository holds now. ``pushed`` of ``blobs`` were not there before; ``bytes`` are theirs."""

    repository: RepositoryName
    tags: list[Tag]
    manifests: int
    blobs: int
    pushed: int
    bytes: int


class Importer:
    """Reads layouts, pushes as an actor."""

    def __init__(
        self, reader: Reader, writer: Writer, uploads: UploadService, contents: BlobContents
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._uploads = uploads
        self._contents = contents

    async def plan(self, layout: LayoutReader, tag: Tag | None) -> ImportPlan:
        """Read the layout's index and manifests, and choose.

        With ``tag``: the image that the layout calls so, or the only one it has, and what refers to it; without:
        all, under the tags that the layout gives them. Raises InvalidRequest or ManifestInvalid.
        """
        mark = _decode(await self._read(layout, MARK, _MARK_LIMIT), _Mark, MARK)
        if mark.version != "1.0.0":
            raise InvalidRequest(f"image layout version {mark.version[:20]!r} is not known, only 1.0.0")
        index = _decode(await self._read(layout, INDEX, _INDEX_LIMIT), ManifestDocument, INDEX)
        entries = index.manifests or []
        plan = ImportPlan({}, {})
        for entry in entries:
            await self._add(plan, layout, entry)
        if tag is None:
            _tag_all(plan, entries)
        else:
            _keep_one(plan, entries, tag)
        for planned in plan.manifests.values():
            for blob in planned.blobs:
                plan.blobs[blob] = await layout.size(blob_name(blob)) or 0
        return plan

    async def run(
        self,
        plan: ImportPlan,
        layout: LayoutReader,
        actor: Actor,
        repository: RepositoryName,
        progress: Progress,
    ) -> Imported:
        """Push what was planned; raises what a push raises. A manifest's blobs come right before it."""
        await self._writer.target(actor, repository)
        waiting = dict(plan.blobs)
        pushed = pushed_bytes = 0
        for planned in plan.manifests.values():
            for blob in planned.blobs:
                size = waiting.pop(blob, None)
                if size is None:
                    continue
                if await self._push_blob(layout, actor, repository, blob):
                    pushed, pushed_bytes = pushed + 1, pushed_bytes + size
                progress(size)
            content = await self._read(layout, blob_name(planned.digest), planned.size)
            await self._writer.put_manifest(
                actor, repository, planned.digest, tuple(planned.tags), content, planned.media_type
            )
            progress(planned.size)
        tags = [tag for planned in plan.manifests.values() for tag in planned.tags]
        return Imported(repository, tags, len(plan.manifests), len(plan.blobs), pushed, pushed_bytes)

    async def _add(self, plan: ImportPlan, layout: LayoutReader, root: Descriptor) -> None:
        """Add a manifest after all that it lists and the layout has (a sparse registry takes the rest absent)."""
        waiting, opened = [root], dict[str, PlannedManifest]()
        while waiting:
            descriptor = waiting[-1]
            if descriptor.digest in plan.manifests or descriptor.digest in opened:
                waiting.pop()
                planned = opened.pop(descriptor.digest, None)
                if planned is not None:
                    plan.manifests[planned.digest] = planned
                continue
            planned, children = await self._planned(layout, descriptor)
            opened[planned.digest] = planned
            waiting += [
                c for c in children if await layout.size(blob_name(parse_digest(c.digest))) is not None
            ]

    async def _planned(
        self, layout: LayoutReader, descriptor: Descriptor
    ) -> tuple[PlannedManifest, list[Descriptor]]:
        """Read a manifest of the layout; returns it with the descriptors of its children."""
        digest = parse_digest(descriptor.digest)
        content = await self._read(layout, blob_name(digest), self._writer.rules.maximum_manifest)
        if digest_of(content, algorithm_of(digest)) != digest:
            raise DigestInvalid(f"{blob_name(digest)} does not have the digest that it is named after")
        manifest = read_manifest(content, descriptor.media_type)
        planned = PlannedManifest(
            digest=digest,
            media_type=descriptor.media_type,
            size=len(content),
            blobs=(*manifest.blobs, *manifest.absent_allowed),
            children=manifest.children,
            subject=manifest.subject,
            tags=[],
        )
        return planned, _decode(content, ManifestDocument, digest).manifests or []

    async def _read(self, layout: LayoutReader, name: str, limit: int) -> bytes:
        size = await layout.size(name)
        if size is None:
            raise InvalidRequest(f"the layout has no {name}")
        if size > limit:
            raise InvalidRequest(f"{name} has {size} bytes, at most {limit} are taken")
        return b"".join([part async for part in layout.read(name)])

    async def _push_blob(
        self, layout: LayoutReader, actor: Actor, repository: RepositoryName, digest: Digest
    ) -> bool:
        """See that the repository holds a blob for the grace period; returns whether its bytes were pushed."""
        try:
            entry = await self._reader.blob(actor, repository, digest)
            await self._contents.file(entry)  # damaged bytes are no blob: they are pushed again
            await self._writer.keep_blob(entry)
        except (NameUnknown, BlobUnknown):
            pass
        else:
            return False
        size = await layout.size(blob_name(digest))
        if await self._writer.mount(actor, repository, digest, None) or size is None:
            return False
        body = layout.read(blob_name(digest))
        await self._uploads.whole(actor, repository, digest, Chunk(length=size), body)
        return True


def _decode(content: bytes, kind: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"{name} of the layout cannot be read: {error}") from None


def _name_of(entry: Descriptor) -> str:
    return (entry.annotations or {}).get(REF_NAME, "")


def _tag_all(plan: ImportPlan, entries: Sequence[Descriptor]) -> None:
    """Give every manifest the tags that the index gives it."""
    for entry in entries:
        if name := _name_of(entry):
            plan.manifests[parse_digest(entry.digest)].tags.append(_tag_in(name))
    if not any(planned.tags for planned in plan.manifests.values()):
        raise InvalidRequest("the layout gives its images no tag: name the one to import, REPOSITORY:TAG")


def _tag_in(name: str) -> Tag:
    """Return the tag in a reference name; some programs write a whole image name (``host/name:tag``)."""
    try:
        return parse_tag(name.rpartition(":")[2])
    except TagInvalid:
        raise InvalidRequest(
            f"the layout calls an image {name[:200]!r}, which has no tag: name it yourself, REPOSITORY:TAG"
        ) from None


def _keep_one(plan: ImportPlan, entries: Sequence[Descriptor], tag: Tag) -> None:
    """Keep one image, now called ``tag``, and all that refers to it."""
    named = {parse_digest(entry.digest) for entry in entries if _name_of(entry) == tag}
    images = named or {
        digest
        for digest in (parse_digest(entry.digest) for entry in entries)
        if plan.manifests[digest].subject not in plan.manifests
    }
    if len(images) != 1:
        raise InvalidRequest(f"the layout has {len(images)} images and not one of them is called {tag}")
    root = images.pop()
    needed = _reachable(plan, root)
    plan.manifests = {digest: planned for digest, planned in plan.manifests.items() if digest in needed}
    plan.manifests[root].tags.append(tag)


def _reachable(plan: ImportPlan, root: Digest) -> set[Digest]:
    """Return a manifest, all that it lists, and all that refers to any of these."""
    referrers = dict[Digest, list[Digest]]()
    for planned in plan.manifests.values():
        if planned.subject is not None:
            referrers.setdefault(planned.subject, []).append(planned.digest)
    found, waiting = set[Digest](), [root]
    while waiting:
        digest = waiting.pop()
        if digest in plan.manifests and digest not in found:
            found.add(digest)
            waiting += [*plan.manifests[digest].children, *referrers.get(digest, ())]
    return found
