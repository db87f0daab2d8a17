"""Files in pieces: whole, from the cache or from the disk, and closed at the end."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path

import pytest

from charthouse.api.kit.files import PIECE, cached_pieces


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
async def test_a_file_is_whole(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    file = FileIO(path)
    path.unlink()
    assert b"".join([piece async for piece in cached_pieces(file)]) == content
    assert file.closed


async def test_what_is_not_in_the_cache_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(*_: object) -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "preadv", wait)
    path = tmp_path / "file"
    path.write_bytes(b"x" * (PIECE + 5))
    assert [len(piece) async for piece in cached_pieces(FileIO(path))] == [PIECE, 5]
