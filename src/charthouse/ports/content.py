"""What repositories hold, and every command that changes it: one transaction each.

Each command also writes the change-log rows that make caches forget, in the same transaction. Commands are
idempotent where a client may send them twice. All may raise Unavailable (the database does not answer) and
StorageFull; then nothing was changed, unless the answer to a commit itself was lost: nobody knows then, so
whoever asked should ask again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.manifests import Manifest
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import RepositoryState

from .charts import ChartFacts
from .tags import NO_TERMS, TagTerms


class Target(msgspec.Struct, frozen=True):
    """The repository that a command writes to. The service has decided that ``account_id`` may write.

    When the repository is not there: ``create`` makes it (``public`` or private) with the account as its
    administrator, else the command raises NameUnknown. When ``create`` is asked for and somebody else has just
    made it, the command raises Denied unless the account may write to it. ``repository_id`` is the one that the
    account was found to have rights in: a later one of the same name is another (0: whichever has the name).
    ``found``: with the repository its namespace is made, as an organization of the account's, when nobody has it.
    """

    repository: RepositoryName
    account_id: int
    create: bool = False
    public: bool = False
    repository_id: int = 0
    found: bool = False


class PutManifest(msgspec.Struct, frozen=True):
    """Store a manifest (again: no change but its tags) and point ``tags`` at it, on these terms.

    With ``sparse`` absent blobs and children are accepted, else ManifestBlobUnknown lists them. ``chart`` is what the
    package says of itself, when the manifest is a chart's: every command has it then. ``expected`` is the digest that
    each tag must point at so far ("": at nothing; None: at whatever it likes).
    """

    target: Target
    digest: Digest
    content: bytes
    manifest: Manifest
    tags: tuple[Tag, ...]
    sparse: bool
    now_ms: int
    terms: TagTerms = NO_TERMS
    chart: ChartFacts | None = None
    expected: Digest | Literal[""] | None = None


class LinkBlob(msgspec.Struct, frozen=True):
    """Tell that a repository holds a blob whose bytes are stored under ``key``."""

    target: Target
    digest: Digest
    size: int
    key: str
    keep_until_ms: int
    now_ms: int


class MountBlob(msgspec.Struct, frozen=True):
    """Let a repository hold a blob that another one holds, which the account may read.

    ``source`` None looks in every repository that the account may read.
    """

    target: Target
    digest: Digest
    source: RepositoryName | None
    keep_until_ms: int
    now_ms: int


class Referrer(msgspec.Struct, frozen=True):
    """A manifest that names another as its subject."""

    digest: Digest
    media_type: str
    artifact_type: str
    size: int
    annotations: dict[str, str]


class Referrers(msgspec.Struct, frozen=True):
    """A question for the referrers of ``subject`` after the digest ``after``, of these artifact types (none: of any).

    The manifests of one page have at most ``room`` bytes together, but it has one at least: their annotations
    are told, and may be almost as large as they are.
    """

    repository_id: int
    subject: Digest
    after: str
    artifact_types: tuple[str, ...]
    room: int


class ReferrerPage(msgspec.Struct, frozen=True):
    """Some referrers of a subject, by digest; others follow after ``more_after``, if it is not empty."""

    found: list[Referrer]
    more_after: str = ""


class TagTarget(msgspec.Struct, frozen=True):
    """A live tag and the manifest it points at."""

    name: Tag
    digest: Digest
    media_type: str
    size: int


class Repositories(Protocol):
    """Repositories by name."""

    async def create(self, target: Target, description: str, now_ms: int) -> int:
        """Create a repository, return its id; raises AlreadyExists, or NameUnknown for its namespace."""

    async def set_visibility(self, repository_id: int, public: bool) -> None:
        """Make it public or private."""

    async def set_state(self, repository_id: int, state: RepositoryState) -> None:
        """Say what may be done to its content; no change to one that is deleted."""

    async def set_description(self, repository_id: int, description: str) -> None:
        """Replace its description."""

    async def delete(self, repository_id: int) -> bool:
        """Make it unreachable, free its name; False when it is gone. ``Purge`` takes what it held."""

    async def catalog(self, account_id: int, after: str, limit: int, *, public: bool = True) -> list[str]:
        """Return at most ``limit`` names greater than ``after`` that the account may read, by bytes.

        Without ``public`` only those that it may read by more than their being public.
        A superuser sees no more than others.
        """

    async def names(self, after: str, limit: int) -> list[str]:
        """Return at most ``limit`` names greater than ``after``, of all repositories, by bytes."""


class Manifests(Protocol):
    """Manifests, tags and referrers of a repository."""

    async def put(self, command: PutManifest) -> int:
        """Do it; returns the repository's id.

        Raises ManifestBlobUnknown, NameUnknown, RepositoryReadOnly, TagImmutable for a tag that points elsewhere, or
        TagTaken for one that does not point at what is expected.
        """

    async def delete_tag(self, repository_id: int, tag: str, now_ms: int) -> bool:
        """Hide a tag, keep it in the history; False when there is none.

        Raises TagImmutable, RepositoryReadOnly.
        """

    async def delete_manifest(self, repository_id: int, digest: str, now_ms: int) -> bool:
        """Hide a manifest and every tag that points at it; False when there is none.

        Raises RepositoryReadOnly, or TagImmutable when an immutable tag needs it, be it by an index.
        """

    async def referrers(self, asked: Referrers) -> ReferrerPage:
        """Return a page of the live manifests that name the subject."""

    async def listable(self, repository_id: int, subject: str, digests: Sequence[str]) -> set[str]:
        """Return those of ``digests``, of any number, that are live manifests and do not name ``subject``."""

    async def tag_targets(self, repository_id: int, after: str, limit: int, now_ms: int) -> list[TagTarget]:
        """Return at most ``limit`` live tags greater than ``after`` with what they point at, by bytes."""


class BlobIndex(Protocol):
    """Which repository holds which blob, and under which key its bytes lie (deduplicated)."""

    async def link(self, command: LinkBlob) -> str:
        """Do it; returns the key that holds the bytes from now on.

        Another than ``command.key`` when the same blob was stored before: the caller then deletes its own copy.
        A quarantined blob is repaired: the new key becomes the blob's.
        """

    async def mount(self, command: MountBlob) -> bool:
        """Do it; False when no repository that the account may read holds the blob."""

    async def keep(self, repository_id: int, digest: str, until_ms: int) -> bool:
        """Keep the blob from collection until then (never shortens); False when it is gone."""

    async def lose(self, digest: str, key: str) -> None:
        """Make a blob unknown everywhere until it is pushed again: what ``key`` held is damaged or gone.

        No change when the blob's key is another by now.
        """

    async def unlink(self, repository_id: int, digest: str) -> bool:
        """Take the blob from the repository; False when it is not there. Restoring a hidden manifest brings it back.

        Raises Conflict, naming the manifest, when a live manifest of the repository needs it.
        """


class Pull(msgspec.Struct, frozen=True):
    """Pulls of one reference since the last report. ``reference`` is a tag or a digest.

    ``again``: the same pulls are reported under another reference too, and are those of the repository there.
    """

    repository_id: int
    reference: str
    count: int
    last_ms: int
    again: bool = False


class PullLog(Protocol):
    """Counts of pulls."""

    async def record(self, pulls: Sequence[Pull]) -> None:
        """Add to the counts."""

    async def count(self, repository_id: int, reference: str) -> tuple[int, int]:
        """Return ``(pulls, last_ms)`` of a reference; (0, 0) when never pulled."""

    async def counts(self, repository_id: int, references: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """Return ``(pulls, last_ms)`` of those of ``references`` that were ever pulled."""
