"""The registry as a whole, as superusers see it: its size, its configuration, everybody's application tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NotRequired

from fastapi import Request, Response
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.ports.app_tokens import AppToken
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.identity.app_tokens import AppTokens
from charthouse.services.superusers.size import SizeCounter

from .app_tokens import EXPIRING_MS
from .dates import rfc2822
from .endpoints import Endpoints
from .guard import add_header, permit_of
from .paging import Pages

_ON_A_PAGE = 100


class RegistrySizeView(BaseModel):
    """Bytes of all blobs, each once; ``last_ran`` in milliseconds since the epoch."""

    size_bytes: int
    last_ran: int | None
    queued: bool
    running: bool


class AnybodysTokenView(BaseModel):
    """An application token, without its secret."""

    uuid: str
    title: str
    username: str
    last_accessed: str | None
    created: str
    expiration: str | None


class AnybodysTokensView(TypedDict):
    """A page of tokens."""

    tokens: list[AnybodysTokenView]
    only_expiring: bool
    next_page: NotRequired[str]


class RegistryHandlers:
    """Tells of the registry. ``configuration`` makes what is told of it: without secrets."""

    def __init__(
        self, size: SizeCounter, tokens: AppTokens, pages: Pages, configuration: Callable[[], dict[str, Any]]
    ) -> None:
        self._size = size
        self._tokens = tokens
        self._pages = pages
        self._configuration = configuration

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_registry_size": self.get_registry_size,
            "quay.count_registry_size": self.count_registry_size,
            "quay.list_all_app_tokens": self.list_all_app_tokens,
            "quay.get_configuration": self.get_configuration,
        }

    async def get_registry_size(self, request: Request) -> RegistrySizeView:
        """Answer GET superuser/registrysize/."""
        found = await self._size.get(permit_of(request, RegistryPermit))
        return RegistrySizeView(
            size_bytes=found.size, last_ran=found.counted_ms, queued=found.queued, running=found.running
        )

    async def count_registry_size(self, request: Request) -> Response:
        """Answer POST superuser/registrysize/: 202 when a count is asked for already."""
        queued = await self._size.queue(permit_of(request, RegistryPermit))
        return Response('""', 201 if queued else 202, media_type="application/json")

    async def list_all_app_tokens(self, request: Request, expiring: bool = False) -> AnybodysTokensView:
        """Answer GET superuser/apptokens."""
        after = self._pages.position(request, str) or ""
        found = await self._tokens.of_everybody(permit_of(request, RegistryPermit), after, _ON_A_PAGE + 1)
        shown = [
            (token, name)
            for token, name in found[:_ON_A_PAGE]
            if not expiring or self._tokens.expires_within(token, EXPIRING_MS)
        ]
        used = await self._tokens.last_used([token for token, _ in shown])
        page: AnybodysTokensView = {
            "tokens": [_view(token, name, used.get(token.uuid)) for token, name in shown],
            "only_expiring": expiring,
        }
        if len(found) > _ON_A_PAGE:
            page["next_page"] = self._pages.next_page(request, found[_ON_A_PAGE - 1][0].uuid)
        return page

    async def get_configuration(self, request: Request) -> dict[str, Any]:
        """Answer GET superuser/config: ``{config, warning, env, schema}``."""
        permit_of(request, RegistryPermit)
        add_header(request, (b"cache-control", b"no-store"))
        return self._configuration()


def _view(token: AppToken, name: str, used_ms: int | None) -> AnybodysTokenView:
    return AnybodysTokenView(
        uuid=token.uuid,
        title=token.title,
        username=name,
        last_accessed=None if used_ms is None else rfc2822(used_ms),
        created=rfc2822(token.created_ms),
        expiration=None if token.expires_ms is None else rfc2822(token.expires_ms),
    )
