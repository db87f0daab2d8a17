"""What only the embedded engine promises: group commit, durability settings, readers that never linger."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.engines.metadata.factory import migrate
from charthouse.engines.metadata.sqlite import writer as writer_module
from charthouse.model.errors import Conflict, NameUnknown, RegistryError, StorageFull, Unavailable
from charthouse.model.names import RepositoryName
from charthouse.ports.content import LinkBlob, Referrers, Target
from charthouse.ports.reads import Change, ChangeKind
from tests.support.engines import sqlite_url

from .harness import Harness
from .world import KEPT, NOW, World, blob_digest, image, index, put_command

APP = "alice/app"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


def _link(alice: int, number: int, create: bool = True) -> LinkBlob:
    target = Target(RepositoryName(f"{APP}{number}" if not create else APP), alice, create=create)
    return LinkBlob(target, blob_digest(str(number)), 1, f"k{number}", KEPT, NOW)


async def test_a_failing_command_leaves_the_others_of_its_group_alone(world: World, alice: int) -> None:
    await world.push_image(APP, alice, "needed", "v1")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    blobs, manifests = world.store.blobs, world.store.manifests
    results = await asyncio.gather(
        *(blobs.link(_link(alice, number)) for number in range(20)),
        *(blobs.link(_link(alice, number, create=False)) for number in range(20, 40)),
        manifests.put(put_command("alice/new", alice, image("absent"), "v1")),
        blobs.unlink(repository_id, blob_digest("needed")),
        *(blobs.link(_link(alice, number)) for number in range(40, 60)),
        return_exceptions=True,
    )
    assert results[:20] == [f"k{number}" for number in range(20)]
    assert all(isinstance(result, NameUnknown) for result in results[20:40])
    assert isinstance(results[40], RegistryError)
    assert isinstance(results[41], Conflict)
    assert results[42:] == [f"k{number}" for number in range(40, 60)]
    for number in (*range(20), *range(40, 60)):
        assert await world.peer_reads.blob(alice, APP, blob_digest(str(number))) is not None
    assert (await world.reads.access(alice, "alice/new")).repository_id == 0


async def test_a_cancelled_caller_does_not_disturb_the_group(world: World, alice: int) -> None:
    tasks = [asyncio.create_task(world.store.blobs.link(_link(alice, number))) for number in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[3], asyncio.CancelledError)
    assert [r for n, r in enumerate(results) if n != 3] == [f"k{n}" for n in range(10) if n != 3]


async def test_commands_queued_before_close_are_done(database_url: str) -> None:
    harness = Harness(database_url)
    await harness.open()
    alice = await World(harness).user("alice")
    tasks = [asyncio.create_task(harness.store.blobs.link(_link(alice, n))) for n in range(50)]
    await asyncio.sleep(0)
    await harness.close()
    assert await asyncio.gather(*tasks) == [f"k{n}" for n in range(50)]
    with pytest.raises(Unavailable):
        await harness.store.blobs.link(_link(alice, 1))


async def test_no_read_transaction_lingers(world: World, alice: int, tmp_path: Path) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1", "v2")
    assert world.store.inline is not None
    world.store.inline.changes()
    await world.reads.manifest(alice, APP, "v1")
    await world.reads.blob(alice, APP, blob_digest("layer"))
    await world.reads.tags(alice, APP, "", 1)
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.store.manifests.referrers(Referrers(repository_id, digest, "", (), 1))
    await world.store.manifests.tag_targets(repository_id, "", 1, NOW)
    await world.store.repositories.catalog(alice, "", 1)
    await world.store.uploads.get("none")
    for name in ("charthouse.db", "activity.db"):
        connection = sqlite3.connect(tmp_path / name)
        [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()
        assert busy == 0


async def test_activity_does_not_move_the_version_of_content(
    world: World, alice: int, tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "charthouse.db")
    version = connection.execute("PRAGMA data_version").fetchall()
    await world.store.leases.acquire("collection", "a", NOW, NOW)
    await world.store.pulls.record([])
    assert connection.execute("PRAGMA data_version").fetchall() == version
    await world.repository(APP, alice)
    assert connection.execute("PRAGMA data_version").fetchall() != version
    connection.close()


async def test_settings_of_the_connections(world: World) -> None:
    def pragma(name: str) -> int:
        return int(raw.execute(f"PRAGMA {name}").fetchall()[0][0])

    normal = 1  # the log is synced by LogSync
    for file, durable in (("_content", True), ("_activity", False)):
        writer = getattr(world.store, file)._writer
        raw = writer._raw
        assert (writer._sync is not None) is durable
        assert (pragma("synchronous"), pragma("foreign_keys")) == (normal, 1)
        assert raw.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    raw = world.store.inline._connection  # type: ignore[union-attr]
    assert pragma("query_only") == 1


def test_files_are_for_their_owner_only(harness: Harness, tmp_path: Path) -> None:
    for path in tmp_path.glob("*.db*"):
        assert path.stat().st_mode & 0o077 == 0, path


async def test_another_process_holds_the_lock_for_a_while(world: World, alice: int, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "charthouse.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, other.execute, ["COMMIT"])
    timer.start()
    started = time.monotonic()
    await asyncio.gather(*(world.store.blobs.link(_link(alice, number)) for number in range(5)))
    assert time.monotonic() - started >= 0.25
    timer.join()
    other.close()


async def test_another_process_holds_the_lock_for_long(
    world: World, alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_LOCK_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "charthouse.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await world.store.blobs.link(_link(alice, 1))
    other.execute("ROLLBACK")
    other.close()
    assert await world.store.blobs.link(_link(alice, 1)) == "k1"


_LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)
"""


async def test_no_process_takes_the_index_of_an_open_database_for_unused(
    harness: Harness, tmp_path: Path
) -> None:
    """SQLite locks byte 128 (UNIX_SHM_DMS) as long as it is connected, and whoever can lock it truncates."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _LOCKED, str(tmp_path / "charthouse.db-shm"), stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert b"BlockingIOError" in complaint


class _Locked:
    """A cursor that never gets its turn."""

    def execute(self, *query: object) -> None:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error


@pytest.mark.parametrize("statements", [0, 1])
async def test_changes_that_could_not_be_read_are_told_later(
    harness: Harness, world: World, alice: int, monkeypatch: pytest.MonkeyPatch, statements: int
) -> None:
    reads: Any = harness.peer.inline
    await world.push_image(APP, alice, "layer", "v1")
    reads.changes()
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    sound, real, asked = reads._cursor, reads._ask, []

    def ask(query: str, *values: object) -> Any:
        asked.append(query)
        if len(asked) > statements:
            reads._cursor = _Locked()
        return real(query, *values)

    monkeypatch.setattr(reads, "_ask", ask)
    with pytest.raises(Unavailable):
        reads.changes()
    monkeypatch.undo()
    reads._cursor = sound
    assert reads.changes() == [Change(ChangeKind.TAG, repository_id, "v1")]


async def test_a_read_that_fails_is_unavailable_and_names_no_path(
    harness: Harness, world: World, alice: int, tmp_path: Path
) -> None:
    reads: Any = harness.peer.inline
    sound, reads._cursor = reads._cursor, _Locked()
    with pytest.raises(Unavailable, match=r"charthouse\.db is locked") as caught:
        reads.access(alice, APP)
    assert str(tmp_path) not in caught.value.message
    reads._cursor = sound
    assert reads.access(alice, APP).can_create


async def test_the_loop_runs_while_a_command_waits(world: World, alice: int, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "charthouse.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(world.store.blobs.link(_link(alice, 1)))
    started = time.monotonic()
    for _ in range(10):
        await asyncio.sleep(0.005)
        await world.reads.access(alice, APP)
    assert time.monotonic() - started < 1
    assert not task.done()
    other.execute("ROLLBACK")
    other.close()
    assert await task == "k1"


@pytest.fixture
async def full_disk(tmp_path: Path) -> AsyncIterator[Harness]:
    """A store on a file system of 2 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    await _run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place))
    try:
        migrate(sqlite_url(place))
        harness = Harness(sqlite_url(place))
        await harness.open()
        yield harness
        await harness.close()
    finally:
        await _run("umount", str(place))


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0, command


def _fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


async def _push_on(world: World, alice: int, pushed: list[str]) -> None:
    for number in range(2000):
        await world.push(APP, alice, index(subject=blob_digest(str(number))), f"t{number}")
        pushed.append(f"t{number}")


async def test_full_disk_refuses_and_recovers(full_disk: Harness, tmp_path: Path) -> None:
    world = World(full_disk)
    alice = await world.user("alice")
    await world.push_image(APP, alice, "before", "v1")
    ballast = tmp_path / "small" / "ballast"
    _fill(ballast)
    pushed: list[str] = []
    with pytest.raises(StorageFull):
        await _push_on(world, alice, pushed)
    assert await world.reads.manifest(alice, APP, "v1") is not None
    assert await world.reads.tags(alice, APP, "t") == sorted([*pushed, "v1"])
    ballast.unlink()
    await world.push(APP, alice, index(), "after")
    assert await world.peer_reads.manifest(alice, APP, "after") is not None


async def test_unreadable_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "charthouse.db").write_bytes(b"this is no database" * 500)
    harness = Harness(sqlite_url(tmp_path))
    with pytest.raises(Unavailable, match="cannot be used"):
        await harness.store.open()
