"""What the classic repositories tell of themselves, to anybody."""

from __future__ import annotations

from charthouse.api.kit.asgi import Reply, Request, json_reply
from charthouse.model.permissions import Actor

from .routes import Match

_WELCOME = b"""<!DOCTYPE html>
<html lang="en">
<head><title>Charthouse</title></head>
<body>
<h1>Charts</h1>
<p>Add the charts of an organization: <code>helm repo add NAME .../charts/NAME</code></p>
</body>
</html>
"""


class AboutHandlers:
    """The routes that say what this is."""

    def __init__(self, version: str) -> None:
        self._version = version

    async def welcome(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET ``/charts/``."""
        length = str(len(_WELCOME)).encode()
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", length)]
        return Reply(200, headers, _WELCOME)

    async def info(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET ``/charts/info``."""
        return json_reply(200, {"version": self._version})

    async def health(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET ``/charts/health``."""
        return json_reply(200, {"healthy": True})
