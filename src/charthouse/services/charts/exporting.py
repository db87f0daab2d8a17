"""A namespace's charts as a static classic repository: an index.yaml a level, packages, provenance files.

Any web server can serve it. First the plan, then the packages, each verified, and at last the index of each level,
which therefore names nothing that is not there. What lies there already is not written again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

import msgspec

from charthouse.model.digests import Digest, parse_digest
from charthouse.model.errors import InvalidRequest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.ports.charts import Charts, ChartVersion
from charthouse.ports.clock import Clock
from charthouse.ports.content import Repositories
from charthouse.ports.hashing import HasherFactory
from charthouse.ports.layouts import LayoutReader, LayoutWriter
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.reader import Reader
from charthouse.services.transfer.verified import VerifiedCopy

Progress = Callable[[int], None]
"""Told how many more bytes are done."""

INDEX = "index.yaml"
EMPTY_INDEX = b"apiVersion: v1\nentries: {}\n"
_PAGE = 1000


class PlannedFile(msgspec.Struct, frozen=True):
    """A package or provenance file: where it goes, and which blob of which repository it is."""

    name: str
    repository: RepositoryName
    digest: Digest
    size: int


class ChartExportPlan(msgspec.Struct):
    """What an export will write; ``indexes`` are whole files by name, the top level's last."""

    actor: Actor
    level: str
    files: list[PlannedFile]
    indexes: dict[str, bytes]
    charts: int
    versions: int

    @property
    def bytes(self) -> int:
        """Return the size of all packages and provenance files."""
        return sum(file.size for file in self.files)


class ChartsExported(msgspec.Struct, frozen=True):
    """What the directory holds now of ``level``; ``written`` counts files that were not there before."""

    level: str
    levels: int
    charts: int
    versions: int
    files: int
    written: int
    bytes: int


class ChartExporter:
    """Reads as an actor, writes directories."""

    def __init__(
        self,
        charts: Charts,
        repositories: Repositories,
        reader: Reader,
        contents: BlobContents,
        clock: Clock,
        make_hasher: HasherFactory,
    ) -> None:
        self._charts = charts
        self._repositories = repositories
        self._reader = reader
        self._contents = contents
        self._clock = clock
        self._verified = VerifiedCopy(make_hasher)

    async def plan(self, actor: Actor, level: str) -> ChartExportPlan:
        """Find out what the classic repository ``level``, and those below it, hold for the actor.

        Raises InvalidRequest when there is no chart at all.
        """
        plan = ChartExportPlan(actor, level, [], {}, 0, 0)
        for below in await self._levels(level):
            folder = below[len(level) :].lstrip("/")
            await self._add(plan, below, f"{folder}/" if folder else "")
        if not plan.versions:
            raise InvalidRequest(f"{level} has no chart that this account may read")
        plan.indexes.setdefault(INDEX, EMPTY_INDEX)
        return plan

    async def run(self, plan: ChartExportPlan, layout: LayoutWriter, progress: Progress) -> ChartsExported:
        """Write what was planned; raises DigestInvalid for damaged bytes, BlobUnknown for what was deleted since."""
        if await layout.size(INDEX) is None:  # the mark of a repository: one that broke off is known again
            await _put(layout, INDEX, EMPTY_INDEX)
        written = 0
        for file in plan.files:
            body = self._body(plan.actor, file)
            place = file.repository
            written += await self._verified.put(layout, file.name, file.digest, file.size, body, place)
            progress(file.size)
        for name, content in plan.indexes.items():
            written += await _put(layout, name, content)
        await layout.finish()
        return ChartsExported(
            plan.level, len(plan.indexes), plan.charts, plan.versions, len(plan.files), written, plan.bytes
        )

    async def _levels(self, level: str) -> list[str]:
        """Return the level and all below it that hold a repository, the deepest first."""
        found, after, prefix = {level}, f"{level}/", f"{level}/"
        while page := await self._repositories.names(after, _PAGE):
            inside = [name for name in page if name.startswith(prefix)]
            found.update(name.rpartition("/")[0] for name in inside)
            if len(inside) < len(page):
                break
            after = page[-1]
        return sorted(found, key=lambda name: (-name.count("/"), name))

    async def _add(self, plan: ChartExportPlan, level: str, folder: str) -> None:
        parts: list[str] = []
        for repository in await self._charts.level(level, plan.actor.account_id):
            versions = await self._charts.versions(repository.repository_id, self._clock.now_ms())
            if not versions:
                continue
            entries = {e.tag: e.entry for e in await self._charts.entries(repository.repository_id, 0)}
            listed = [version for version in versions if entries.get(version.tag)]
            if not listed:
                continue
            name = repository.repository.rpartition("/")[2]
            parts.append(f"  {msgspec.json.encode(name).decode()}:\n")
            for version in listed:
                parts.append(entries[version.tag])
                plan.files += await self._files(plan.actor, repository.repository, version, folder)
            plan.charts += 1
            plan.versions += len(listed)
        if parts:
            plan.indexes[f"{folder}{INDEX}"] = f"apiVersion: v1\nentries:\n{''.join(parts)}".encode()

    async def _files(
        self, actor: Actor, repository: RepositoryName, version: ChartVersion, folder: str
    ) -> Sequence[PlannedFile]:
        facts = version.chart.facts
        name = f"{folder}charts/{facts.name}-{facts.version}.tgz"
        files = [PlannedFile(name, repository, parse_digest(facts.package), facts.package_size)]
        if facts.provenance:
            digest = parse_digest(facts.provenance)
            blob = await self._reader.blob(actor, repository, digest)
            files.append(PlannedFile(f"{name}.prov", repository, digest, blob.row.size))
        return files

    async def _body(self, actor: Actor, file: PlannedFile) -> AsyncIterator[bytes]:
        entry = await self._reader.blob(actor, file.repository, file.digest)
        async for part in await self._contents.stream(entry, 0, entry.row.size):
            yield part


async def _put(layout: LayoutWriter, name: str, content: bytes) -> bool:
    """Write a file unless it is there with the same content."""
    if await layout.size(name) == len(content) and await _read(layout, name) == content:
        return False

    async def body() -> AsyncIterator[bytes]:
        yield content

    await layout.write(name, len(content), body())
    return True


async def _read(layout: LayoutReader, name: str) -> bytes:
    return b"".join([part async for part in layout.read(name)])
