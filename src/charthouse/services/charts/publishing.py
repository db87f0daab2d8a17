"""Packages that come by a classic API become what ``helm push`` would have written, by the way that every push takes.

A package is read before anything is stored: one that is broken is refused, with what is wrong. Blobs are then linked
and the manifest put through the writer, who decides about rights, immutability and policies as for all others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import Metadata
from charthouse.helm.chart.push import Artifact, artifact, with_provenance
from charthouse.helm.chart.versions import tag_of
from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import (
    InvalidRequest,
    ManifestUnknown,
    NameUnknown,
    NotFound,
    TagTaken,
    Unauthorized,
)
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.charts import Charts, ChartState
from charthouse.ports.clock import Clock
from charthouse.services.registry.intake import Chunk
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.uploads import UploadService
from charthouse.services.registry.writer import Writer

from .intake import ChartIntake
from .levels import repository_at
from .provenance import LARGEST_PROVENANCE, read_claim

_AT_ONCE = 4
_LARGE = 8 * 1024**2
"""Packages that are worked on at once, and bytes from which on one is worked on alone: its bytes are in memory meanwhile,
some three times."""
_PIECE = 1024**2


class PublishRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides about uploads.

    ``overwrite``: a version that is there is replaced. ``force``: it is when the client asks for that. ``largest``:
    bytes of a package.
    """

    overwrite: bool
    force: bool
    largest: int
    largest_provenance: int = LARGEST_PROVENANCE

    def may_replace(self, *, force: bool) -> bool:
        """Tell whether a version that is there may be replaced by a client that says so, or not."""
        return self.overwrite or (self.force and force)


class ChartPublisher:
    """Takes packages and provenance files in."""

    def __init__(
        self,
        intake: ChartIntake,
        uploads: UploadService,
        reader: Reader,
        writer: Writer,
        charts: Charts,
        clock: Clock,
        rules: PublishRules,
    ) -> None:
        self._intake = intake
        self._uploads = uploads
        self._reader = reader
        self._writer = writer
        self._charts = charts
        self._clock = clock
        self.rules = rules
        self._small, self._large = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(1)

    async def admit(self, actor: Actor, level: str) -> None:
        """Return when it is worth taking in what the caller sends to ``level``; raises Unauthorized, NameInvalid.

        Which repository it goes to, and so whether the caller may, only the package tells.
        """
        repository_at(level, "chart")
        if actor.kind is ActorKind.ANONYMOUS:
            raise Unauthorized("authentication required")
        await self._reader.require_current(actor)

    async def publish(
        self,
        actor: Actor,
        level: str,
        package: Callable[[], Awaitable[bytes]],
        provenance: bytes | None,
        *,
        size: int,
        force: bool,
        called: tuple[str, str] | None = None,
    ) -> tuple[str, ...]:
        """Store a package, with its provenance file if there is one, under its version; return what to tell of it.

        ``package`` is asked for its ``size`` bytes when it is their turn; ``called`` is the name and version that it
        must have. Raises InvalidRequest for a broken chart or a provenance file of another one, ManifestInvalid for what the
        namespace's policy refuses (nothing is stored in either case), TagTaken for a version that is there, Unavailable
        when reading takes too long, and what the writer raises.
        """
        async with self._small if size < _LARGE else self._large:
            content = await package()
            preview = await self._intake.preview(level, content, provenance)
            metadata = msgspec.json.decode(preview.reading.summary, type=Metadata)
            if called is not None and called != (metadata.name, metadata.version):
                raise InvalidRequest(f"the package is of {metadata.name} {metadata.version}"[:500])
            repository = preview.repository
            digest = await asyncio.to_thread(digest_of, content)
            if provenance is not None:
                _require_claim(provenance, metadata, digest)
            created = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
            proof = None if provenance is None else (digest_of(provenance), len(provenance))
            made = _artifact(metadata, (digest, len(content)), proof, created)
            tag = Tag(made.tag)
            expected = await self._expected(actor, repository, tag, force=force)
            preview.require_admitted()  # no stranger learns what a namespace asks for
            await self._store(actor, repository, made.config)
            await self._store(actor, repository, content, digest)
            if provenance is not None:
                await self._store(actor, repository, provenance)
            return await self._put(actor, repository, tag, made.manifest, expected)

    async def add_provenance(self, actor: Actor, level: str, content: bytes, *, force: bool) -> None:
        """Store a provenance file with the package that it is for: a new manifest under the version's tag.

        Raises InvalidRequest for what is no provenance file, or of another package, NotFound when there is no such
        chart, TagTaken when it has one already, and what the writer raises.
        """
        claim = read_claim(content)
        repository = repository_at(level, claim.name)
        try:
            repository_id = await self._writer.existing(actor, repository)
        except NameUnknown:
            raise _unknown(claim.name, claim.version) from None
        try:
            tag = Tag(tag_of(claim.version))
        except ChartInvalid as error:
            raise InvalidRequest(f"provenance: {error}") from None
        chart = await self._charts.tagged(repository_id, tag, self._clock.now_ms())
        if chart is None or chart.facts.state is not ChartState.READ or chart.facts.version != claim.version:
            raise _unknown(claim.name, claim.version)
        claim.require(Digest(chart.facts.package))
        if chart.facts.provenance and not self.rules.may_replace(force=force):
            raise TagTaken(f"{claim.name}-{claim.version}.tgz.prov already exists")
        before = await self._reader.manifest(actor, repository, chart.digest)
        manifest = with_provenance(before.row.content, (digest_of(content), len(content)))
        await self._store(actor, repository, content)
        await self._put(actor, repository, tag, manifest, chart.digest)

    async def _expected(
        self, actor: Actor, repository: RepositoryName, tag: Tag, *, force: bool
    ) -> Literal[""] | None:
        """Return what the tag must point at: nothing, unless it may be replaced; raises TagTaken and what access refuses."""
        target = await self._writer.target(actor, repository)
        if self.rules.may_replace(force=force):
            return None
        if not target.create:
            try:
                await self._reader.manifest(actor, repository, tag)
            except ManifestUnknown:
                return ""
            raise TagTaken(_exists(repository, tag))
        return ""

    async def _store(
        self, actor: Actor, repository: RepositoryName, content: bytes, digest: Digest | None = None
    ) -> None:
        chunk = Chunk(0, len(content))
        await self._uploads.whole(actor, repository, digest or digest_of(content), chunk, _pieces(content))

    async def _put(
        self,
        actor: Actor,
        repository: RepositoryName,
        tag: Tag,
        manifest: bytes,
        expected: Digest | Literal[""] | None,
    ) -> tuple[str, ...]:
        try:
            stored = await self._writer.put_manifest(
                actor, repository, tag, (), manifest, None, expected=expected
            )
        except TagTaken:
            raise TagTaken(_exists(repository, tag)) from None
        return stored.told


def _artifact(
    metadata: Metadata, package: tuple[str, int], proof: tuple[str, int] | None, created: datetime
) -> Artifact:
    try:
        return artifact(metadata, package, proof, created)
    except ChartInvalid as error:
        raise InvalidRequest(str(error)) from None


def _require_claim(provenance: bytes, metadata: Metadata, digest: Digest) -> None:
    claim = read_claim(provenance)
    if (claim.name, claim.version) != (metadata.name, metadata.version):
        raise InvalidRequest(
            f"the provenance file is of {claim.name} {claim.version}, "
            f"the package of {metadata.name} {metadata.version}"
        )
    claim.require(digest)


def _exists(repository: RepositoryName, tag: Tag) -> str:
    return f"{repository.rpartition('/')[2]}-{tag.replace('_', '+')}.tgz already exists"


def _unknown(name: str, version: str) -> NotFound:
    return NotFound(f"no chart version found for {name}-{version}: upload the package first"[:500])


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
