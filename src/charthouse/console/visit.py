"""One request for a page: who asks, what the gate gave, and how the person wishes to read."""

from __future__ import annotations

import gettext
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from charthouse.api.kit.asgi import Request as PublicRequest
from charthouse.api.kit.forms import form_fields
from charthouse.model.permissions import Actor, ActorKind
from charthouse.services.access.permits import Permit
from charthouse.services.identity.callers import Caller

from .addresses import STATIC
from .banners import Banner
from .notices import add_notice

T = TypeVar("T")

THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE = "charthouse_language"
THEME_COOKIE = "charthouse_theme"
KEYS_COOKIE = "charthouse_keys"
"""Whether single keys do something, such as ``/`` for search: whoever speaks to the computer may turn them off."""
KEYS = ("on", "off")
_LONGEST_FIELD = 500


class Visit(msgspec.Struct, frozen=True):
    """What a page is made from.

    ``cookie`` is the session's ("": none), ``csrf`` the token that its forms bear. ``problem`` is what was wrong with
    the form that the page shows again, ``typed`` what was in it. ``notice`` tells what the last form has done,
    ``banners`` what superusers tell everybody.
    """

    request: Request
    public: PublicRequest
    caller: Caller
    permit: Permit | None
    cookie: str
    csrf: str
    language: str
    translations: gettext.NullTranslations
    theme: str
    keys: bool = True
    banners: Sequence[Banner] = ()
    notice: str = ""
    problem: str = ""
    typed: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Return who asks."""
        return self.caller.actor

    @property
    def unattended(self) -> bool:
        """Tell whether a script asks: of a page that looks again and again, perhaps in front of nobody."""
        return is_unattended(self.request)

    @property
    def signed_in(self) -> bool:
        """Tell whether somebody is signed in."""
        return self.actor.kind is not ActorKind.ANONYMOUS

    def permit_of(self, kind: type[T]) -> T:
        """Return the permit, of the kind that the route's permission gives."""
        if not isinstance(self.permit, kind):
            raise TypeError(f"the route's permission gives {type(self.permit).__name__}, not {kind.__name__}")
        return self.permit

    def gettext(self, message: str) -> str:
        """Return a message in the person's language."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the message for that many, in the person's language."""
        return self.translations.ngettext(one, many, count)

    def name(self, parameter: str) -> str:
        """Return a parameter of the address, such as ``tag``."""
        return str(self.request.path_params[parameter])

    def field(self, name: str) -> str:
        """Return a field of the query, "" without one; PostgreSQL compares no text that has a NUL."""
        return self.request.query_params.get(name, "").replace("\0", "").strip()[:_LONGEST_FIELD]

    def page_number(self) -> int:
        """Return which page of a list is asked for, from 1 on; nonsense is the first."""
        text = self.field("page")
        return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and int(text) else 1

    async def form(self) -> Form:
        """Return what was typed into the form of this request."""
        return Form(await form_fields(self.request))

    def went_well(self, path: str, notice: str = "") -> Response:
        """Return the answer to a form that did its work: another page, which says what was done."""
        answer = RedirectResponse(path, 303)
        if notice:
            add_notice(answer, notice, secure=self.public.scheme == "https")
        return answer


def is_unattended(request: Request) -> bool:
    """Tell whether a page asks by itself, by a script (htmx) or for what it is made of: nobody has opened anything."""
    return request.headers.get("hx-request") == "true" or request.url.path.startswith(STATIC)


class Form:
    """Fields of a form, in their order."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """Return a field without white space around it, "" without one."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """Return a field as it was sent: a password may begin with a space. "" without one."""
        return next((value for key, value in self._fields if key == name), "")

    def ticked(self, name: str) -> bool:
        """Tell whether a checkbox is ticked."""
        return any(key == name for key, _ in self._fields)

    def several(self, name: str) -> list[str]:
        """Return what was chosen of several."""
        return [value for key, value in self._fields if key == name]

    def shown_again(self) -> dict[str, str]:
        """Return what a form is filled with when it failed: everything but what is nobody's to read over a shoulder."""
        return {key: value for key, value in self._fields if not _is_secret(key)}


def _is_secret(name: str) -> bool:
    return "password" in name or "secret" in name or "token" in name


Page = Callable[[Visit], Awaitable[Response]]
Pages = Mapping[str, Page]
"""Handlers by operation."""


class PageGroup(Protocol):
    """The pages of an area."""

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
