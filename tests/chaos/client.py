"""A client that pushes and pulls over HTTP, as many at once as a test wants, and tells what was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp

from charthouse.model.digests import digest_of
from tests.support.registry import image_manifest
from tests.support.server import Person, Server

PIECE = 64 * 1024

Body = bytes | AsyncIterable[bytes]


class Refused(Exception):
    """An answer of 400 or more. ``code`` is the envelope's; every refusal must have one."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class Client:
    """One person's client of one repository. Raises Refused, or what aiohttp and the system raise."""

    def __init__(self, session: aiohttp.ClientSession, server: Server, repository: str) -> None:
        self._session = session
        self._server = server
        self.uploads = f"/v2/{repository}/blobs/uploads/"
        self.root = f"/v2/{repository}"

    async def push_whole(self, data: bytes) -> str:
        """Push a blob by POST alone."""
        digest = digest_of(data)
        await self.ask("POST", f"{self.uploads}?digest={digest}", data)
        return digest

    async def push(self, data: bytes) -> str:
        """Push a blob by POST and PUT."""
        return await self.finish(await self.begin(), data)

    async def push_streamed(self, data: bytes) -> str:
        """Push a blob by POST, a streamed PATCH and PUT."""
        location = await self.begin()
        await self.append(location, in_pieces(data))
        return await self.finish(location, b"", digest_of(data))

    async def push_image(self, tag: str, layers: Sequence[bytes]) -> str:
        """Push blobs and a manifest of them under ``tag``; returns the manifest's digest."""
        digests = [digest_of(layer) for layer in layers]
        for layer in layers:
            await self.push(layer)
        return await self.put_manifest(tag, image_manifest(digests, [len(layer) for layer in layers]))

    async def put_manifest(self, reference: str, content: bytes) -> str:
        """Push a manifest; returns its digest."""
        headers = {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}
        await self.ask("PUT", f"{self.root}/manifests/{reference}", content, headers)
        return digest_of(content)

    async def begin(self) -> str:
        """Open an upload; returns its location."""
        _, headers, _ = await self.ask("POST", self.uploads)
        return headers["Location"]

    async def append(self, location: str, data: Body) -> int:
        """Send a PATCH; returns the bytes that the upload has now."""
        return _size(*(await self.ask("PATCH", location, data))[:2])

    async def status(self, location: str) -> int:
        """Return the bytes that the server has of an upload."""
        return _size(*(await self.ask("GET", location))[:2])

    async def finish(self, location: str, data: Body, digest: str = "") -> str:
        """End an upload with its last bytes."""
        if not digest:
            assert isinstance(data, bytes)
            digest = digest_of(data)
        await self.ask("PUT", f"{location}?digest={digest}", data)
        return digest

    async def blob(self, digest: str) -> bytes:
        """Return the bytes of a blob."""
        return (await self.ask("GET", f"{self.root}/blobs/{digest}"))[2]

    async def manifest(self, reference: str) -> bytes:
        """Return the bytes of a manifest."""
        return (await self.ask("GET", f"{self.root}/manifests/{reference}"))[2]

    async def tags(self) -> list[str]:
        """Return all tags, page after page."""
        found: list[str] = []
        while True:
            last = f"?last={found[-1]}" if found else ""
            async with self._session.get(f"{self._server.url}{self.root}/tags/list{last}") as answer:
                page = list((await answer.json())["tags"] or ())
            if not page:
                return found
            found += page

    async def ask(
        self, method: str, path: str, data: Body = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send one request; returns status, headers and body."""
        async with self._session.request(
            method, self._server.url + path, data=data, headers=headers
        ) as answer:
            body = await answer.read()
            if answer.status < 400:
                return answer.status, answer.headers, body
            [error] = (await answer.json())["errors"]
            raise Refused(answer.status, error["code"], error["message"])


@asynccontextmanager
async def client_of(
    server: Server, person: Person, repository: str = "", seconds: float = 60
) -> AsyncIterator[Client]:
    """Yield a client with a token and as many connections as it needs; a request may take ``seconds``."""
    repository = repository or f"{person.name}/storm"
    token = await asyncio.to_thread(server.token, person, f"repository:{repository}:pull,push")
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=token) as session:
        # Asked again by itself, an upload that ended just before its server did would be unknown.
        session._retry_connection = False
        yield Client(session, server, repository)


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    """Yield ``data`` piece by piece, so that it is sent with chunked encoding."""
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE]


def _size(status: int, headers: Mapping[str, str]) -> int:
    """Return the bytes that a Range header tells; ``0-0`` says none as well as one, and tests send more."""
    last = int(headers["Range"].partition("-")[2])
    return last + 1 if last else 0
