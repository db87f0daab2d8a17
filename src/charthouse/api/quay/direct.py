"""Clients that hand over the name and password of their user, instead of sending the user here.

Only those that the configuration names (Quay: ``DIRECT_OAUTH_CLIENTID_WHITELIST``), and only to be granted a token.
No page can make a browser send such credentials, so no CSRF token is asked for.
"""

from __future__ import annotations

from collections.abc import Set

from fastapi import Request

from charthouse.api.kit.forms import form_fields
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.callers import Caller
from charthouse.services.identity.credentials.basic import parse_basic
from charthouse.services.identity.logins import Logins


class DirectLogins:
    """Logs users in for the client ids in ``allowed``."""

    def __init__(self, logins: Logins, standings: Standings, allowed: Set[str]) -> None:
        self._logins = logins
        self._standings = standings
        self._allowed = allowed

    async def caller(self, request: Request, peer: str) -> Caller | None:
        """Return the user whose name and password the request bears; None when it is none of this kind.

        Raises Unauthorized and TooManyRequests.
        """
        named = [value for name, value in await form_fields(request) if name == "client_id"]
        if len(named) != 1 or named[0] not in self._allowed:
            return None
        basic = parse_basic(request.headers.get("authorization", ""))
        if basic is None:
            return None
        account = await self._logins.verify(*basic, peer)
        return Caller(self._standings.logged_in(account))
