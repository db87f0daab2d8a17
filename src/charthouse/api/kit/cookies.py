"""The cookie of a browser's session.

Its name and flags: ``__Host-`` and ``Secure`` wherever the public scheme is https, so that neither a page of another
host under the same domain nor somebody on the way can plant one; ``HttpOnly`` always.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from fastapi import Request as HttpRequest
from starlette.responses import Response

from .asgi import Request

_NAME = "charthouse_session"
_LONGEST = 4096


class CookiePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Settings. ``timeout``: seconds that a browser keeps the cookie when ``permanent``, else until it is closed."""

    timeout: int = 31 * 86_400
    permanent: bool = True
    secure: bool = False
    never_secure: bool = False
    same_site: str = "Lax"


class Cookies:
    """Reads and writes the cookie. ``public`` is the request as the public sees it."""

    def __init__(self, policy: CookiePolicy) -> None:
        self._policy = policy

    def read(self, request: HttpRequest, public: Request) -> str:
        """Return the cookie's value, "" without one."""
        if sum(map(len, request.headers.getlist("cookie"))) > _LONGEST:
            return ""
        return request.cookies.get(self._name(public), "")

    def write(self, public: Request, value: str) -> tuple[bytes, bytes]:
        """Return the header that gives the browser this value."""
        return self._header(public, value, self._policy.timeout if self._policy.permanent else None)

    def clear(self, public: Request) -> tuple[bytes, bytes]:
        """Return the header that takes the cookie away."""
        return self._header(public, "", 0)

    def _is_secure(self, public: Request) -> bool:
        policy = self._policy
        return not policy.never_secure and (policy.secure or public.scheme == "https")

    def _name(self, public: Request) -> str:
        return f"__Host-{_NAME}" if self._is_secure(public) else _NAME

    def _header(self, public: Request, value: str, max_age: int | None) -> tuple[bytes, bytes]:
        carrier = Response()
        carrier.set_cookie(
            self._name(public),
            value,
            max_age=max_age,
            path="/",
            secure=self._is_secure(public),
            httponly=True,
            samesite=_same_site(self._policy.same_site),
        )
        return b"set-cookie", carrier.headers["set-cookie"].encode("latin-1")


def _same_site(setting: str) -> Literal["lax", "strict", "none"]:
    """Return the setting as Starlette writes it."""
    match setting.lower():
        case "strict":
            return "strict"
        case "none":
            return "none"
        case _:
            return "lax"
