"""Messages: what superusers tell everybody."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One message. ``severity`` is info, warning or error; ``media_type`` text/plain or text/markdown."""

    uuid: str
    text: str
    severity: str
    media_type: str
    created_ms: int


class MessageLog(Protocol):
    """The messages. All may raise Unavailable."""

    async def add(self, message: Message, most: int) -> bool:
        """Keep a message; False, and no change, when there are ``most`` already."""

    async def newest(self, limit: int) -> list[Message]:
        """Return at most ``limit`` messages, the newest first."""

    async def remove(self, uuid: str) -> bool:
        """Forget a message; False when there is none."""
