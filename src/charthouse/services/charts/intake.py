"""What a pushed chart says of itself, read before its push is answered, so that no index lags behind.

A package that is broken is no reason to refuse an OCI push: it is stored, and marked with what is wrong. One that takes
too long to read is stored too, and read later (``pending``).
"""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.helm.chart.facts import Problem
from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import InvalidRequest, RegistryError, Unavailable
from charthouse.model.manifests import Manifest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.ports.chart_policies import ChartPolicy, LintAction
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.ports.clock import Clock
from charthouse.ports.sandbox import Crashed, OverBudget
from charthouse.services.registry.caches import CachedBlob
from charthouse.services.registry.reader import Reader

from .facts import LARGEST_ENTRY, UNREAD, chart_facts, entry_size, marked, too_large
from .layers import ChartLayers, chart_layers, is_chart
from .levels import repository_at
from .packages import Packages
from .policy import PolicyService, told_of
from .readings import PackageReading

_REMEMBERED = 64
_REMEMBERED_SIZE = 128 * 1024
"""How many readings are kept in memory, and up to which size: a chart may be pushed again, or under another tag."""

_MOST_NAMED = 5
"""Problems of a package that one refusal names."""

_Key = tuple[RepositoryName, Digest, Digest | None, bool]


class Admission(msgspec.Struct, frozen=True):
    """What is kept of a chart that may come in, and what whoever pushes it is to be told, one text a finding."""

    facts: ChartFacts | None = None
    told: tuple[str, ...] = ()


_NO_CHART = Admission()


class Preview(msgspec.Struct, frozen=True):
    """A package that was read before its push, and the policy of the namespace that it is for."""

    repository: RepositoryName
    reading: PackageReading
    policy: ChartPolicy

    def require_admitted(self) -> None:
        """Return when the policy takes the chart; raises ManifestInvalid."""
        if self.policy.action is not LintAction.OFF:
            told_of(self.policy, self.repository, chart_facts(UNREAD, self.reading, self.repository))


class ChartIntake:
    """Reads charts, as an actor.

    ``largest``: bytes of a package that is read at all. ``last``: nobody will try again, so what can't be read is broken.
    """

    def __init__(
        self,
        reader: Reader,
        packages: Packages,
        policies: PolicyService,
        clock: Clock,
        largest: int,
        *,
        last: bool = False,
    ) -> None:
        self._policies = policies
        self._reader = reader
        self._packages = packages
        self._clock = clock
        self._largest = largest
        self._last = last
        self._remembered: dict[_Key, PackageReading] = {}

    async def admit(
        self, actor: Actor, repository: RepositoryName, manifest: Manifest, content: bytes
    ) -> Admission:
        """Read the chart that is being pushed, and ask its namespace's policy.

        Raises ManifestInvalid when the policy refuses it, and nothing else for what is wrong with the package.
        """
        if not is_chart(manifest):
            return _NO_CHART
        policy = await self._policies.of(repository)
        asks = policy.action is not LintAction.OFF
        facts = await self.facts(actor, repository, manifest, content, lint=asks)
        if facts is None or not asks:
            return Admission(facts)
        return Admission(facts, told_of(policy, repository, facts))

    async def preview(self, level: str, package: bytes, provenance: bytes | None) -> Preview:
        """Read a package that is not stored yet, as its push to ``level`` will read it, which then need not.

        Raises InvalidRequest with everything that is wrong with it, Unavailable when reading takes too long.
        """
        policy = await self._policies.of(repository_at(level, "chart"))
        asks = policy.action is not LintAction.OFF
        try:
            now = self._clock.now_ms()
            reading = await self._packages.read_bytes(package, provenance, now, lint=asks)
        except (OverBudget, Crashed) as error:
            raise Unavailable(f"the chart could not be read: {error}") from None
        if reading.broken:
            wrong = [problem for problem in reading.problems if problem.severity == "error"]
            raise InvalidRequest("; ".join(_text(problem) for problem in wrong[:_MOST_NAMED]))
        size = entry_size(reading)
        if size > LARGEST_ENTRY:  # by this door a chart comes in that the index shows, or none
            raise InvalidRequest(too_large(size))
        repository = repository_at(level, reading.name)
        proof = None if provenance is None else digest_of(provenance)
        self._remember((repository, await asyncio.to_thread(digest_of, package), proof, asks), reading)
        return Preview(repository, reading, policy)

    async def facts(
        self,
        actor: Actor,
        repository: RepositoryName,
        manifest: Manifest,
        content: bytes,
        *,
        lint: bool = False,
    ) -> ChartFacts | None:
        """Return what the chart that ``content`` (a manifest) stands for says of itself; None when it is no chart.

        With ``lint`` the problems are everything that lint has to say. Raises nothing for what is wrong with the
        package: the facts tell. With ``last`` raises Unavailable.
        """
        if not is_chart(manifest):
            return None
        layers = chart_layers(content)
        if isinstance(layers, str):
            return marked(UNREAD, ChartState.BROKEN, "chart-layer", layers)
        known = msgspec.structs.replace(
            UNREAD,
            package=layers.package,
            package_size=layers.package_size,
            provenance=layers.provenance or "",
        )
        if layers.package_size > self._largest:
            text = f"the package has {layers.package_size} bytes, and at most {self._largest} are read"
            return marked(known, ChartState.BROKEN, "package-size", text)
        try:
            package, provenance = await self._blobs(actor, repository, layers)
            for entry, claimed in ((package, layers.package_size), (provenance, layers.provenance_size)):
                if entry is not None and entry.row.size != claimed:
                    text = f"{entry.row.digest} has {entry.row.size} bytes, and the manifest says {claimed}"
                    return marked(known, ChartState.BROKEN, "layer-size", text)
            reading = await self._reading(repository, package, provenance, lint=lint)
        except (OverBudget, Crashed) as error:
            return self._unread(known, str(error))
        except Unavailable as error:
            if self._last:
                raise
            return self._unread(known, error.message)
        except RegistryError as error:
            return self._unread(known, error.message)
        return chart_facts(known, reading, repository)

    def _unread(self, known: ChartFacts, why: str) -> ChartFacts:
        if self._last:
            return marked(known, ChartState.BROKEN, "not-readable", f"it can't be read: {why}")
        return marked(known, ChartState.PENDING, "not-read", f"it will be read later: {why}")

    async def _blobs(
        self, actor: Actor, repository: RepositoryName, layers: ChartLayers
    ) -> tuple[CachedBlob, CachedBlob | None]:
        package = await self._reader.blob(actor, repository, layers.package)
        if layers.provenance is None:
            return package, None
        return package, await self._reader.blob(actor, repository, layers.provenance)

    async def _reading(
        self, repository: RepositoryName, package: CachedBlob, provenance: CachedBlob | None, *, lint: bool
    ) -> PackageReading:
        key = (repository, package.row.digest, provenance.row.digest if provenance else None, lint)
        known = self._remembered.get(key)
        if known is not None:
            return known
        reading = await self._packages.read(package, provenance, self._clock.now_ms(), lint=lint)
        self._remember(key, reading)
        return reading

    def _remember(self, key: _Key, reading: PackageReading) -> None:
        if reading.weight > _REMEMBERED_SIZE:
            return
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[key] = reading


def _text(problem: Problem) -> str:
    return f"{problem.where}: {problem.message}" if problem.where else problem.message
