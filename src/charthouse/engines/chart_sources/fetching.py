"""Fetching by HTTP what an operator named, within bounds of size and time.

Private addresses may be asked: it is the operator's own command. Redirects are followed here, so that a credential
leaves for the host it was given for and for no other. Nothing is decompressed: a package keeps its bytes.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import msgspec

from charthouse import __version__
from charthouse.ports.chart_sources import SourceFailed, SourceUnreachable

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

MOST_REDIRECTS = 5
SILENCE_SECONDS = 30.0
"""How long a server may say nothing."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_PIECE = 256 * 1024


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How servers are asked. ``seconds`` is the time for one file; ``connections`` are those at a time."""

    username: str = ""
    password: str = ""
    ca_file: Path | None = None
    plain_http: bool = False
    """Registries (``oci://``) are asked by HTTP."""
    seconds: float = 300.0
    connections: int = 8

    @property
    def basic(self) -> str:
        """Return the header that carries the credential, "" when there is none."""
        if not (self.username or self.password):
            return ""
        return f"Basic {base64.b64encode(f'{self.username}:{self.password}'.encode()).decode()}"


class Answer:
    """What a server answered: its status and headers, and a body that is read once."""

    def __init__(self, response: aiohttp.ClientResponse, shown: str) -> None:
        self._response = response
        self._shown = shown
        self.status = response.status
        self.headers = response.headers

    def refuse(self) -> None:
        """Raise what a status other than 200 means."""
        if self.status == 200:
            return
        kind = SourceUnreachable if self.status in _LATER else SourceFailed
        hint = {401: ": give --username and a password", 403: ": that credential may not read it"}
        raise kind(f"{self._shown} answers with the status {self.status}{hint.get(self.status, '')}")

    async def give(self, into: Callable[[bytes], object], limit: int) -> None:
        """Hand the body to ``into``, at most ``limit`` bytes."""
        encoding = self.headers.get("Content-Encoding", "identity")
        if encoding not in ("identity", "gzip"):  # some servers call a .tgz so, and send it as it is
            raise SourceFailed(
                f"{self._shown} comes with the encoding {encoding[:20]!r}, which was not asked for"
            )
        size = 0
        async for part in self._response.content.iter_chunked(_PIECE):
            size += len(part)
            if size > limit:
                raise SourceFailed(f"{self._shown} has more than {limit} bytes")
            into(part)

    async def content(self, limit: int) -> bytes:
        """Return the body, at most ``limit`` bytes."""
        parts: list[bytes] = []
        await self.give(parts.append, limit)
        return b"".join(parts)


class Fetcher:
    """Asks servers; opened once for a whole command."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[tuple[str, str], URL | None] = {}

    async def open(self) -> None:
        """Get ready; raises SourceFailed when the CA file cannot be used."""
        import aiohttp

        connector = aiohttp.TCPConnector(
            ssl=await asyncio.to_thread(_trust, self.access.ca_file), limit=self.access.connections
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self.access.seconds, sock_read=SILENCE_SECONDS, connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,  # it would send what ~/.netrc holds to wherever a redirect leads
            headers={"User-Agent": f"charthouse/{__version__}", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """End all connections."""
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def get(self, url: str, *, authorization: str = "", accept: str = "*/*") -> AsyncIterator[Answer]:
        """Yield the answer to a GET, after redirects; ``authorization`` goes to the host of ``url`` alone."""
        import aiohttp

        asked = checked(url)
        shown = show(asked)
        try:
            async with self._followed(asked, authorization, accept) as response:
                yield Answer(response, shown)
        except TimeoutError:
            raise SourceUnreachable(
                f"{shown} took longer than {self.access.seconds:g} seconds,"
                f" or said nothing for {SILENCE_SECONDS:g}"
            ) from None
        except aiohttp.ClientConnectorCertificateError:
            raise SourceFailed(
                f"the certificate of {shown} is signed by nobody known: give --ca-file"
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SourceUnreachable(f"{shown} cannot be fetched: {_reason(error)}") from None

    @asynccontextmanager
    async def _followed(
        self, url: URL, authorization: str, accept: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("open first")
        home = url.origin()
        for _ in range(MOST_REDIRECTS + 1):
            headers = {"Accept": accept}
            if authorization and may_have(url, home):
                headers["Authorization"] = authorization
            async with self._session.get(
                url, headers=headers, allow_redirects=False, proxy=self._proxy(url)
            ) as response:
                location = response.headers.get("Location", "")
                if response.status not in _REDIRECTS or not location:
                    yield response
                    return
            target = checked(str(url.join(_url(location))))
            if url.scheme == "https" and target.scheme == "http":
                raise SourceFailed(f"{show(url)} leads from https to http")
            url = target
        raise SourceFailed(f"{show(url)} leads on and on: more than {MOST_REDIRECTS} redirects")

    def _proxy(self, url: URL) -> URL | None:
        """Return a company's proxy for an address, as the environment names it."""
        key = url.scheme, url.host or ""
        if key not in self._proxies:
            named = getproxies().get(url.scheme)
            self._proxies[key] = None if not named or proxy_bypass(key[1]) else _url(named)
        return self._proxies[key]


def checked(text: str) -> URL:
    """Return an address that can be asked; raises SourceFailed."""
    url = _url(text)
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceFailed(f"{show(url)[:200]!r} is no http:// or https:// address")
    if url.user is not None or url.password is not None:
        raise SourceFailed(f"{show(url)} carries a credential: give it by --username and --password-stdin")
    return url


def may_have(url: URL, home: URL) -> bool:
    """Tell whether a credential that was given for ``home`` may go to ``url``: its origin, or the same host by TLS."""
    if url.host != home.host:
        return False
    if (url.scheme, url.port) == (home.scheme, home.port):
        return True
    return (home.scheme, home.port, url.scheme, url.port) == ("http", 80, "https", 443)


def show(url: URL) -> str:
    """Return an address for people, without what may be secret in it: credential and query."""
    try:
        return str(url.with_user(None).with_query(None))
    except ValueError:
        return str(url.with_query(None))


def _url(text: str) -> URL:
    from yarl import URL

    try:
        return URL(text)
    except ValueError:
        raise SourceFailed(f"{text[:100]!r} is no address") from None


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SourceFailed(f"--ca-file {ca_file} cannot be used: {error}") from None
    return context


def _reason(error: Exception) -> str:
    """Return what went wrong, without the address, which may hold a secret."""
    return getattr(error, "strerror", None) or getattr(error, "message", "") or type(error).__name__
