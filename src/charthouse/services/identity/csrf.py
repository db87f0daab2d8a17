"""Tokens that prove a browser's request to come from our own pages (OWASP: signed double submit).

The token follows from the session's cookie by a key that only the registry has, so nothing is stored, a page of
another site cannot know it, and it ends with the cookie. Before a login the cookie is a random value that is no
session yet.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from charthouse.model.errors import RegistryError

_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class CsrfRefused(RegistryError):
    """A request that a page of another site may have made."""

    code = "DENIED"
    status = 403

    def __init__(self) -> None:
        super().__init__("CSRF token was invalid or missing.")


class CsrfTokens:
    """Makes and compares tokens under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, cookie: str) -> str:
        """Return the token that belongs to a cookie."""
        digest = hmac.digest(self._key, b"csrf:" + cookie.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def require(self, cookie: str, token: str) -> None:
        """Return when the token belongs to the cookie; raises CsrfRefused."""
        if not is_cookie(cookie) or not hmac.compare_digest(self.of(cookie).encode(), token.encode()):
            raise CsrfRefused


def is_cookie(cookie: str) -> bool:
    """Tell whether a value has the form of our cookies (32 random bytes)."""
    return _COOKIE.fullmatch(cookie) is not None
