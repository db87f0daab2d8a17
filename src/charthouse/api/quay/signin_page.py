"""Signing in by a form: for people who come without a session to where one is needed.

The way back is never another site: only a page of this registry.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from charthouse.api.kit.forms import form_fields, single
from charthouse.model.errors import Unauthorized
from charthouse.services.identity.csrf import is_cookie
from charthouse.services.identity.sessions import new_cookie

from .endpoints import Endpoints
from .guard import public_of
from .html import Html
from .signin import Doorkeeper

ADDRESS = "/signin"
_BACK = re.compile(r"/(?!/)[A-Za-z0-9._~%&=+:/?@!$'()*,-]{0,8192}")
"""A path of ours: two slashes at its beginning would name another site."""


def sign_in_address(request: Request) -> str:
    """Return where a person signs in who was about to read this request's answer, and comes back from."""
    back = f"{request.url.path}?{request.url.query}"
    return f"{ADDRESS}?{urlencode({'redirect_url': back})}" if _BACK.fullmatch(back) else ADDRESS


class SignInPages:
    """Shows the form, and opens a session for what it brings."""

    def __init__(self, door: Doorkeeper, html: Html) -> None:
        self._door = door
        self._html = html

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.sign_in_page": self.show, "quay.sign_in_form": self.sign_in}

    async def show(self, request: Request) -> Response:
        """Answer GET /signin."""
        fields = single(request.query_params.multi_items())
        cookie = self._door.cookies.read(request, public_of(request))
        if not is_cookie(cookie):
            cookie = new_cookie()
            self._door.give(request, cookie)
        return self._page(request, cookie, _back(fields.get("redirect_url", "")))

    async def sign_in(self, request: Request) -> Response:
        """Answer POST /signin; a wrong password and an unknown user get the same answer."""
        fields = single(await form_fields(request))
        name, back = fields.get("username", ""), _back(fields.get("redirect_url", ""))
        public = public_of(request)
        try:
            opened = await self._door.sessions.sign_in(
                name, fields.get("password", ""), public.peer, request.headers.get("user-agent", "")
            )
        except Unauthorized as error:
            cookie = self._door.cookies.read(request, public)
            return self._page(request, cookie, back, username=name, refusal=error.message, status=403)
        self._door.let_in(request, opened)
        # No redirect: a browser would hold all that follows to what this form may lead to.
        answer = self._html.message("You are signed in", f"Welcome, {opened.account.name}.", link=back)
        if back:
            answer.headers["refresh"] = f"0;url={back}"
        return answer

    def _page(
        self,
        request: Request,
        cookie: str,
        back: str,
        username: str = "",
        refusal: str = "",
        status: int = 200,
    ) -> Response:
        values = {
            "title": "Sign in",
            "host": public_of(request).host,
            "redirect_url": back,
            "csrf_token": self._door.csrf.of(cookie),
            "username": username,
            "refusal": refusal,
        }
        return self._html.page("signin.html", values, status=status, form_action="'self'")


def _back(url: str) -> str:
    return url if _BACK.fullmatch(url) else ""
