"""The port of keyrings."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.ports.keyrings import KeyringKey

from . import commands
from .executor import Executor


class StoredKeyrings:
    """Keys that namespaces trust, kept in a table."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def put(self, namespace_id: int, keys: Sequence[KeyringKey], most: int) -> bool:
        """Trust keys."""
        return await self._content.write(commands.keyrings.put, namespace_id, keys, most)

    async def keys(self, namespace_id: int) -> list[KeyringKey]:
        """Return the keys of a namespace."""
        return await self._content.read(commands.keyrings.keys, namespace_id)

    async def of_repository(self, repository_id: int) -> list[KeyringKey]:
        """Return the keys of a repository's namespace."""
        return await self._content.read(commands.keyrings.of_repository, repository_id)

    async def remove(self, namespace_id: int, fingerprint: str) -> bool:
        """Trust a key no longer."""
        return await self._content.write(commands.keyrings.remove, namespace_id, fingerprint)
