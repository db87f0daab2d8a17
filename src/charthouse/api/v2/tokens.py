"""The token endpoint: GET with Basic, and the OAuth2 POST form.

Source: distribution's token authentication and OAuth2 specifications, docs/content/spec/auth.
"""

from __future__ import annotations

from charthouse.api.kit.asgi import Reply, Request, json_reply, parse_fields
from charthouse.model.errors import InvalidRequest
from charthouse.services.identity.token_service import TokenService

from .envelope import VERSION

MAXIMUM_FORM = 64 * 1024
_NO_STORE = (b"cache-control", b"no-store")


class TokenHandlers:
    """Turns a credential into a registry token."""

    def __init__(self, tokens: TokenService) -> None:
        self._tokens = tokens

    async def handle(self, request: Request) -> Reply:
        """Answer GET or POST /v2/auth."""
        if request.method == "POST":
            return await self._form(request)
        query = request.query()
        fields = dict(query)
        answer = await self._tokens.issue(
            request.header(b"authorization"),
            service=fields.get("service", request.host),
            scopes=[value for key, value in query if key == "scope"],
            offline=fields.get("offline_token") == "true" or fields.get("access_type") == "offline",
            peer=request.peer,
        )
        return json_reply(200, answer, [VERSION, _NO_STORE])

    async def _form(self, request: Request) -> Reply:
        content_type = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
        if content_type != "application/x-www-form-urlencoded":
            raise InvalidRequest("send the form as application/x-www-form-urlencoded")
        body = await request.body(MAXIMUM_FORM)
        form = dict(parse_fields(body.decode("utf-8", "replace")))
        form.setdefault("service", request.host)
        return json_reply(200, await self._tokens.exchange(form, peer=request.peer), [VERSION, _NO_STORE])
