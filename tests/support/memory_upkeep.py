"""The upkeep ports in memory: a scripted collection that writes down what it is asked, and leases."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.model.errors import Unavailable
from charthouse.ports.upkeep import Garbage, StoredBlob, Terms


class ScriptedCollection:
    """Holds numbers of things to take (ports.upkeep.Collection). ``fail_at``: the call that fails, from 1."""

    def __init__(
        self, *, tags: int = 0, manifests: int = 0, links: int = 0, keys: Sequence[str] = ()
    ) -> None:
        self.tags, self.manifests, self.links = tags, manifests, links
        self.keys = list(keys)
        """Objects of blobs that no repository holds."""
        self.marked: dict[str, int] = {}
        self.known: set[str] = set()
        self.stored: list[StoredBlob] = []
        self.quarantined: list[int] = []
        self.calls: list[str] = []
        self.times: list[tuple[int, ...]] = []
        self.fail_at = 0

    def _called(self, name: str, *times: int) -> None:
        self.calls.append(name)
        self.times.append(times)
        if len(self.calls) == self.fail_at:
            raise Unavailable("the database has gone away")

    async def preview(self, terms: Terms) -> Garbage:
        self._called("preview", terms.now_ms, terms.window_ms, terms.grace_ms)
        return Garbage(self.tags, self.manifests, self.links, len(self.keys), len(self.keys))

    async def expire_tags(self, now_ms: int, limit: int) -> int:
        self._called("expire", now_ms)
        return 0

    async def sweep_history(self, terms: Terms, limit: int) -> int:
        self._called("history", terms.now_ms, terms.window_ms, terms.grace_ms)
        taken, self.tags = min(self.tags, limit), max(self.tags - limit, 0)
        return taken

    async def sweep_manifests(self, terms: Terms, limit: int) -> int:
        self._called("manifests", terms.now_ms, terms.window_ms, terms.grace_ms)
        taken, self.manifests = min(self.manifests, limit), max(self.manifests - limit, 0)
        return taken

    async def sweep_links(self, now_ms: int, limit: int) -> int:
        self._called("links", now_ms)
        taken, self.links = min(self.links, limit), max(self.links - limit, 0)
        return taken

    async def sweep_blobs(self, now_ms: int, limit: int) -> Garbage:
        self._called("blobs", now_ms)
        taken, self.keys = self.keys[:limit], self.keys[limit:]
        self.marked |= dict.fromkeys(taken, now_ms)
        return Garbage(blobs=len(taken), bytes=len(taken))

    async def doom(self, keys: Sequence[str], due_ms: int) -> None:
        self._called("doom", due_ms)
        self.marked = {key: due_ms for key in keys if key not in self.known} | self.marked

    async def doomed(self, now_ms: int, limit: int) -> list[str]:
        self._called("doomed", now_ms)
        return [key for key, due_ms in self.marked.items() if due_ms <= now_ms and key not in self.known][
            :limit
        ]

    async def forget_doomed(self, keys: Sequence[str]) -> None:
        self._called("forget")
        for key in keys:
            self.marked.pop(key, None)

    async def unknown_keys(self, keys: Sequence[str]) -> list[str]:
        self._called("unknown")
        return [key for key in keys if key not in self.known]

    async def blobs(self, after_id: int, limit: int) -> list[StoredBlob]:
        return [blob for blob in self.stored if blob.blob_id > after_id][:limit]

    async def quarantine(self, blob_id: int, key: str) -> bool:
        if all((blob.blob_id, blob.key) != (blob_id, key) for blob in self.stored):
            return False
        self.quarantined.append(blob_id)
        return True

    async def holders(self, blob_id: int, limit: int) -> list[str]:
        return ["ann/a"]


class MemoryLeases:
    """Leases (ports.upkeep.Leases)."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, int]] = {}

    async def acquire(self, name: str, holder: str, now_ms: int, until_ms: int) -> bool:
        other, end_ms = self.held.get(name, (holder, 0))
        if other != holder and end_ms > now_ms:
            return False
        self.held[name] = holder, until_ms
        return True

    async def release(self, name: str, holder: str) -> None:
        if self.held.get(name, ("", 0))[0] == holder:
            del self.held[name]
