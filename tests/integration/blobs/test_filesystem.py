"""What is the filesystem engine's own: the order of its system calls, a full disk, modes, a killed process."""

from __future__ import annotations

import asyncio
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import digest_of
from charthouse.model.errors import Unavailable, UploadConflict
from tests.support.strace import Call, trace

PROGRAM = [sys.executable, "-m", "tests.integration.blobs.push"]


def ordered(calls: list[Call], *wanted: tuple[str, str]) -> bool:
    """Whether the wanted calls (name, a part of the arguments) ended one after the other."""
    rest = iter(calls)
    return all(
        any(call.name.startswith(name) and part in call.arguments for call in rest) for name, part in wanted
    )


@pytest.mark.parametrize("kind", ["put", "stream", "chunks"])
def test_an_object_is_durable_before_the_answer(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "store"
    calls = trace(
        [*PROGRAM, kind, str(root)], ["write", "fsync", "rename", "renameat", "renameat2"], tmp_path / "log"
    )
    wanted = [
        ("write", f"{root}/uploads/"),
        ("fsync", f"{root}/uploads/"),
        ("rename", f"{root}/blobs/sha256/"),
    ]
    assert ordered(calls, *wanted, ("fsync", f"{root}/blobs/sha256/"), ("write", "acknowledged"))
    last_write = max(
        index for index, call in enumerate(calls) if call.name == "write" and "uploads" in call.arguments
    )
    assert ordered(calls[last_write + 1 :], *wanted[1:])


def test_new_directories_are_durable_before_open_returns(tmp_path: Path) -> None:
    root = tmp_path / "new" / "store"
    calls = trace([*PROGRAM, "open", str(root)], ["mkdir", "mkdirat", "fsync", "write"], tmp_path / "log")
    made = {
        call.arguments.split('"')[1]
        for call in calls
        if call.name.startswith("mkdir") and str(root) in call.arguments
    }
    assert str(root / "blobs/sha512/ff") in made
    for directory in made:
        parent = Path(directory).parent
        assert ordered(
            calls, ("mkdir", f'"{directory}"'), ("fsync", f"<{parent}>"), ("write", "acknowledged")
        )


def test_a_full_disk(tmp_path: Path) -> None:
    """Refused as such, nothing half kept, and room for small things again once the upload was dropped."""
    mounted = f'mount -t tmpfs -o size=4m tmpfs "{tmp_path}" && exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounted, "sh", *PROGRAM]
    done = subprocess.run(
        [*command, "fill", str(tmp_path / "store")], timeout=60, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["StorageFull", "StorageFull", "acknowledged", "0 uploads"]


async def test_only_the_owner_may_read(tmp_path: Path) -> None:
    store = blob_store_from("LocalStorage", {"storage_path": str(tmp_path / "store")})
    await store.open()
    await store.put(digest_of(b"secret"), b"secret")
    writer = await store.begin("upload")
    for path in (tmp_path / "store").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    await writer.abort()
    await store.close()


async def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    root = tmp_path / "store"
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "hold", str(root), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"holding\n"
    store = blob_store_from("LocalStorage", {"storage_path": str(root)})
    with pytest.raises(UploadConflict):
        await store.resume("upload", b"", 10)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    writer = await store.resume("upload", b"", 10)
    hasher = make_hasher("sha256")
    hasher.update(bytes(10))
    await writer.append(b"and on", hasher)
    key = await writer.commit(digest_of(bytes(10) + b"and on"))
    assert [piece async for piece in store.read(key)] == [bytes(10) + b"and on"]
    await store.close()


async def test_a_path_that_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = blob_store_from("LocalStorage", {"storage_path": str(tmp_path / "file")})
    with pytest.raises(Unavailable, match="storage_path"):
        await store.open()
    await store.close()


async def test_errors_name_no_path(tmp_path: Path) -> None:
    store = blob_store_from("LocalStorage", {"storage_path": str(tmp_path / "store")})
    with pytest.raises(Unavailable) as caught:
        await store.put(digest_of(b""), b"")
    assert str(tmp_path) not in caught.value.message
    await store.close()
