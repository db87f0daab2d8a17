"""The sessions of a user (ours: Quay shows none)."""

from __future__ import annotations

from fastapi import Request
from typing_extensions import TypedDict

from charthouse.ports.sessions import Session
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.sessions import Sessions

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import caller_of, permit_of


class SessionAnswer(TypedDict):
    """A session. ``current``: the one that asks."""

    uuid: str
    created: str
    last_verified: str
    expires: str
    address: str
    user_agent: str
    current: bool


class SessionsAnswer(TypedDict):
    """The answer to GET user/sessions."""

    sessions: list[SessionAnswer]


class SessionHandlers:
    """Shows and ends sessions."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.list_sessions": self.list_sessions, "quay.delete_session": self.delete_session}

    async def list_sessions(self, request: Request) -> SessionsAnswer:
        """Answer GET user/sessions."""
        current = caller_of(request).session
        found = await self._sessions.of(permit_of(request, AccountPermit))
        return {"sessions": [_view(session, current) for session in found]}

    async def delete_session(self, request: Request, session_uuid: str) -> None:
        """Answer DELETE user/sessions/{session_uuid}."""
        await self._sessions.end(permit_of(request, AccountPermit), session_uuid)


def _view(session: Session, current: Session | None) -> SessionAnswer:
    return {
        "uuid": session.uuid,
        "created": rfc2822(session.created_ms),
        "last_verified": rfc2822(session.verified_ms),
        "expires": rfc2822(session.expires_ms),
        "address": session.peer,
        "user_agent": session.user_agent,
        "current": current is not None and session.uuid == current.uuid,
    }
