"""Which pages of other sites may read the API's answers (Quay: ``CORS_ORIGIN``).

With an access token only: no answer ever lets another site use a browser's cookie.
"""

from __future__ import annotations

from charthouse.api.kit.asgi import Headers, Reply, Scope

ANY = "*"
_METHODS = b"GET, HEAD, POST, PUT, DELETE, OPTIONS"
_HEADERS = b"Authorization, Content-Type, X-Requested-With"
_SECONDS = b"600"


class Cors:
    """Answers for the sites that are named, or for ``*``; with no site named it says nothing."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._any = ANY in origins
        self._origins = frozenset(origin.rstrip("/").lower().encode() for origin in origins)

    def headers(self, scope: Scope) -> Headers:
        """Return what the answer to a request says of other sites."""
        if self._any:
            return [(b"access-control-allow-origin", b"*")]
        if not self._origins:
            return []
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        vary = (b"vary", b"Origin")
        if origin.lower() not in self._origins:
            return [vary]
        return [vary, (b"access-control-allow-origin", origin)]

    def preflight(self, scope: Scope) -> Reply:
        """Return the answer to OPTIONS; what other sites may do stands in it only if they may do anything."""
        allowed = self.headers(scope)
        if any(name == b"access-control-allow-origin" for name, _ in allowed):
            allowed += [
                (b"access-control-allow-methods", _METHODS),
                (b"access-control-allow-headers", _HEADERS),
                (b"access-control-max-age", _SECONDS),
            ]
        return Reply(200, [(b"allow", _METHODS), (b"content-length", b"0"), *allowed])
