"""What superusers tell everybody, at the top of every page."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

from charthouse.model.errors import RegistryError
from charthouse.ports.messages import Message
from charthouse.services.messages import Messages

from .markdown import render_markdown

MOST = 5
"""Banners on a page: the newest messages."""


class Banner(msgspec.Struct, frozen=True):
    """A message as a page shows it."""

    severity: str
    html: Markup


class Banners:
    """Renders messages, and remembers those that were told last."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._rendered: dict[str, Banner] = {}

    async def newest(self) -> Sequence[Banner]:
        """Return the newest; none when the database does not answer: what has to be shown then says so itself."""
        try:
            found = await self._messages.newest(MOST)
        except RegistryError:
            return ()
        self._rendered = {message.uuid: self.of(message) for message in found}
        return tuple(self._rendered.values())

    def of(self, message: Message) -> Banner:
        """Return one message; its text never changes."""
        return self._rendered.get(message.uuid) or _rendered(message)


def _rendered(message: Message) -> Banner:
    if message.media_type == "text/markdown":
        return Banner(message.severity, render_markdown(message.text))
    return Banner(message.severity, Markup("<p>{}</p>").format(escape(message.text)))
