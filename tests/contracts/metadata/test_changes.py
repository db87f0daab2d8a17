"""What an embedded engine tells caches to forget: enough, at once, to every process."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from sqlalchemy import Connection

from charthouse.engines.metadata.commands.changes import log_change
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.ports.reads import Change, ChangeKind, InlineReads
from charthouse.ports.upkeep import Terms

from .harness import Harness
from .world import NOW, World, blob_digest, image, index, put_command

APP = "alice/app"
EVERYTHING = [Change(ChangeKind.EVERYTHING, 0, "")]


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


def _reads(harness: Harness) -> list[InlineReads]:
    found = [store.inline for store in (harness.store, harness.peer)]
    return [reads for reads in found if reads is not None]


def _told(world: World) -> list[Change]:
    """Return what both processes are told, which must be the same, and only once."""
    here, there = (list(reads.changes()) for reads in _reads(world.harness))
    assert here == there
    for reads in _reads(world.harness):
        assert _nothing(reads.changes())
    return here


def _nothing(changes: Sequence[Change]) -> bool:
    return len(changes) == 0


async def test_new_content_makes_nobody_forget(world: World, alice: int) -> None:
    await world.push_image(APP, alice, "layer", "v1")
    await world.push_image(APP, alice, "layer", "v1", "v2")
    await world.mount("alice/other", alice, blob_digest("layer"), None)
    await world.user("bob")
    assert _told(world) == []


async def test_tags(world: World, alice: int) -> None:
    await world.push_image(APP, alice, "old", "v1", "v2")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.push_image(APP, alice, "new", "v1")
    assert _told(world) == [Change(ChangeKind.TAG, repository_id, "v1")]
    await world.store.manifests.delete_tag(repository_id, "v2", NOW)
    await world.store.manifests.delete_tag(repository_id, "v2", NOW)
    assert _told(world) == [Change(ChangeKind.TAG, repository_id, "v2")]


async def test_manifests(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1", "v2")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.store.manifests.delete_manifest(repository_id, digest, NOW)
    assert _told(world) == [Change(ChangeKind.MANIFEST, repository_id, digest)]
    untagged = await world.push(APP, alice, index())
    await world.store.collection.sweep_manifests(Terms(NOW + 1, 0, 0), 10)
    assert _told(world) == [Change(ChangeKind.MANIFEST, repository_id, untagged)]


async def test_charts(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "chart")
    facts = ChartFacts(state=ChartState.READ, tag="1.0.0", precedence="1")
    command = msgspec.structs.replace(put_command(APP, alice, image("chart"), "1.0.0", "latest"), chart=facts)
    for _ in range(2):
        await world.store.manifests.put(command)
    repository_id = (await world.reads.access(alice, APP)).repository_id
    assert _told(world) == [Change(ChangeKind.CHART, repository_id, "1.0.0")]


async def test_blobs(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer", key="k1")
    await world.mount("alice/other", alice, digest, None)
    ids = [(await world.reads.access(alice, path)).repository_id for path in (APP, "alice/other")]
    await world.store.blobs.keep(ids[0], digest, NOW + 10**9)
    assert _told(world) == []
    await world.store.blobs.lose(digest, "k1")
    assert sorted(_told(world), key=lambda change: change.subject) == [
        Change(ChangeKind.BLOB, repository_id, digest) for repository_id in ids
    ]
    await world.push_blob(APP, alice, "layer", key="k2")
    await world.store.blobs.unlink(ids[0], digest)
    assert _told(world) == [Change(ChangeKind.BLOB, ids[0], digest)]
    await world.store.collection.sweep_links(NOW + 10**10, 10)
    assert _told(world) == [Change(ChangeKind.BLOB, ids[1], digest)]


async def test_rights(world: World, alice: int) -> None:
    repository_id = await world.repository(APP, alice)
    await world.store.repositories.set_visibility(repository_id, public=True)
    assert _told(world) == [Change(ChangeKind.REPOSITORY, repository_id, "")]
    await world.store.accounts.set_password(alice, "new")
    assert _told(world) == [Change(ChangeKind.ACCOUNT, alice, "")]
    await world.store.accounts.set_enabled(alice, enabled=False)
    assert EVERYTHING[0] in _told(world)  # others had access in the namespace


async def test_activity_does_not_stir_the_readers(world: World, alice: int) -> None:
    await world.store.leases.acquire("collection", "a", NOW, NOW)
    assert _told(world) == []


async def test_a_store_opened_later_begins_with_now(world: World, alice: int) -> None:
    await world.store.accounts.set_password(alice, "new")
    late = Harness(world.harness.url)
    await late.open()
    assert [list(reads.changes()) for reads in _reads(late)] == [[], []]
    await world.store.accounts.set_password(alice, "newer")
    assert [len(reads.changes()) for reads in _reads(late)] == [1, 1]
    await late.close()


async def test_a_reader_far_behind_forgets_everything(world: World) -> None:
    def change_much(connection: Connection) -> None:
        for number in range(1001):
            log_change(connection, ChangeKind.TAG, 1, f"v{number}")

    await world.harness.tables(change_much)
    assert _told(world) == EVERYTHING


async def test_the_log_is_trimmed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charthouse.engines.metadata.commands.changes._KEPT_ROWS", 10)

    def change_much(connection: Connection) -> None:
        for number in range(2000):
            log_change(connection, ChangeKind.TAG, 1, f"v{number}")

    await world.harness.tables(change_much)
    assert (await world.harness.counts())["change_log"] == 10
    assert _told(world) == EVERYTHING
    await world.harness.tables(lambda connection: log_change(connection, ChangeKind.TAG, 1, "next"))
    assert _told(world) == [Change(ChangeKind.TAG, 1, "next")]
