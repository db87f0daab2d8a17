"""Keys in files: private to their owner, whole whenever seen, one for all processes."""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from charthouse.engines.keys.files import FileSigningKeys, kept_secret
from charthouse.ports.upkeep import SigningKey


def key(kid: str, created_ms: int, expires_ms: int = 1_000) -> SigningKey:
    return SigningKey(kid, "public", b"private", created_ms, expires_ms - 1, expires_ms)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_kept_and_found_newest_first(tmp_path: Path) -> None:
    keys = FileSigningKeys(tmp_path / "keys")
    assert await keys.all() == []
    assert await keys.add(key("-old_", 10), unless_newer_than_ms=0)
    assert await keys.add(key("new", 20), unless_newer_than_ms=10)
    assert await FileSigningKeys(tmp_path / "keys").all() == [key("new", 20), key("-old_", 10)]


async def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    keys = FileSigningKeys(tmp_path / "keys")
    await keys.add(key("a", 10), unless_newer_than_ms=0)
    kept_secret(tmp_path / "keys" / "sealing")
    assert mode(tmp_path / "keys") == 0o700
    files = list((tmp_path / "keys").iterdir())
    assert len(files) == 3
    assert {mode(path) for path in files} == {0o600}


async def test_a_newer_key_keeps_others_out(tmp_path: Path) -> None:
    keys = FileSigningKeys(tmp_path)
    assert await keys.add(key("a", 10), unless_newer_than_ms=0)
    assert not await keys.add(key("b", 11), unless_newer_than_ms=9)
    assert [found.kid for found in await keys.all()] == ["a"]


async def test_starts_at_once_agree(tmp_path: Path) -> None:
    added = await asyncio.gather(
        *(FileSigningKeys(tmp_path).add(key(str(n), 10), unless_newer_than_ms=0) for n in range(8))
    )
    assert sum(added) == 1
    assert len(await FileSigningKeys(tmp_path).all()) == 1


async def test_expired_keys_go(tmp_path: Path) -> None:
    keys = FileSigningKeys(tmp_path)
    await keys.add(key("a", 10, expires_ms=100), unless_newer_than_ms=0)
    await keys.add(key("b", 20, expires_ms=101), unless_newer_than_ms=10)
    assert await keys.remove_expired(100) == 1
    assert [found.kid for found in await keys.all()] == ["b"]


async def test_what_a_crash_left_behind_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".signing-a.json.new").write_bytes(b"half")
    keys = FileSigningKeys(tmp_path)
    assert await keys.add(key("a", 10), unless_newer_than_ms=0)
    assert await keys.all() == [key("a", 10)]


async def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "signing-x.json").write_bytes(b"{")
    with pytest.raises(ValueError, match=r"signing-x\.json"):
        await FileSigningKeys(tmp_path).all()


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "sealing"
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept_secret(path), range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32


@pytest.mark.parametrize("content", ["", "zz", "00" * 31])
def test_a_broken_secret_is_named_not_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sealing"
    path.write_text(content)
    with pytest.raises(ValueError, match="sealing"):
        kept_secret(path)
    assert path.read_text() == content
