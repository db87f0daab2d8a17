"""Packages and signatures of charts by their classic addresses."""

from __future__ import annotations

import contextlib
import functools

import msgspec

from charthouse.helm.chart.versions import is_strict, is_version
from charthouse.model.digests import Digest
from charthouse.model.errors import ManifestUnknown, NameInvalid, NameUnknown, NotFound, Unauthorized
from charthouse.model.names import MAX_REPOSITORY, RepositoryName, Tag, parse_repository
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.charts import Charts, ChartState
from charthouse.ports.clock import Clock
from charthouse.services.registry.caches import CachedBlob, CachedManifest
from charthouse.services.registry.reader import Reader

_CANDIDATES = 16
"""Ways to part a file's name that are tried."""
_KEPT = 10_000
_LONGEST = MAX_REPOSITORY + 256
"""Characters of a file's name: of what is longer there is none, and nothing is remembered."""


class _Files(msgspec.Struct, frozen=True, gc=False):
    """The digests of a chart's package and signature ("": none)."""

    package: str
    provenance: str


class Found(msgspec.Struct, frozen=True):
    """A file of a chart that the caller may read."""

    manifest: CachedManifest
    tag: Tag
    blob: CachedBlob


class ChartFiles:
    """Finds the files that an index names. One a process; not for several threads."""

    def __init__(self, charts: Charts, reader: Reader, clock: Clock) -> None:
        self._charts = charts
        self._reader = reader
        self._clock = clock
        self._known: dict[tuple[int, str], _Files] = {}

    async def package(self, actor: Actor, level: str, stem: str) -> Found:
        """Return the package called ``<name>-<version>``.

        Raises NotFound, and Unauthorized where a login may help, alike for what is missing and what is hidden.
        """
        return await self._find(actor, level, stem, provenance=False)

    async def provenance(self, actor: Actor, level: str, stem: str) -> Found:
        """Return the signature of such a package; raises as ``package`` does."""
        return await self._find(actor, level, stem, provenance=True)

    async def count_pull(self, found: Found) -> None:
        """Count a package that is about to be served as a pull of its tag."""
        await self._reader.count_pull(found.manifest, found.tag, head=False)

    async def _find(self, actor: Actor, level: str, stem: str, *, provenance: bool) -> Found:
        readable = False
        refused: Unauthorized | None = None
        for repository, tag in _candidates(level, stem) if len(stem) <= _LONGEST else ():
            try:
                found = await self._one(actor, repository, tag, provenance=provenance)
            except Unauthorized as error:
                refused = error
                continue
            except NameUnknown:
                continue
            except ManifestUnknown:
                found = None
            if found is not None:
                return found
            readable = True
        if refused is not None and not readable:
            raise refused
        if actor.kind is ActorKind.ANONYMOUS and not readable:
            raise Unauthorized("authentication required")
        raise NotFound("not found")

    async def _one(
        self, actor: Actor, repository: RepositoryName, tag: Tag, *, provenance: bool
    ) -> Found | None:
        manifest = self._reader.peek(actor, repository, tag)
        if manifest is None:
            manifest = await self._reader.manifest(actor, repository, tag)
        files = self._known.get((manifest.row.manifest_id, tag)) or await self._files(manifest, tag)
        digest = "" if files is None else files.provenance if provenance else files.package
        if not digest:
            return None
        blob = self._reader.peek_blob(actor, repository, digest)
        if blob is None:
            blob = await self._reader.blob(actor, repository, Digest(digest))
        return Found(manifest, tag, blob)

    async def _files(self, manifest: CachedManifest, tag: Tag) -> _Files | None:
        """Return the files of a manifest that an index shows under this tag, None of every other."""
        chart = await self._charts.by_digest(manifest.repository_id, manifest.digest)
        if chart is None or chart.facts.state is not ChartState.READ or chart.facts.tag != tag:
            return None
        files = _Files(chart.facts.package, chart.facts.provenance)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[manifest.row.manifest_id, tag] = files  # what was read of a manifest never changes
        return files


@functools.lru_cache(4096)
def _candidates(level: str, stem: str) -> tuple[tuple[RepositoryName, Tag], ...]:
    """Return the charts that a file may be of, the likelier first: both names and versions may have dashes."""
    strict: list[tuple[RepositoryName, Tag]] = []
    others: list[tuple[RepositoryName, Tag]] = []
    at = stem.find("-")
    while at >= 0 and len(strict) + len(others) < _CANDIDATES:
        version = stem[at + 1 :]
        if is_version(version):
            with contextlib.suppress(NameInvalid):
                found = parse_repository(f"{level}/{stem[:at]}"), Tag(version.replace("+", "_"))
                (strict if is_strict(version) else others).append(found)
        at = stem.find("-", at + 1)
    return (*strict, *others)
