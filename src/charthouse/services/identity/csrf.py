"""Tokens that prove a browser's request to come from our own pages (OWASP: signed double submit).

The token follows from the session's cookie by a key that only the registry has, so nothing is stored, a page of
another site cannot know it, and it ends with the cookie. Before a login the cookie is a random value that is no
session yet.

Pages that are sent compressed bear the token masked by chance, another mask for every page: a secret that stands in
many answers could else be guessed by how well each compresses beside a text of the attacker's (BREACH).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

from charthouse.model.errors import RegistryError

_BYTES = hashlib.sha256().digest_size
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_TOKEN = re.compile(r"(?:[A-Za-z0-9_-]{43}){1,2}", re.ASCII)


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
        return _text(self._digest(cookie))

    def masked(self, cookie: str) -> str:
        """Return the same token as no other page has it."""
        mask = secrets.token_bytes(_BYTES)
        return _text(mask + _xor(mask, self._digest(cookie)))

    def require(self, cookie: str, token: str) -> None:
        """Return when the token, masked or not, belongs to the cookie; raises CsrfRefused."""
        if not is_cookie(cookie) or not hmac.compare_digest(self._digest(cookie), _unmasked(token)):
            raise CsrfRefused

    def _digest(self, cookie: str) -> bytes:
        return hmac.digest(self._key, b"csrf:" + cookie.encode(), hashlib.sha256)


def is_cookie(cookie: str) -> bool:
    """Tell whether a value has the form of our cookies (32 random bytes)."""
    return _COOKIE.fullmatch(cookie) is not None


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def _unmasked(token: str) -> bytes:
    """Return the bytes of a token, none for what is no token."""
    if _TOKEN.fullmatch(token) is None:
        return b""
    content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return content if len(content) == _BYTES else _xor(content[:_BYTES], content[_BYTES:])
