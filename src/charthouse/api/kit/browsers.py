"""What a browser's request must bear, since any page may make a browser send one with its cookie.

- Nothing from another origin: ``Sec-Fetch-Site`` and ``Origin`` are believed where a browser sends them.
- A request that changes something bears the CSRF token, in ``X-CSRF-Token`` or the field ``_csrf_token``.
- A GET bears ``X-Requested-With`` (Quay: ``BROWSER_API_CALLS_XHR_ONLY``).

None of this is asked of a request with an access token: no page but the one that knows it can send that.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fastapi import Request as HttpRequest

from charthouse.model.errors import InvalidRequest
from charthouse.services.identity.csrf import CsrfRefused, CsrfTokens

from .asgi import Request
from .forms import form_fields

NEXT_TOKEN_HEADER = b"x-next-csrf-token"
_OUR_PAGES = frozenset({"same-origin", "none"})
_FAMILIES = re.compile(
    r"chrome|chromium|firefox|safari|edge|edg/|opera|opr/|msie|trident|seamonkey|konqueror", re.IGNORECASE
)
_LONGEST_AGENT = 1024


class Browsers:
    """Refuses what a browser may have been made to send."""

    def __init__(self, tokens: CsrfTokens, *, xhr_only: bool = True) -> None:
        self._tokens = tokens
        self._xhr_only = xhr_only

    def require_xhr(self, request: HttpRequest) -> None:
        """Raise InvalidRequest for a browser's request that no script has made."""
        if not self._xhr_only or request.headers.get("x-requested-with", "").lower() == "xmlhttprequest":
            return
        if _FAMILIES.search(request.headers.get("user-agent", "")[:_LONGEST_AGENT]):
            raise InvalidRequest(
                "API calls must be invoked with an X-Requested-With header if called from a browser"
            )

    async def require_own_page(self, request: HttpRequest, public: Request, cookie: str) -> str:
        """Return the CSRF token for the next request; raises CsrfRefused for what another site may have sent."""
        _require_own_origin(request, public)
        token = request.headers.get("x-csrf-token") or request.query_params.get("_csrf_token")
        if token is None:
            token = dict(await form_fields(request)).get("_csrf_token")
        self._tokens.require(cookie, token or "")
        return self._tokens.of(cookie)


def _require_own_origin(request: HttpRequest, public: Request) -> None:
    if request.headers.get("sec-fetch-site", "none") not in _OUR_PAGES:
        raise CsrfRefused
    origin = request.headers.get("origin")
    if origin is None:
        return
    # Our public name, or the one that the browser asked for: both are ours, and some ask for localhost. Schemes are not
    # compared: a proxy that ends TLS and does not say so would keep everybody out.
    ours = {_host(f"//{public.host}"), _host(f"//{request.headers.get('host', '')}")} - {None}
    if _host(origin) not in ours:
        raise CsrfRefused


def _host(url: str) -> str | None:
    """Return host and port of an origin, without a port that goes without saying; None for ``null`` and nonsense."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.hostname if port in (None, 80, 443) else f"{parts.hostname}:{port}"
