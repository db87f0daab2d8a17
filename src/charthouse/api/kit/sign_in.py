"""Where people sign in, and how they come back: only ever to an address of this registry."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.requests import Request

ADDRESS = "/signin"
_BACK = re.compile(r"/(?!/)[A-Za-z0-9._~%&=+:/?@!$'()*,-]{0,8192}")
"""A path of ours: two slashes at its beginning would name another site."""


def way_back(url: str) -> str:
    """Return ``url`` when it is a path of ours to go on to, "" when it is not."""
    return url if _BACK.fullmatch(url) else ""


def sign_in_address(request: Request) -> str:
    """Return where a person signs in who was about to read this request's answer, and comes back from."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{ADDRESS}?{urlencode({'redirect_url': back})}" if way_back(back) else ADDRESS
