"""What superusers tell everybody: planned work, a new rule, where to ask for help."""

from __future__ import annotations

import uuid

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.ports.clock import Clock
from charthouse.ports.messages import Message, MessageLog

from .access.permits import RegistryPermit

LONGEST_MESSAGE = 8192
SEVERITIES = ("info", "warning", "error")
MEDIA_TYPES = ("text/plain", "text/markdown")
_MOST = 100


def check_message(text: str, severity: str, media_type: str) -> None:
    """Raise InvalidRequest for what can be no message."""
    if not 0 < len(text) <= LONGEST_MESSAGE:
        raise InvalidRequest(f"a message has 1 to {LONGEST_MESSAGE} characters")
    if severity not in SEVERITIES or media_type not in MEDIA_TYPES:
        raise InvalidRequest("a message is info, warning or error, and plain text or Markdown")


class Messages:
    """Keeps messages. All may raise Unavailable."""

    def __init__(self, log: MessageLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    async def all(self) -> list[Message]:
        """Return the messages, the newest first; anybody may read them."""
        return await self._log.newest(_MOST)

    async def newest(self, limit: int) -> list[Message]:
        """Return at most ``limit`` of them."""
        return await self._log.newest(limit)

    async def add(self, permit: RegistryPermit, text: str, severity: str, media_type: str) -> Message:
        """Keep a message; raises InvalidRequest for none, and when there are too many."""
        check_message(text, severity, media_type)
        message = Message(str(uuid.uuid4()), text, severity, media_type, self._clock.now_ms())
        if not await self._log.add(message, _MOST):
            raise InvalidRequest(f"there are {_MOST} messages already: remove one first")
        return message

    async def remove(self, permit: RegistryPermit, message_uuid: str) -> None:
        """Forget a message; raises NotFound."""
        if not await self._log.remove(message_uuid):
            raise NotFound("there is no such message")
