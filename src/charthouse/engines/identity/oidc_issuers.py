"""Keys of OpenID Connect issuers, fetched by HTTPS.

Sources: OpenID Connect Discovery 1.0 § 4 (the document's address, and that its ``issuer`` must be the very string
that was asked), RFC 7517 (key sets). Nothing is followed: no redirect, no proxy of the environment, no cookie. Each
address is checked at the moment of connecting to it, so a name that means another address by then gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from charthouse.model.addresses import OutboundRules, is_loopback
from charthouse.ports.issuers import IssuerUnusable, JsonWebKey

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

TOTAL_SECONDS = 10.0
"""Time for one document, from the look-up of its name to its last byte."""
LARGEST_DOCUMENT = 512 * 1024
MOST_KEYS = 100
_WELL_KNOWN = "/.well-known/openid-configuration"


class Discovery(msgspec.Struct, frozen=True):
    """What is read of the discovery document."""

    issuer: str
    jwks_uri: str


class KeySet(msgspec.Struct, frozen=True):
    """A key set; what cannot be read as a key is left out, as RFC 7517 § 5 says."""

    keys: list[msgspec.Raw]


class OidcIssuers:
    """Fetches keys. ``trust`` makes the context that servers' certificates are checked with."""

    def __init__(
        self,
        rules: OutboundRules,
        *,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._rules = rules
        self._trust = trust
        self._seconds = seconds
        self._context: ssl.SSLContext | None = None

    async def keys(self, issuer: str) -> list[JsonWebKey]:
        """Return the keys that an issuer publishes now."""
        discovery = await self._fetch(issuer.rstrip("/") + _WELL_KNOWN, Discovery)
        if discovery.issuer != issuer:
            raise IssuerUnusable("its discovery document names another issuer")
        found = await self._fetch(discovery.jwks_uri, KeySet)
        return [key for raw in found.keys[:MOST_KEYS] if (key := _key(raw)) is not None]

    async def _fetch(self, url: str, kind: type[Any]) -> Any:
        import aiohttp  # takes a tenth of a second, and most servers never need it

        try:
            body = await self._get(url)
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, RecursionError):
            raise IssuerUnusable(f"what it answers is no {kind.__name__}") from None
        except TimeoutError:
            raise IssuerUnusable(f"it did not answer within {self._seconds} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise IssuerUnusable(f"it cannot be asked: {type(error).__name__}") from error

    async def _get(self, url: str) -> bytes:
        import aiohttp

        address = self._checked(url)
        if self._context is None:
            self._context = await asyncio.to_thread(self._trust)
        connector = aiohttp.TCPConnector(
            ssl=self._context, use_dns_cache=False, socket_factory=self._guarded(address), force_close=True
        )
        limits = aiohttp.ClientTimeout(total=self._seconds)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=limits,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            ) as session,
            session.get(address, allow_redirects=False) as response,
        ):
            return await _body(response)

    def _checked(self, text: str) -> URL:
        """Return an address that may be asked for, as far as its text tells; what is checked is what is called."""
        from yarl import URL

        url = URL(text)
        if not url.host or url.user is not None or url.password is not None:
            raise IssuerUnusable("an address of its is none")
        if url.scheme != "https" and not (url.scheme == "http" and self._rules.names(url.host)):
            raise IssuerUnusable("an address of its is not https")
        return url

    def _guarded(self, url: URL) -> Callable[[Any], socket.socket]:
        """Return what makes sockets, only for addresses that may be connected to."""
        rules, host, plain = self._rules, url.host or "", url.scheme == "http"

        def make(found: aiohttp.AddrInfoType) -> socket.socket:
            family, kind, protocol, _, place = found
            address = str(place[0])
            if not rules.may_reach(host, address) or (plain and not is_loopback(address)):
                raise PermissionError("that address is not public, and SSRF_ALLOWED_HOSTS does not exempt it")
            return socket.socket(family, kind, protocol)

        return make


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.status != 200:
        raise IssuerUnusable(f"it answers with the status {response.status}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise IssuerUnusable("it compresses an answer that was asked for as it is")
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > LARGEST_DOCUMENT:
            raise IssuerUnusable(f"a document of its has more than {LARGEST_DOCUMENT} bytes")
        parts.append(part)
    return b"".join(parts)


def _key(raw: msgspec.Raw) -> JsonWebKey | None:
    try:
        return msgspec.json.decode(raw, type=JsonWebKey)
    except (msgspec.MsgspecError, RecursionError):
        return None
