"""What a server process remembers of the metadata store, bounded in bytes, dropped by the change log.

Only engines that can tell what has changed (``InlineReads``) are cached in front of; for them every entry is
exact, because ``apply`` runs before each read with all that was committed since the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from charthouse.model.permissions import Access, Role
from charthouse.ports.reads import BlobRow, Change, ChangeKind, ManifestRow

_OVERHEAD = 600  # bytes that an entry costs beside its content: keys, dict slots, rendered headers


class Cached:
    """An entry that several keys may share. ``alive`` False means: forgotten, whoever still points here.

    ``rendered`` is the wire format's: whatever it made of the row, kept and dropped together with it.
    """

    __slots__ = ("alive", "digest", "rendered", "repository_id", "size")

    def __init__(self, repository_id: int, digest: str, size: int) -> None:
        self.repository_id = repository_id
        self.digest = digest
        self.size = size + _OVERHEAD
        self.alive = True
        self.rendered: object | None = None


class CachedManifest(Cached):
    """A live manifest."""

    __slots__ = ("row",)

    def __init__(self, repository_id: int, row: ManifestRow) -> None:
        super().__init__(repository_id, row.digest, len(row.content))
        self.row = row


class CachedBlob(Cached):
    """A blob that a repository holds."""

    __slots__ = ("row",)

    def __init__(self, repository_id: int, row: BlobRow) -> None:
        super().__init__(repository_id, row.digest, 0)
        self.row = row


E = TypeVar("E", bound=Cached)


class Generations(Generic[E]):
    """A map bounded in bytes: two generations, the older dropped whole when the younger is full.

    A hit in the younger costs one dictionary look-up, unlike a list of recent use.
    """

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._young: dict[tuple[int, str], E] = {}
        self._old: dict[tuple[int, str], E] = {}
        self._young_bytes = 0

    def get(self, key: tuple[int, str]) -> E | None:
        """Return the live entry under ``key``, or None."""
        entry = self._young.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None or not entry.alive:
                return None
            self.keep(entry, key[1])
        return entry if entry.alive else None

    def keep(self, entry: E, name: str) -> None:
        """Keep ``entry`` under its digest and under ``name`` (a tag, or the digest again).

        Both in the same generation: while a tag leads to the entry, dropping the digest finds it.
        """
        if self._young_bytes > self._half:
            self._old, self._young, self._young_bytes = self._young, {}, 0
        self._young[entry.repository_id, entry.digest] = entry
        self._young[entry.repository_id, name] = entry
        self._young_bytes += entry.size

    def drop(self, key: tuple[int, str]) -> None:
        """Forget what is under ``key``, under every key that shares it."""
        for generation in (self._young, self._old):
            entry = generation.pop(key, None)
            if entry is not None:
                entry.alive = False

    def unlink(self, key: tuple[int, str]) -> None:
        """Forget only this key; the entry lives on under others."""
        self._young.pop(key, None)
        self._old.pop(key, None)

    def drop_repository(self, repository_id: int) -> None:
        """Forget all entries of a repository."""
        for generation in (self._young, self._old):
            for key in [key for key in generation if key[0] == repository_id]:
                generation.pop(key).alive = False

    def clear(self) -> None:
        """Forget everything."""
        self._young, self._old, self._young_bytes = {}, {}, 0


class Caches:
    """The caches of one process: access decisions, manifests by tag and digest, blobs."""

    def __init__(self, limit: int) -> None:
        self.access: dict[tuple[int, str], Access] = {}
        self.manifests: Generations[CachedManifest] = Generations(limit * 7 // 8)
        self.blobs: Generations[CachedBlob] = Generations(limit // 8)
        self._access_limit = max(limit // 4096, 1024)
        self.on_account: Callable[[int], None] = lambda _: None
        """Told of every account whose rights or state changed, for others who remember it."""
        self.listeners: list[Callable[[Change], None]] = []
        """Told of every change, for others who remember what it makes untrue."""

    def remember_access(self, account_id: int, repository: str, access: Access) -> None:
        """Keep a decision that lets the account read.

        No other: to a stranger what is missing and what is forbidden shall take the same time.
        """
        if access.role < Role.READ:
            return
        if len(self.access) >= self._access_limit:
            self.access.clear()
        self.access[account_id, repository] = access

    def apply(self, changes: Sequence[Change]) -> None:
        """Forget what ``changes`` made untrue."""
        for change in changes:
            for listener in self.listeners:
                listener(change)
            key = (change.subject, change.name)
            match change.kind:
                case ChangeKind.TAG:
                    self.manifests.unlink(key)
                case ChangeKind.MANIFEST:
                    self.manifests.drop(key)
                case ChangeKind.BLOB:
                    self.blobs.drop(key)
                case ChangeKind.CHART:
                    pass  # for ``listeners``
                case ChangeKind.REPOSITORY:
                    self._forget_repository(change.subject)
                case ChangeKind.ACCOUNT:
                    self._forget_account(change.subject)
                case ChangeKind.EVERYTHING:
                    self._forget_everything()

    def _forget_repository(self, repository_id: int) -> None:
        self.manifests.drop_repository(repository_id)
        self.blobs.drop_repository(repository_id)
        self.access = {k: a for k, a in self.access.items() if a.repository_id != repository_id}

    def _forget_account(self, account_id: int) -> None:
        self.access = {k: a for k, a in self.access.items() if k[0] != account_id}
        self.on_account(account_id)

    def _forget_everything(self) -> None:
        self.access.clear()
        self.manifests.clear()
        self.blobs.clear()
