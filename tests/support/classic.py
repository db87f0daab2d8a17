"""A classic chart repository, or a registry, as badly behaved as a test wants it: an HTTP server on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Classic:
    """Serves ``files`` by path; ``answers`` go before them. ``asked`` are (path, Authorization) of all requests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.answers: Mapping[str, Answering] = {}
        self.asked: list[tuple[str, str]] = []
        self.password = ""
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [path for path, _ in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        self.asked.append((request.path, given))
        if request.path in self.answers:
            return await self.answers[request.path](request)
        if self.password and given != self.password:
            return web.Response(status=401)
        if request.path not in self.files:
            return web.Response(status=404)
        return web.Response(body=self.files[request.path])


@asynccontextmanager
async def classic_repository() -> AsyncIterator[Classic]:
    """Yield a server that has nothing yet."""
    served = Classic()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", served.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.port = runner.addresses[0][1]
    try:
        yield served
    finally:
        await runner.cleanup()
