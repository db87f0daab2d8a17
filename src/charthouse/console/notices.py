"""What a form has done, told by the page that comes next: a cookie carries the words there, once."""

from __future__ import annotations

import base64
import binascii

from starlette.requests import Request
from starlette.responses import Response

_COOKIE = "charthouse_notice"
_SECONDS = 60
_LONGEST = 300


def add_notice(answer: Response, words: str, *, secure: bool) -> None:
    """Have the next page show ``words``. No secret is carried this way."""
    value = base64.urlsafe_b64encode(words[:_LONGEST].encode()).decode()
    answer.set_cookie(_COOKIE, value, _SECONDS, httponly=True, samesite="lax", secure=secure)


def read_notice(request: Request) -> str:
    """Return the words that the last form left, "" without any."""
    try:
        return base64.urlsafe_b64decode(request.cookies.get(_COOKIE, "")).decode()[:_LONGEST]
    except (binascii.Error, ValueError):
        return ""


def forget_notice(answer: Response) -> None:
    """Show it once only."""
    answer.delete_cookie(_COOKIE)
