"""The pages and the REST API in the test's own process, at their addresses as on a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.router import PrefixRouter
from charthouse.compose.console import console
from charthouse.compose.quay import quay
from charthouse.telemetry.logs import FailureLog

from .clock import ManualClock
from .quay import HOST, QuayApi
from .registry import registry_in


class Site(QuayApi):
    """Both; the rest of a server is not there."""

    def serve(self, scheme: str, proxies: int = 0) -> None:
        """Build them for this public scheme ("": as each request says), behind so many trusted proxies."""
        address, failures = PublicAddress(HOST, scheme, proxies), FailureLog(json=False)
        pages = console(self.registry, address, failures)
        mounted = quay(self.registry, address, failures)
        apis = dict.fromkeys(("/api/v1", "/csrf_token", "/oauth"), lambda: mounted)
        router = PrefixRouter({"/": lambda: pages, **apis})

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await router.handle(scope, receive, send, b"test")

        self.mounted, self._application = mounted, application


@asynccontextmanager
async def site_in(data: Path, clock: ManualClock, **settings: Any) -> AsyncIterator[Site]:
    """Open a registry over the directory ``data`` with its pages."""
    async with registry_in(data, clock, **settings) as registry:
        yield Site(registry, clock)
