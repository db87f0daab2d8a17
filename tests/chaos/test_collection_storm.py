"""Collection in a storm of pushes, mounts, tags and deletes: what was promised stays, the rest goes.

Hypothesis drives two registries (as two processes: caches of their own) over one directory through their
services, lets single steps of collection run between and beside everything else, and moves the clock. After every
step each promise is checked on both.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from charthouse.compose import Registry, Upkeep
from charthouse.config.settings import Tags
from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import (
    BlobUnknown,
    Conflict,
    ManifestBlobUnknown,
    ManifestUnknown,
    NameUnknown,
    UploadUnknown,
)
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.ports.blobs import BlobStore, BlobWriter, StoredObject
from charthouse.ports.content import LinkBlob, Target
from charthouse.services.collection import Collected
from charthouse.services.registry.intake import Chunk
from tests.support.clock import ManualClock
from tests.support.registry import (
    add_user,
    image_manifest,
    index_manifest,
    once,
    present,
    read_blob,
    registry_in,
)

from .promises import Promises, Stored

GRACE, WINDOW, UPLOAD = 10, 30, 60
TIMES: dict[str, Any] = {
    "collection_grace": GRACE,
    "tags": Tags(default_expiration=WINDOW),
    "upload_seconds": UPLOAD,
}
STRAY_MS = 3_600_000  # how late a push may still link its bytes

PAYLOADS = [f"blob {number} ".encode() * 20 for number in range(4)] + [bytes(600_000)]
BLOBS = {digest_of(payload): payload for payload in PAYLOADS}
TAGS = ["one", "two", "three"]
REPOSITORIES = {"ann": ("ann/a", "ann/b"), "ben": ("ben/c",)}
STEPS = {
    "sweep_history": "tags",
    "sweep_manifests": "manifests",
    "sweep_links": "links",
    "sweep_blobs": "blobs",
    "delete_doomed": "objects",
    "expire_uploads": "uploads",
    "tidy": "orphans",
}
"""Each step of collection, and what it takes."""

names = st.sampled_from([RepositoryName(name) for group in REPOSITORIES.values() for name in group])
blobs = st.sampled_from(list(BLOBS))
tags = st.sampled_from(TAGS)
notes = st.sampled_from(["", "x"])
steps = st.sampled_from(list(STEPS))
maybe_step = st.one_of(st.none(), st.none(), steps)
picks = st.integers(0, 10**6)
"""Chooses among what there is. What there is may depend on who was first, and Hypothesis must not see that."""


@dataclass
class Session:
    """An upload that has begun; half of its bytes are there."""

    repository: RepositoryName
    digest: Digest
    touched_ms: int


@dataclass
class Stray:
    """Bytes whose push has not come to its link."""

    digest: Digest
    key: str
    stored_ms: int


class Storm(RuleBasedStateMachine):
    template: ClassVar[Path]
    actors: ClassVar[dict[str, Actor]]
    taken: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(dir=self.template.parent))
        shutil.copytree(self.template, self.directory / "data")
        self.clock: ManualClock = present()
        self.clock.advance(2 * 3600)  # so that what is stored looks old, as an object in parts does
        self.promises = {
            RepositoryName(name): Promises(WINDOW * 1000) for group in REPOSITORIES.values() for name in group
        }
        self.sessions: dict[str, Session] = {}
        self.strays: list[Stray] = []
        self.loop = asyncio.Runner()
        self.loop.run(self._open())

    async def _open(self) -> None:
        self.stack = AsyncExitStack()
        one = registry_in(self.directory / "data", self.clock, **TIMES)
        other = registry_in(self.directory / "data", self.clock, **TIMES)
        self.registry: Registry = await self.stack.enter_async_context(one)
        self.peer: Registry = await self.stack.enter_async_context(other)
        self.upkeep = Upkeep(self.peer)
        dates: dict[str, int] = {}
        for registry in (self.registry, self.peer):
            _date_uploads(registry.store, self.clock, dates)

    # -- pushes -----------------------------------------------------------------------------------------------

    @rule(name=names, blob=blobs, during=maybe_step)
    def push_blob(self, name: RepositoryName, blob: Digest, during: str | None) -> None:
        async def push() -> None:
            data = BLOBS[blob]
            await self.registry.uploads.whole(
                self._actor(name), name, blob, Chunk(length=len(data)), once(data)
            )
            self._keep(name, blob)

        self._do(push(), during)

    @rule(name=names, blob=blobs)
    def begin_upload(self, name: RepositoryName, blob: Digest) -> None:
        async def begin() -> None:
            actor, data = self._actor(name), BLOBS[blob]
            upload = await self.registry.uploads.begin(actor, name)
            half = data[: len(data) // 2]
            await self.registry.uploads.append(actor, name, upload.upload_id, Chunk(), once(half))
            self.sessions[upload.upload_id] = Session(name, blob, self._now)

        self._do(begin())

    @rule(pick=picks, during=maybe_step)
    def finish_upload(self, pick: int, during: str | None) -> None:
        if not self.sessions:
            return
        upload_id = list(self.sessions)[pick % len(self.sessions)]

        async def finish() -> None:
            session = self.sessions[upload_id]
            payload = BLOBS[session.digest]
            rest = payload[len(payload) // 2 :]
            uploads, actor = self.peer.uploads, self._actor(session.repository)
            try:
                await uploads.finish(
                    actor, session.repository, upload_id, session.digest, Chunk(length=len(rest)), once(rest)
                )
            except UploadUnknown:
                assert session.touched_ms < self._now - UPLOAD * 1000
            else:
                self._keep(session.repository, session.digest)
            del self.sessions[upload_id]

        self._do(finish(), during)

    @rule(name=names, source=names, blob=blobs, during=maybe_step)
    def mount(self, name: RepositoryName, source: RepositoryName, blob: Digest, during: str | None) -> None:
        async def mount() -> None:
            mounted = await self.registry.writer.mount(self._actor(name), name, blob, source)
            link = self.promises[source].links.get(blob)
            readable = self._actor(name) == self._actor(source)
            if mounted:
                assert readable
                assert link is not None
                self._keep(name, blob)
            else:
                assert not readable or link is None or not link.certain

        self._do(mount(), during)

    @rule(
        name=names,
        content=st.lists(blobs, min_size=1, max_size=3, unique=True),
        tag=st.one_of(st.just(""), tags),
        note=notes,
        complete=st.sampled_from([True, True, True, False]),
        subject=st.one_of(st.none(), picks),
        during=maybe_step,
    )
    def push_image(
        self,
        name: RepositoryName,
        content: list[Digest],
        tag: str,
        note: str,
        complete: bool,
        subject: int | None,
        during: str | None,
    ) -> None:
        for blob in content if complete else ():
            self.push_blob(name, blob, None)
        known = list(self.promises[name].manifests)
        of = known[subject % len(known)] if known and subject is not None else None
        manifest = image_manifest(content, None, of, note)
        self._do(self._put(name, manifest, Stored(manifest, content, (), of, self._now), tag), during)

    @rule(
        name=names,
        some=st.lists(picks, min_size=1, max_size=2),
        tag=st.one_of(st.just(""), tags),
        note=notes,
        during=maybe_step,
    )
    def push_index(
        self, name: RepositoryName, some: list[int], tag: str, note: str, during: str | None
    ) -> None:
        known = list(self.promises[name].manifests)
        children = list({known[pick % len(known)]: None for pick in some if known})
        manifest = index_manifest(children, note)
        self._do(self._put(name, manifest, Stored(manifest, (), children, None, self._now), tag), during)

    @rule(name=names, pick=picks, tag=tags, during=maybe_step)
    def push_again(self, name: RepositoryName, pick: int, tag: str, during: str | None) -> None:
        known = list(self.promises[name].manifests.values())
        if known:
            old = known[pick % len(known)]
            again = Stored(old.content, old.blobs, old.children, old.subject, self._now)
            self._do(self._put(name, old.content, again, tag), during)

    @rule(blob=blobs)
    def lose_the_link(self, blob: Digest) -> None:
        """A push stores its bytes and does not come to its link."""

        async def put() -> None:
            key = await self.registry.store.put(blob, BLOBS[blob])
            self.strays.append(Stray(blob, key, self._now))

        self._do(put())

    @rule(name=names, during=maybe_step)
    def link_late(self, name: RepositoryName, during: str | None) -> None:
        stray = self.strays.pop() if self.strays else None
        if stray is None or self._now - stray.stored_ms > STRAY_MS:
            return

        async def link() -> None:
            target = Target(name, self._actor(name).account_id)
            command = LinkBlob(
                target=target,
                digest=stray.digest,
                size=len(BLOBS[stray.digest]),
                key=stray.key,
                keep_until_ms=self._now + GRACE * 1000,
                now_ms=self._now,
            )
            if await self.registry.metadata.blobs.link(command) != stray.key:
                await self.registry.store.delete(stray.key)
            self._keep(name, stray.digest)

        self._do(link(), during)

    # -- reads that promise, and deletes ----------------------------------------------------------------------

    @rule(name=names, blob=blobs, during=maybe_step)
    def head_blob(self, name: RepositoryName, blob: Digest, during: str | None) -> None:
        async def head() -> None:
            link = self.promises[name].links.get(blob)
            try:
                entry = await self.registry.reader.blob(self._actor(name), name, blob)
                await self.registry.writer.keep_blob(entry)
            except BlobUnknown:
                assert link is None or not link.certain
            else:
                assert link is not None
                self._keep(name, blob)

        self._do(head(), during)

    @rule(name=names, tag=tags, during=maybe_step)
    def delete_tag(self, name: RepositoryName, tag: str, during: str | None) -> None:
        async def delete() -> None:
            promises = self.promises[name]
            try:
                await self.registry.writer.delete_manifest(self._actor(name), name, Tag(tag))
            except ManifestUnknown:
                assert tag not in promises.tags
            else:
                promises.end_tag(tag, self._now)

        self._do(delete(), during)

    @rule(name=names, pick=picks, during=maybe_step)
    def delete_manifest(self, name: RepositoryName, pick: int, during: str | None) -> None:
        promises = self.promises[name]
        if not promises.manifests:
            return
        digest = list(promises.manifests)[pick % len(promises.manifests)]

        async def delete() -> None:
            stored = promises.manifests[digest]
            try:
                await self.registry.writer.delete_manifest(self._actor(name), name, digest)
            except ManifestUnknown:
                assert stored.hidden or not stored.certain
            else:
                assert not stored.hidden
                promises.delete(digest, self._now)

        self._do(delete(), during)

    @rule(name=names, blob=blobs, during=maybe_step)
    def delete_blob(self, name: RepositoryName, blob: Digest, during: str | None) -> None:
        async def delete() -> None:
            promises = self.promises[name]
            link = promises.links.get(blob)
            needed_by = promises.live_namers(blob)
            try:
                await self.registry.writer.delete_blob(self._actor(name), name, blob)
            except BlobUnknown:
                assert link is None or not link.certain
            except Conflict:
                assert needed_by
            else:
                assert link is not None
                assert not any(stored.certain for stored in needed_by)
                del promises.links[blob]

        self._do(delete(), during)

    # -- time and collection ----------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, GRACE // 2, GRACE + 1, WINDOW + 1, UPLOAD + 1, 3600, 100_000]))
    def advance(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(some=st.lists(steps, min_size=1, max_size=3), seconds=st.sampled_from([0, GRACE + 1, WINDOW + 1]))
    def collect_some(self, some: list[str], seconds: int) -> None:
        self.clock.advance(seconds)
        for step in some:
            self._do(self._step(step))

    @rule(
        name=names,
        source=names,
        blob=blobs,
        use=st.sampled_from(["push", "head", "mount"]),
        before=st.sampled_from([0, GRACE // 2, GRACE + 1]),
        after=st.sampled_from([1, GRACE]),
    )
    def collect_after_use(
        self, name: RepositoryName, source: RepositoryName, blob: Digest, use: str, before: int, after: int
    ) -> None:
        """A blob is used again, and all is collected before the new grace period has passed."""
        self.push_blob(source if use == "mount" else name, blob, None)
        self.clock.advance(before)
        if use == "push":
            self.push_blob(name, blob, None)
        elif use == "head":
            self.head_blob(name, blob, None)
        else:
            self.mount(name, source, blob, None)
        self.clock.advance(after)
        self.collect_all()

    @rule(name=names, blob=blobs, some=st.lists(steps, max_size=3), seconds=st.sampled_from([0, 60, 3600]))
    def collect_during_push(self, name: RepositoryName, blob: Digest, some: list[str], seconds: int) -> None:
        """Between the bytes of a push and its link comes collection, and again after it."""
        self.lose_the_link(blob)
        self.collect_some(["tidy"], 0)
        self.collect_some([*some, "delete_doomed"], seconds)
        self.link_late(name, None)
        self.advance(7200)
        self.collect_some(["delete_doomed"], 0)

    @rule()
    def collect_all(self) -> None:
        for step in ("sweep_manifests", "sweep_links"):
            self._expect(step)
        self._do(self._collect())

    @invariant()
    def promises_hold(self) -> None:
        for registry in (self.registry, self.peer):
            self._do(self._check(registry))

    def teardown(self) -> None:
        try:
            self._do(self._end())
        finally:
            self._do(self.stack.aclose())
            self.loop.close()
            shutil.rmtree(self.directory)

    # -- how ---------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> int:
        return self.clock.now_ms()

    def _actor(self, name: RepositoryName) -> Actor:
        return self.actors[name.partition("/")[0]]

    def _keep(self, name: RepositoryName, blob: Digest) -> None:
        self.promises[name].link(blob, self._now + GRACE * 1000)

    def _do(self, work: Coroutine[Any, Any, object], during: str | None = None) -> None:
        """Run ``work``, with a step of collection beside it."""

        async def both() -> None:
            await asyncio.gather(self._step(during), work)

        self.loop.run(work if during is None else both())

    def _expect(self, step: str) -> None:
        for promises in self.promises.values():
            if step == "sweep_manifests":
                promises.sweep_manifests(self._now)
            elif step == "sweep_links":
                promises.sweep_links(self._now)

    async def _step(self, step: str | None) -> None:
        assert step is not None
        self._expect(step)
        part = self.upkeep.leftovers if step in ("expire_uploads", "tidy") else self.upkeep.collector
        work: Awaitable[object] = getattr(part, step)()
        taken = await work
        kind = STEPS[step]
        Storm.taken[kind] += taken if isinstance(taken, int) else getattr(taken, kind)

    async def _put(self, name: RepositoryName, content: bytes, stored: Stored, tag: str) -> None:
        promises, digest = self.promises[name], digest_of(content)
        reference = Tag(tag) if tag else digest
        kept = digest in promises.tags.values()  # then nobody looks again at what it names
        try:
            await self.registry.writer.put_manifest(self._actor(name), name, reference, (), content, None)
        except ManifestBlobUnknown:
            assert promises.may_refuse(stored)
        else:
            assert kept or not promises.must_refuse(stored)
            promises.put(digest, stored, tag)

    async def _collect(self) -> Collected:
        taken = await self.upkeep.collector.collect()
        Storm.taken.update(
            tags=taken.tags,
            manifests=taken.manifests,
            links=taken.links,
            blobs=taken.blobs,
            objects=taken.objects,
        )
        return taken

    # -- checks ------------------------------------------------------------------------------------------------

    async def _check(self, registry: Registry) -> None:
        for name, promises in self.promises.items():
            actor = self._actor(name)
            await self._check_tags(registry, actor, name, promises)
            await self._check_manifests(registry, actor, name, promises)
            for blob, data in BLOBS.items():
                link = promises.links.get(blob)
                if link is None:
                    with pytest.raises(BlobUnknown):
                        await read_blob(registry, actor, name, blob)
                elif link.certain:
                    assert await read_blob(registry, actor, name, blob) == data
            stranger = next(other for other in self.actors.values() if other != actor)
            with pytest.raises(NameUnknown):
                await registry.reader.blob(stranger, name, next(iter(BLOBS)))

    async def _check_tags(
        self, registry: Registry, actor: Actor, name: RepositoryName, promises: Promises
    ) -> None:
        for tag in TAGS:
            if tag not in promises.tags:
                with pytest.raises(ManifestUnknown):
                    await registry.reader.manifest(actor, name, tag)
            else:
                entry = await registry.reader.manifest(actor, name, tag)
                assert entry.row.content == promises.manifests[promises.tags[tag]].content

    async def _check_manifests(
        self, registry: Registry, actor: Actor, name: RepositoryName, promises: Promises
    ) -> None:
        for digest, stored in promises.manifests.items():
            if stored.hidden:
                with pytest.raises(ManifestUnknown):
                    await registry.reader.manifest(actor, name, digest)
            elif stored.certain:
                entry = await registry.reader.manifest(actor, name, digest)
                assert entry.row.content == stored.content
            page = await registry.reader.referrers(actor, name, digest)
            listed = {referrer.digest for referrer in page.found}
            for referrer in promises.referrers(digest):
                if promises.manifests[referrer].hidden:
                    assert referrer not in listed
                elif promises.manifests[referrer].certain:
                    assert referrer in listed

    async def _end(self) -> None:
        """Let every window pass, collect all, and see that only what tags need is left."""
        await self._check(self.peer)
        for _ in range(2):  # orphans are marked by the first, deleted by the second
            self.clock.advance(100_000)
            for step in ("sweep_manifests", "sweep_links"):
                self._expect(step)
            foretold = await self.upkeep.collector.preview()
            for step in ("expire_uploads", "tidy"):
                await self._step(step)
            taken = await self._collect()
            counted = (taken.tags, taken.manifests, taken.links, taken.blobs, taken.bytes)
            assert counted == (
                foretold.tags,
                foretold.manifests,
                foretold.links,
                foretold.blobs,
                foretold.bytes,
            )
        await self._check(self.registry)
        await self._check_that_no_more_is_left()

    async def _check_that_no_more_is_left(self) -> None:
        store, kept = self.peer.store, await self.peer.metadata.collection.blobs(0, 1000)
        assert sorted([item.key async for item in store.objects()]) == sorted(blob.key for blob in kept)
        assert [item async for item in store.uploads()] == []
        needed_blobs = set()
        for name, promises in self.promises.items():
            needed = promises.needed(self._now)
            for digest in promises.manifests.keys() - needed:
                with pytest.raises(ManifestUnknown):
                    await self.peer.reader.manifest(self._actor(name), name, digest)
            needed_blobs |= {blob for digest in needed for blob in promises.manifests[digest].blobs}
        assert {blob.digest for blob in kept} <= needed_blobs


def _date_uploads(store: BlobStore, clock: ManualClock, dates: dict[str, int]) -> None:
    """Make the age of an upload's file that of the storm's clock: its age tells whether it is abandoned."""
    begin, uploads = store.begin, store.uploads

    async def dated_begin(upload_id: str) -> BlobWriter:
        dates[upload_id] = clock.now_ms()
        return await begin(upload_id)

    async def dated_uploads() -> AsyncIterator[StoredObject]:
        async for item in uploads():
            yield StoredObject(item.key, item.size, dates.get(item.key, clock.now_ms()))

    store.begin, store.uploads = dated_begin, dated_uploads  # type: ignore[method-assign]


async def _make_template(data: Path) -> dict[str, Actor]:
    actors = {}
    async with registry_in(data, **TIMES) as registry:
        for user, repositories in REPOSITORIES.items():
            actors[user] = await add_user(registry, user)
            for name in repositories:
                target = Target(RepositoryName(name), actors[user].account_id, create=True)
                await registry.metadata.repositories.create(target, "", 0)
    return actors


def _storm(directory: Path, examples: int, length: int) -> None:
    Storm.template, Storm.taken = directory / "template", Counter()
    Storm.actors = asyncio.run(_make_template(Storm.template))
    profile = settings(
        max_examples=examples,
        stateful_step_count=length,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Storm, settings=profile)
    for kind in STEPS.values():
        assert Storm.taken[kind] > 0, f"the storm let collection take no {kind}: {Storm.taken}"


def test_collection_in_a_storm(tmp_path: Path) -> None:
    _storm(tmp_path, examples=30, length=40)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_collection_in_a_long_storm(tmp_path: Path) -> None:
    _storm(tmp_path, examples=400, length=60)
