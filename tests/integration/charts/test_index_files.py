"""Files of indexes: whole or not there, copied where they agree, bounded, and never needed."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from charthouse.engines.index_files import DirectoryIndexFiles
from charthouse.ports.index_files import Part

LIMIT = 10_000


def part(text: bytes, reads: list[bytes] | None = None) -> Part:
    """Return a part that notes when it is read."""

    def read() -> bytes:
        if reads is not None:
            reads.append(text)
        return text

    return Part(hashlib.sha256(text).digest(), len(text), read)


async def make(
    files: DirectoryIndexFiles, name: str, parts: Sequence[Part], like: str = "acme"
) -> str | None:
    return await files.make(name, lambda: parts, like)


@pytest.fixture
def files(tmp_path: Path) -> DirectoryIndexFiles:
    return DirectoryIndexFiles(tmp_path / "cache", LIMIT)


async def test_a_file_is_found_when_it_is_whole(files: DirectoryIndexFiles) -> None:
    assert files.path("a", 6) is None
    path = await make(files, "a", [part(b"one"), part(b"two")])
    assert path is not None
    assert Path(path).read_bytes() == b"onetwo"
    assert files.path("a", 6) == path
    assert files.path("a", 7) is None


async def test_what_the_last_file_has_is_copied(files: DirectoryIndexFiles) -> None:
    texts = [bytes([65 + number]) * 100 for number in range(8)]
    await make(files, "a", [part(text) for text in texts])
    reads: list[bytes] = []
    order = [b"head", *texts[:3], b"new", *texts[5:], texts[1]]
    path = await make(files, "b", [part(text, reads) for text in order])
    assert path is not None
    assert Path(path).read_bytes() == b"".join(order)
    assert reads == [b"head", b"new"]
    Path(path).unlink()  # as another process does
    again = await make(files, "c", [part(text, reads) for text in order])
    assert again is not None
    assert Path(again).read_bytes() == b"".join(order)
    assert len(reads) == 2 + len(order)


async def test_where_the_kernel_cannot_copy_parts_are_written(
    files: DirectoryIndexFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EOPNOTSUPP, "not here")

    monkeypatch.setattr(os, "copy_file_range", refuse)
    await make(files, "a", [part(b"one"), part(b"two")])
    path = await make(files, "b", [part(b"new"), part(b"two"), part(b"one")])
    assert path is not None
    assert Path(path).read_bytes() == b"newtwoone"


async def test_what_was_not_used_for_longest_makes_room(files: DirectoryIndexFiles) -> None:
    paths = [await make(files, name, [part(os.urandom(4000))]) for name in "ab"]
    assert await make(files, "c", [part(os.urandom(4000))]) is None  # both may be being sent at this moment
    long_ago = time.time() - 600
    os.utime(paths[0] or "", (long_ago, long_ago))
    assert await make(files, "c", [part(os.urandom(4000))]) is not None
    assert files.path("a", 4000) is None
    assert files.path("b", 4000) == paths[1]
    assert await make(files, "d", [part(os.urandom(LIMIT + 1))]) is None


async def test_many_who_wait_have_it_made_once(files: DirectoryIndexFiles) -> None:
    reads: list[bytes] = []
    found = await asyncio.gather(*(make(files, "a", [part(b"one", reads)]) for _ in range(20)))
    assert len(set(found)) == 1
    assert reads == [b"one"]


async def test_two_processes_make_the_same_file(tmp_path: Path) -> None:
    both = [DirectoryIndexFiles(tmp_path / "cache", LIMIT) for _ in range(2)]
    paths = await asyncio.gather(*(make(one, "a", [part(b"one")]) for one in both))
    assert paths[0] == paths[1]
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == ["a"]


async def test_files_of_a_former_boot_are_removed(tmp_path: Path) -> None:
    torn = tmp_path / "cache" / "former-boot" / "a"
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"\0\0\0")
    files = DirectoryIndexFiles(tmp_path / "cache", LIMIT)
    assert files.path("a", 3) is None
    await make(files, "a", [part(b"one")])
    assert not torn.exists()


async def test_a_disk_that_refuses_is_left_alone_for_a_while(
    files: DirectoryIndexFiles, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("no directory")
    reads: list[bytes] = []
    for _ in range(3):
        assert await make(files, "a", [part(b"one", reads)]) is None
    assert len(reads) <= 1
