"""What superusers tell everybody."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response
from pydantic import BaseModel, Field

from charthouse.ports.messages import Message
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.messages import LONGEST_MESSAGE, Messages

from .endpoints import Endpoints
from .guard import permit_of

MediaType = Literal["text/plain", "text/markdown"]
Severity = Literal["info", "warning", "error"]


class MessageBody(BaseModel):
    """What to tell."""

    content: str = Field(min_length=1, max_length=LONGEST_MESSAGE)
    media_type: MediaType
    severity: Severity


class NewMessageBody(BaseModel):
    """The request's body."""

    message: MessageBody


class MessageView(BaseModel):
    """One message."""

    uuid: str
    content: str
    severity: str
    media_type: str


class MessagesView(BaseModel):
    """All messages, the newest first."""

    messages: list[MessageView]


class MessageHandlers:
    """Lists, adds and removes messages."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_messages": self.list_messages,
            "quay.add_message": self.add_message,
            "quay.remove_message": self.remove_message,
        }

    async def list_messages(self) -> MessagesView:
        """Answer GET messages."""
        return MessagesView(messages=[_view(message) for message in await self._messages.all()])

    async def add_message(self, request: Request, body: NewMessageBody) -> str:
        """Answer POST messages."""
        permit = permit_of(request, RegistryPermit)
        new = body.message
        await self._messages.add(permit, new.content, new.severity, new.media_type)
        return "Created"

    async def remove_message(self, request: Request, uuid: str) -> Response:
        """Answer DELETE message/{uuid}."""
        await self._messages.remove(permit_of(request, RegistryPermit), uuid)
        return Response(status_code=204)


def _view(message: Message) -> MessageView:
    return MessageView(
        uuid=message.uuid, content=message.text, severity=message.severity, media_type=message.media_type
    )
