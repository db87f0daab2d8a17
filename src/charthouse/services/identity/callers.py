"""Who calls the REST API: from what a request presents to a caller."""

from __future__ import annotations

import msgspec

from charthouse.model.permissions import ANONYMOUS, Actor
from charthouse.ports.sessions import Session

from .access_tokens import AccessTokens
from .actors import Standings
from .last_use import LastUses, of_account, of_session
from .sessions import FreshLoginRequired, Sessions


class Caller(msgspec.Struct, frozen=True):
    """The caller of one request to the REST API.

    ``session`` is set when a cookie told who it is; ``extended``: the session lives longer than the browser knows.
    """

    actor: Actor
    session: Session | None = None
    extended: bool = False


class Callers:
    """Identifies callers."""

    def __init__(
        self, tokens: AccessTokens, sessions: Sessions, standings: Standings, uses: LastUses
    ) -> None:
        self._tokens = tokens
        self._sessions = sessions
        self._standings = standings
        self._uses = uses

    async def identify(self, bearer: str, cookie: str = "", *, unattended: bool = False) -> Caller:
        """Return the caller of an access token, else of a session's cookie, else the anonymous one.

        ``unattended``: a page asks by itself; that neither is a use nor lets a session live longer. Raises Unauthorized and AccessTokenExpired for a token; a cookie that has ended is none.
        """
        if bearer:
            caller = Caller(await self._tokens.holder(bearer))
        else:
            live = await self._sessions.find(cookie, extend=not unattended) if cookie else None
            if live is None:
                return Caller(ANONYMOUS)
            caller = Caller(self._standings.logged_in(live.account), live.session, live.extended)
        if not unattended:
            self._uses.note(of_account(caller.actor.account_id))
            if caller.session is not None:
                self._uses.note(of_session(caller.session.uuid))
        return caller

    def is_fresh(self, caller: Caller) -> bool:
        """Tell whether ``require_fresh`` would let the caller go on."""
        try:
            self.require_fresh(caller)
        except FreshLoginRequired:
            return False
        return True

    def require_fresh(self, caller: Caller) -> None:
        """Return when a person has given the password lately, or an access token speaks; raises FreshLoginRequired."""
        if caller.session is not None:
            self._sessions.require_fresh(caller.session)
