"""Signing keys and secrets as files that only their owner may read.

A key is one JSON file, named after its ``kid``.
"""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import msgspec

from charthouse.ports.upkeep import SigningKey

from .private import locked, place

_PREFIX = "signing-"


class FileSigningKeys:
    """Keeps signing keys in a directory (ports.upkeep.SigningKeys); it is made when first written to."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def all(self) -> list[SigningKey]:
        """Return every key, newest first; raises ValueError for a file that is none."""
        return await asyncio.to_thread(self._all)

    async def add(self, key: SigningKey, unless_newer_than_ms: int) -> bool:
        """Keep a key; False, and no change, when one was created after ``unless_newer_than_ms``."""
        return await asyncio.to_thread(self._add, key, unless_newer_than_ms)

    async def remove_expired(self, now_ms: int) -> int:
        """Forget keys past ``expires_ms``; returns how many."""
        return await asyncio.to_thread(self._remove_expired, now_ms)

    def _all(self) -> list[SigningKey]:
        keys = [_read(path) for path in self._directory.glob(f"{_PREFIX}*.json")]
        return sorted((key for key in keys if key is not None), key=lambda key: -key.created_ms)

    def _add(self, key: SigningKey, unless_newer_than_ms: int) -> bool:
        with locked(self._directory):
            if any(known.created_ms > unless_newer_than_ms for known in self._all()):
                return False
            place(self._path(key.kid), msgspec.json.encode(key))
            return True

    def _remove_expired(self, now_ms: int) -> int:
        with locked(self._directory):
            expired = [key for key in self._all() if key.expires_ms <= now_ms]
            for key in expired:
                self._path(key.kid).unlink()
            return len(expired)

    def _path(self, kid: str) -> Path:
        return self._directory / f"{_PREFIX}{kid}.json"


def kept_secret(path: Path, size: int = 32) -> bytes:
    """Return the secret of ``size`` random bytes kept at ``path`` (hexadecimal, 0600), made if there is none.

    All processes that ask get the same one. Raises ValueError for a file that holds something else.
    """
    with locked(path.parent):
        if not path.exists():
            place(path, secrets.token_hex(size).encode())
        try:
            kept = bytes.fromhex(path.read_text())
        except ValueError:
            kept = b""
    if len(kept) != size:
        raise ValueError(f"{path} does not hold a secret of {size} bytes in hexadecimal")
    return kept


def _read(path: Path) -> SigningKey | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=SigningKey)
    except FileNotFoundError:
        return None  # expired and removed by another process since it was listed
    except msgspec.DecodeError as error:
        raise ValueError(f"{path} is not a signing key: {error}") from None
