"""The port of totals."""

from __future__ import annotations

from charthouse.ports.totals import Holdings, RegistryTotals

from . import commands
from .executor import Executor


class StoredTotals:
    """Counts what is kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def registry(self, now_ms: int) -> RegistryTotals:
        """Count what is in the registry."""
        return await self._content.scan(commands.totals.registry, now_ms)

    async def namespace(self, namespace_id: int, now_ms: int) -> Holdings:
        """Count what an account owns."""
        return await self._content.scan(commands.totals.namespace, namespace_id, now_ms)

    async def linked_bytes(self, first: int, last: int) -> int:
        """Return the bytes of blobs, each once for every repository that has it."""
        return await self._content.scan(commands.totals.linked_bytes, first, last)
