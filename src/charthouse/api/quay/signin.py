"""Signing in and out with a browser."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.api.kit.browsers import NEXT_TOKEN_HEADER
from charthouse.api.kit.cookies import Cookies
from charthouse.model.errors import Denied, Unauthorized
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.csrf import CsrfTokens, is_cookie
from charthouse.services.identity.sessions import Opened, Sessions, new_cookie

from .endpoints import Endpoints
from .guard import add_header, caller_of, permit_of, public_of


class SignInBody(BaseModel):
    """The request's body."""

    username: str
    password: str
    invite_code: str | None = None


class PasswordBody(BaseModel):
    """The request's body."""

    password: str


class Success(TypedDict):
    """What was asked is done."""

    success: bool


class Doorkeeper:
    """Hands a session that was opened to its browser."""

    def __init__(self, sessions: Sessions, cookies: Cookies, csrf: CsrfTokens) -> None:
        self.sessions = sessions
        self.cookies = cookies
        self.csrf = csrf

    def let_in(self, request: Request, opened: Opened) -> None:
        """Give the browser the session's cookie and the CSRF token that goes with it."""
        self.give(request, opened.cookie)
        add_header(request, (NEXT_TOKEN_HEADER, self.csrf.of(opened.cookie).encode()))

    def give(self, request: Request, cookie: str) -> None:
        """Give the browser a cookie."""
        add_header(request, self.cookies.write(public_of(request), cookie))


class SignInHandlers:
    """Opens and ends sessions."""

    def __init__(self, door: Doorkeeper) -> None:
        self._door = door

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.csrf_token": self.csrf_token,
            "quay.sign_in": self.sign_in,
            "quay.verify_login": self.verify_login,
            "quay.sign_out": self.sign_out,
        }

    async def csrf_token(self, request: Request) -> dict[str, str]:
        """Answer GET /csrf_token: a stranger gets a cookie too, for the token to belong to."""
        cookie = self._door.cookies.read(request, public_of(request))
        if not is_cookie(cookie):
            cookie = new_cookie()
            self._door.give(request, cookie)
        return {"csrf_token": self._door.csrf.of(cookie)}

    async def sign_in(self, request: Request, body: SignInBody) -> JSONResponse:
        """Answer POST signin; a wrong password and an unknown user get the same answer."""
        agent = request.headers.get("user-agent", "")
        try:
            opened = await self._door.sessions.sign_in(
                body.username, body.password, public_of(request).peer, agent
            )
        except Unauthorized as error:
            return _refusal(error)
        self._door.let_in(request, opened)
        return JSONResponse({"success": True})

    async def verify_login(self, request: Request, body: PasswordBody) -> JSONResponse:
        """Answer POST signin/verify."""
        session = caller_of(request).session
        if session is None:
            raise Denied("this is for people who are signed in, not for access tokens")
        permit = permit_of(request, AccountPermit)
        try:
            await self._door.sessions.verify(session, permit, body.password, public_of(request).peer)
        except Unauthorized as error:
            return _refusal(error)
        return JSONResponse({"success": True})

    async def sign_out(self, request: Request) -> Success:
        """Answer POST signout: all sessions of the user end. Who is not signed in is signed out already."""
        caller = caller_of(request)
        if caller.session is not None:
            await self._door.sessions.sign_out(caller.session.account_id)
        add_header(request, self._door.cookies.clear(public_of(request)))
        return {"success": True}


def _refusal(error: Unauthorized) -> JSONResponse:
    return JSONResponse(
        {"needsEmailVerification": False, "invalidCredentials": True, "message": error.message}, 403
    )
