"""Quay's REST API in the test's own process, over a registry on SQLite and a directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.router import Mounted
from charthouse.compose.quay import quay
from charthouse.compose.registry import Registry
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.model.scopes import Scope
from charthouse.ports.accounts import Account
from charthouse.ports.content import Target
from charthouse.telemetry.logs import FailureLog

from .asgi import Application, ask
from .clock import ManualClock
from .registry import add_user, registry_in
from .server import Answer

HOST = "registry.example.com"
EVERY_SCOPE = tuple(scope.value for scope in Scope)
WEEK = 7 * 86_400


class QuayApi:
    """The API, its registry and its clock; people are made when they are first named."""

    def __init__(self, registry: Registry, clock: ManualClock) -> None:
        self.registry = registry
        self.clock = clock
        self.mounted: Mounted
        self._application: Application
        self.serve("https")
        self._tokens: dict[tuple[str, tuple[str, ...]], str] = {}

    def serve(self, scheme: str, proxies: int = 0) -> None:
        """Build the API for this public scheme ("": as each request says), behind so many trusted proxies."""
        mounted = quay(self.registry, PublicAddress(HOST, scheme, proxies), FailureLog(json=False))

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await mounted.handle(scope, receive, send, b"test")

        self.mounted, self._application = mounted, application

    async def account(self, name: str) -> Account:
        """Return the account of this name; a user that cannot log in is made when there is none."""
        account = await self.registry.metadata.accounts.by_name(name)
        if account is None:
            await add_user(self.registry, name)
            account = await self.registry.metadata.accounts.by_name(name)
        assert account is not None
        return account

    async def actor(self, name: str) -> Actor:
        """Return the account as a caller with its full rights."""
        return self.registry.standings.actor(await self.account(name))

    async def bearer(self, name: str, *scopes: str) -> dict[str, str]:
        """Return the headers of an access token of a user, of all scopes unless some are named."""
        key = (name, scopes or EVERY_SCOPE)
        if key not in self._tokens:
            account = await self.account(name)
            self._tokens[key] = await self.registry.users.issue_access_token(account, "test", key[1], WEEK)
        return {"Authorization": f"Bearer {self._tokens[key]}"}

    def forget_tokens(self) -> None:
        """Make new tokens from now on: after a week the old ones have expired."""
        self._tokens.clear()

    async def ask(self, method: str, target: str, *, who: str = "", **request: Any) -> Answer:
        """Send a request; as ``who`` with a token of all scopes, anonymous with ""."""
        headers = request.pop("headers", {})
        if who:
            headers = await self.bearer(who) | headers
        return await ask(self._application, method, target, headers=headers, **request)

    async def organization(self, name: str, owner: str) -> Account:
        """Make an organization."""
        account = await self.account(owner)
        return await self.registry.metadata.accounts.add_organization(name, "", account.account_id, 0)

    async def repository(self, path: str, owner: str, *, public: bool = False) -> int:
        """Make an empty repository in the name of ``owner``, who becomes its administrator."""
        account = await self.account(owner)
        target = Target(RepositoryName(path), account.account_id, create=True, public=public)
        return await self.registry.metadata.repositories.create(target, "", self.clock.now_ms())


@asynccontextmanager
async def quay_api(data: Path, clock: ManualClock, **settings: Any) -> AsyncIterator[QuayApi]:
    """Open a registry over the directory ``data`` and its API."""
    async with registry_in(data, clock, **settings) as registry:
        yield QuayApi(registry, clock)
