"""What superusers tell everybody."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.services.access.permits import RegistryPermit
from charthouse.services.messages import Messages

from ..banners import MOST, Banners
from ..rendering import Renderer
from ..visit import Page, Visit

HERE = "/-/admin/messages"


class AdminMessagePages:
    """The list of messages, and the form for another."""

    def __init__(self, renderer: Renderer, messages: Messages, banners: Banners) -> None:
        self._renderer = renderer
        self._messages = messages
        self._banners = banners

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.admin.messages": self.messages,
            "console.admin.messages.create": self.create,
            "console.admin.messages.delete": self.delete,
        }

    async def messages(self, visit: Visit) -> Response:
        """Answer GET /-/admin/messages."""
        found = await self._messages.all()
        return self._renderer.page(
            visit,
            "admin/messages.html",
            permit=visit.permit_of(RegistryPermit),
            found=[(message, self._banners.of(message)) for message in found],
            most=MOST,
        )

    async def create(self, visit: Visit) -> Response:
        """Answer POST /-/admin/messages."""
        form = await visit.form()
        text, severity = form.text("text"), form.text("severity")
        media_type = "text/markdown" if form.ticked("markdown") else "text/plain"
        await self._messages.add(visit.permit_of(RegistryPermit), text, severity, media_type)
        return visit.went_well(HERE, visit.gettext("Everybody is told."))

    async def delete(self, visit: Visit) -> Response:
        """Answer POST /-/admin/messages/delete."""
        message = (await visit.form()).text("message")
        await self._messages.remove(visit.permit_of(RegistryPermit), message)
        return visit.went_well(HERE, visit.gettext("The message is gone."))
