"""One request for a page: who asks, what the gate gave, and how the person wishes to read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from charthouse.api.kit.asgi import Request as PublicRequest
from charthouse.model.permissions import Actor, ActorKind
from charthouse.services.access.permits import Permit
from charthouse.services.identity.callers import Caller

T = TypeVar("T")

THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE = "charthouse_language"
THEME_COOKIE = "charthouse_theme"


class Visit(msgspec.Struct, frozen=True):
    """What a page is made from. ``cookie`` is the session's ("": none), ``csrf`` the token that its forms bear."""

    request: Request
    public: PublicRequest
    caller: Caller
    permit: Permit | None
    cookie: str
    csrf: str
    language: str
    theme: str

    @property
    def actor(self) -> Actor:
        """Return who asks."""
        return self.caller.actor

    @property
    def signed_in(self) -> bool:
        """Tell whether somebody is signed in."""
        return self.actor.kind is not ActorKind.ANONYMOUS

    def permit_of(self, kind: type[T]) -> T:
        """Return the permit, of the kind that the route's permission gives."""
        if not isinstance(self.permit, kind):
            raise TypeError(f"the route's permission gives {type(self.permit).__name__}, not {kind.__name__}")
        return self.permit

    def field(self, name: str) -> str:
        """Return a field of the query, "" without one."""
        return self.request.query_params.get(name, "").strip()[:500]

    def page_number(self) -> int:
        """Return which page of a list is asked for, from 1 on; nonsense is the first."""
        text = self.field("page")
        return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and int(text) else 1


Page = Callable[[Visit], Awaitable[Response]]
Pages = Mapping[str, Page]
"""Handlers by operation."""
