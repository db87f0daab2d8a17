"""What is inside of a version, as ChartMuseum's API shows it."""

from __future__ import annotations

from base64 import b64encode

from charthouse.api.kit.asgi import Reply, Request, json_reply
from charthouse.model.permissions import Actor
from charthouse.services.charts.contents import ChartContents

from .routes import Match


class ContentHandlers:
    """The routes of templates and values."""

    def __init__(self, contents: ChartContents) -> None:
        self._contents = contents

    async def templates(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET ``…/{version}/templates``: templates by name, their text in base64, and values as an object."""
        found = await self._contents.templates(actor, at.level, at.name, at.version)
        templates = [
            {"name": text.path, "data": b64encode(text.text.encode()).decode()} for text in found.templates
        ]
        return json_reply(200, {"templates": templates, "values": found.values})

    async def values(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET ``…/{version}/values``: the file as it is."""
        body = (await self._contents.values(actor, at.level, at.name, at.version)).encode()
        headers = [(b"content-type", b"application/yaml"), (b"content-length", str(len(body)).encode())]
        return Reply(200, headers, body)
