"""The port of messages."""

from __future__ import annotations

from charthouse.ports.messages import Message

from . import commands
from .executor import Executor


class StoredMessages:
    """Messages, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, message: Message, most: int) -> bool:
        """Keep a message."""
        return await self._content.write(commands.messages.add, message, most)

    async def newest(self, limit: int) -> list[Message]:
        """Return the newest messages."""
        return await self._content.read(commands.messages.newest, limit)

    async def remove(self, uuid: str) -> bool:
        """Forget a message."""
        return await self._content.write(commands.messages.remove, uuid)
