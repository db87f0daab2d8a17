"""What is known of charts: facts about a package, the entries of indexes, and what is inside.

Facts are written in the transaction that stores a chart's manifest, and entries in every one that moves a tag of
it; so an index never lags behind what clients were told.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Protocol

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.names import RepositoryName, Tag


class ChartState(enum.StrEnum):
    """What came of reading a package."""

    READ = "read"
    PENDING = "pending"
    """Not read yet: it was over the budget of its push."""
    BROKEN = "broken"
    """Whoever pulls it will not be able to use it; the problems say why."""


class ChartFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a package says of itself.

    ``tag`` is the only tag under which an index shows it (the version, ``+`` written ``_``); "": none, as for a
    broken chart or one whose name is not the repository's. ``precedence`` orders versions by its bytes: the greatest is
    the one that Helm takes when none is named. ``package`` and ``provenance`` are digests of layers ("": none).
    ``problems`` is a JSON list of objects, ``summary`` Chart.yaml as a JSON object, ``entry`` the YAML that stands
    for it in an index.yaml, a list item indented by two, with its line break. ``words`` are what searches find it by,
    between spaces, as ``services.charts.words`` makes them. ``document`` is what is inside, compressed.
    """

    state: ChartState
    tag: str = ""
    precedence: str = ""
    name: str = ""
    version: str = ""
    package: str = ""
    package_size: int = 0
    provenance: str = ""
    problems: str = "[]"
    summary: str = "{}"
    entry: str = ""
    words: str = ""
    document: bytes = b""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart as a repository has it; ``facts`` without words and document."""

    manifest_id: int
    digest: Digest
    created_ms: int
    facts: ChartFacts


class ChartVersion(msgspec.Struct, frozen=True):
    """A chart under the tag at which an index shows it, without entry and document."""

    tag: Tag
    chart: Chart


class TaggedChart(msgspec.Struct, frozen=True):
    """A chart under a tag that lives, without its entry; ``shown``: an index shows it there.

    ``expires_ms`` None: the tag has no date.
    """

    tag: Tag
    shown: bool
    chart: Chart
    expires_ms: int | None
    immutable: bool


class ChartRepository(msgspec.Struct, frozen=True):
    """A repository that has charts. ``stamp`` grows with each change of its entries: when it was, in milliseconds.

    ``latest_id`` is the manifest of the version that Helm takes when none is named; None: it shows no version.
    """

    repository_id: int
    repository: RepositoryName
    stamp: int
    latest_id: int | None


class ChartEntry(msgspec.Struct, frozen=True):
    """What an index shows for a tag; ``entry`` "": nothing (any more). ``expires_ms``: nothing from then on."""

    tag: Tag
    precedence: str
    stamp: int
    entry: str
    expires_ms: int | None


class ChartQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search. A chart is found when each of ``words`` begins one of its own; () finds all.

    ``text`` is what was typed, as names are written: charts called so come first, then those whose names begin so, then
    those that have it in their names. ``account_id`` is who must be able to read what is found, unless ``everything``.
    """

    words: tuple[str, ...]
    text: str
    account_id: int
    everything: bool = False
    offset: int = 0
    limit: int


class FoundChart(msgspec.Struct, frozen=True):
    """A repository that a search found, and the version that Helm takes when none is named."""

    repository: RepositoryName
    chart: Chart


class PendingChart(msgspec.Struct, frozen=True):
    """A chart that waits to be read."""

    manifest_id: int
    repository_id: int
    repository: RepositoryName
    content: bytes
    """The manifest."""


class Charts(Protocol):
    """Charts of all repositories. What raises Unavailable elsewhere does here too."""

    async def level(self, level: str, account_id: int, *, everything: bool = False) -> list[ChartRepository]:
        """Return the repositories one segment below ``level`` that the account may read, by name.

        With ``everything`` whoever may read them.
        """

    async def entries(
        self, repository_id: int, after_stamp: int, limit: int | None = None
    ) -> list[ChartEntry]:
        """Return the entries that changed after ``after_stamp``, by their stamps, of which no two are equal.

        After 0 only those that show something; with ``limit`` the first so many.
        """

    async def versions(self, repository_id: int, now_ms: int) -> list[ChartVersion]:
        """Return what the index shows of a repository, greatest precedence first; neither with what Chart.yaml says, nor
        with problems, which may be large: ``several`` tells."""

    async def several(self, manifest_ids: Sequence[int]) -> dict[int, Chart]:
        """Return charts of live manifests by their numbers, without entries; some hundred at a time."""

    async def tags(self, repository_id: int, now_ms: int, offset: int, limit: int) -> list[TaggedChart]:
        """Return the live tags that point at charts, greatest precedence first, what has none last; then by name."""

    async def tagged(self, repository_id: int, tag: str, now_ms: int) -> Chart | None:
        """Return the chart that a live tag points at, whether an index shows it or not, with its entry."""

    async def by_digest(self, repository_id: int, digest: str) -> Chart | None:
        """Return the chart of a live manifest, with its entry."""

    async def latest(self, repository_id: int, now_ms: int) -> Chart | None:
        """Return the version that Helm takes when none is named, without its entry; None: an index shows none."""

    async def document(self, manifest_id: int) -> bytes | None:
        """Return what is inside of a chart, compressed; None when nothing is known of it."""

    async def search(self, query: ChartQuery) -> list[FoundChart]:
        """Return the charts that a search finds, what comes closest first, then by name."""

    async def pending(self, limit: int) -> list[PendingChart]:
        """Return charts that wait to be read, the oldest first."""

    async def settle(self, manifest_id: int, facts: ChartFacts) -> bool:
        """Say what a chart that waited says of itself; False when it waits no more."""
