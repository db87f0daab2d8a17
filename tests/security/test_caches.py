"""What was deleted, moved or forbidden is never answered from memory (CVE-2026-35172), whatever happened before.

A registry in memory tells truly what has changed, as the embedded engine does; the real reader and its caches
stand before it, with room for only a few entries, so that generations change all the time. Random walks, not
hypothesis: what goes wrong needs hundreds of steps, which hypothesis rarely draws.
"""

from __future__ import annotations

from random import Random
from typing import cast

import pytest

from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import BlobUnknown, ManifestUnknown, NameUnknown, Unauthorized
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import ANONYMOUS, Access, Actor, ActorKind, Role
from charthouse.ports.content import PullLog
from charthouse.ports.metadata import Metadata
from charthouse.ports.reads import BlobRow, Change, ChangeKind, ManifestRow
from charthouse.services.registry.caches import CachedManifest, Caches
from charthouse.services.registry.pulls import PullCounter
from charthouse.services.registry.reader import Reader
from tests.support.clock import ManualClock

NAMES = ["a/one", "a/two"]
TAGS = ["v1", "v2", "v3"]
CONTENTS = [b"{}" + b" " * length for length in (0, 300, 900)]
REFERENCES = [*TAGS, *map(digest_of, CONTENTS)]
BLOB = digest_of(b"blob")
OWNER, OTHER = 7, 8
ACCOUNTS = [0, OWNER, OWNER, OWNER, OTHER]
STEPS = 3000


class Truth:
    """A registry in memory that answers as InlineReads does."""

    def __init__(self) -> None:
        self.repositories: dict[str, int] = {}
        self.public: set[str] = set()
        self.manifests: dict[int, dict[str, bytes]] = {}
        self.tag_table: dict[int, dict[str, str]] = {}
        self.blobs: dict[int, dict[str, str]] = {}
        self.epochs = {OWNER: 1, OTHER: 1}
        self.log: list[Change] = []
        self._ids = iter(range(1, 1_000_000))

    def tell(self, kind: ChangeKind, subject: int, name: str = "") -> None:
        self.log.append(Change(kind, subject, name))

    def create(self, name: str) -> None:
        repository_id = next(self._ids)
        self.repositories[name] = repository_id
        self.manifests[repository_id], self.tag_table[repository_id] = {}, {}
        self.blobs[repository_id] = {}

    # -- InlineReads --------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        found, self.log = self.log, []
        return found

    def access(self, account_id: int, repository: str) -> Access:
        repository_id = self.repositories.get(repository, 0)
        public = repository in self.public and bool(repository_id)
        role = Role.READ if public else Role.NONE
        if account_id == OWNER and repository_id:  # the namespace's owner
            role = Role.ADMIN
        epoch = self.epochs.get(account_id, 0)
        return Access(repository_id, role, public, account_id == OWNER and not repository_id, epoch)

    def manifest(self, repository_id: int, reference: str, now_ms: int) -> ManifestRow | None:
        digest = self.tag_table.get(repository_id, {}).get(reference, reference)
        content = self.manifests.get(repository_id, {}).get(digest)
        return None if content is None else ManifestRow(1, Digest(digest), "application/json", content)

    def blob(self, repository_id: int, digest: str) -> BlobRow | None:
        key = self.blobs.get(repository_id, {}).get(digest)
        return None if key is None else BlobRow(Digest(digest), 2, key, 0)

    def tags(self, repository_id: int, after: str, limit: int, now_ms: int) -> list[str]:
        return sorted(tag for tag in self.tag_table.get(repository_id, {}) if tag > after)[:limit]


class Joined:
    """The part of Metadata that reading needs."""

    def __init__(self, truth: Truth) -> None:
        self.inline = truth
        self.remote = None


class Walk:
    """Changes, logged as the store's commands log them, and reads, compared with what the store says now."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.truth = Truth()
        self.answered = 0
        pulls = PullCounter(cast("PullLog", None), ManualClock(), "off")
        # Room for two or three manifests in each generation.
        self.reader = Reader(cast("Metadata", Joined(self.truth)), Caches(4096), pulls, ManualClock())

    def go(self) -> None:
        """Take STEPS steps; reads are as frequent as changes."""
        changes = [
            *[self.push] * 5, self.delete_tag, self.delete_manifest, self.move_blob, self.delete_blob,
            self.flip_visibility, self.delete_repository, self.change_password, self.fall_behind,
        ]  # fmt: skip
        reads = [self.read, self.read, self.read_blob]
        for _ in range(STEPS):
            self.random.choice(self.random.choice([changes, reads, reads]))()

    def name(self) -> str:
        return self.random.choice(NAMES)

    def repository(self) -> int:
        return self.truth.repositories.get(self.name(), 0)

    # -- changes ------------------------------------------------------------------------------------------

    def push(self) -> None:
        name, content = self.name(), self.random.choice(CONTENTS)
        tag = self.random.choice([*TAGS, None])
        truth, digest = self.truth, digest_of(content)
        if name not in truth.repositories:
            truth.create(name)
        repository_id = truth.repositories[name]
        truth.manifests[repository_id][digest] = content
        if tag is not None:
            before = truth.tag_table[repository_id].get(tag)
            truth.tag_table[repository_id][tag] = digest
            if before not in {None, digest}:
                truth.tell(ChangeKind.TAG, repository_id, tag)

    def delete_tag(self) -> None:
        repository_id, tag = self.repository(), self.random.choice(TAGS)
        if self.truth.tag_table.get(repository_id, {}).pop(tag, None):
            self.truth.tell(ChangeKind.TAG, repository_id, tag)

    def delete_manifest(self) -> None:
        truth, repository_id = self.truth, self.repository()
        digest = digest_of(self.random.choice(CONTENTS))
        if truth.manifests.get(repository_id, {}).pop(digest, None) is not None:
            table = truth.tag_table[repository_id]
            truth.tag_table[repository_id] = {tag: at for tag, at in table.items() if at != digest}
            truth.tell(ChangeKind.MANIFEST, repository_id, digest)

    def move_blob(self) -> None:
        """Put a blob into a repository, or mend it: its bytes lie elsewhere from now on."""
        repository_id = self.repository()
        if repository_id:
            self.truth.blobs[repository_id][BLOB] = self.random.choice(["here", "there"])
            self.truth.tell(ChangeKind.BLOB, repository_id, BLOB)

    def delete_blob(self) -> None:
        repository_id = self.repository()
        if self.truth.blobs.get(repository_id, {}).pop(BLOB, None):
            self.truth.tell(ChangeKind.BLOB, repository_id, BLOB)

    def flip_visibility(self) -> None:
        name = self.name()
        if name in self.truth.repositories:
            self.truth.public ^= {name}
            self.truth.tell(ChangeKind.REPOSITORY, self.truth.repositories[name])

    def delete_repository(self) -> None:
        name = self.name()
        repository_id = self.truth.repositories.pop(name, None)
        if repository_id is not None:
            self.truth.public.discard(name)
            self.truth.tell(ChangeKind.REPOSITORY, repository_id)

    def change_password(self) -> None:
        account_id = self.random.choice([OWNER, OTHER])
        self.truth.epochs[account_id] += 1
        self.truth.tell(ChangeKind.ACCOUNT, account_id)

    def fall_behind(self) -> None:
        self.truth.log = [Change(ChangeKind.EVERYTHING, 0, "")]

    # -- reads --------------------------------------------------------------------------------------------

    def actor(self) -> Actor:
        account_id = self.random.choice(ACCOUNTS)
        if not account_id:
            return ANONYMOUS
        epoch = self.truth.epochs[account_id] - self.random.choice([0, 0, 0, 1])
        limits = {name: self.random.choice(list(Role)) for name in NAMES}
        return Actor(account_id, "someone", ActorKind.USER, epoch, self.random.choice([None, None, limits]))

    def read(self) -> None:
        actor, name = self.actor(), self.name()
        for reference in self.random.choices(REFERENCES, k=2):
            row = self.truth.manifest(self._readable(actor, name), reference, 0)
            expected = None if row is None else row.content
            peeked = self.reader.peek(actor, name, reference)
            assert peeked is None or peeked.row.content == expected
            assert self._ask(actor, name, reference) == expected
            self.answered += expected is not None

    def read_blob(self) -> None:
        actor, name = self.actor(), self.name()
        try:
            entry = self.reader.peek_blob(actor, name, BLOB)
        except (BlobUnknown, NameUnknown, Unauthorized):
            entry = None
        found = None if entry is None else entry.row
        assert found == self.truth.blob(self._readable(actor, name), BLOB)
        self.answered += found is not None

    def _readable(self, actor: Actor, name: str) -> int:
        """Return the repository's id when the actor may read it, else 0, which nothing has."""
        access = self.truth.access(actor.account_id, name)
        role = min(access.role, actor.limit(name)) if access.epoch == actor.epoch else Role.NONE
        return access.repository_id if role >= Role.READ else 0

    def _ask(self, actor: Actor, name: str, reference: str) -> bytes | None:
        asked = self.reader.manifest(actor, RepositoryName(name), reference)
        try:
            asked.send(None)  # with an embedded engine nothing is waited for
        except StopIteration as answered:
            entry: CachedManifest = answered.value
            return entry.row.content
        except (ManifestUnknown, NameUnknown, Unauthorized):
            return None
        raise AssertionError("a read from memory has waited")


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_changes_and_reads(seed: int) -> None:
    walk = Walk(seed)
    walk.go()
    assert walk.answered > STEPS // 20, "the walk has read next to nothing"
