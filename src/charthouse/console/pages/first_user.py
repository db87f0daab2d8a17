"""The first user of a fresh registry, made by a form.

Whoever comes first owns the registry, so the door is as narrow as that of ``POST /api/v1/user/initialize``: it opens on
this very machine, or to the set-up token. Unlike there a browser may come from this machine: the form is believed only
when it bears the token of our own page, which no other page can read.
"""

from __future__ import annotations

import hmac

import msgspec
from starlette.responses import RedirectResponse, Response

from charthouse.api.kit.nearby import from_this_machine
from charthouse.model.errors import Denied
from charthouse.services.identity.users import Users

from ..checks import new_email, new_name, new_password
from ..doors import Doorkeeper
from ..rendering import Renderer
from ..visit import Page, Visit


class Founding(msgspec.Struct, frozen=True, kw_only=True):
    """``allowed``: the configuration lets the first user be made here. ``token``: opens it to all ("": nothing does)."""

    allowed: bool
    token: str = ""


class FirstUserPages:
    """The page and its form."""

    def __init__(self, renderer: Renderer, users: Users, keeper: Doorkeeper, founding: Founding) -> None:
        self._renderer = renderer
        self._users = users
        self._keeper = keeper
        self._founding = founding

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.first_user": self.show, "console.first_user.make": self.make}

    async def show(self, visit: Visit) -> Response:
        """Answer GET /-/first-user; where there are users it leads to the first page."""
        if not await self._users.awaits_first():
            return RedirectResponse("/", 303)
        near = from_this_machine(visit.request)
        founding = self._founding
        return self._renderer.page(
            visit,
            "entry/first_user.html",
            possible=founding.allowed and (near or bool(founding.token)),
            allowed=founding.allowed,
            near=near,
        )

    async def make(self, visit: Visit) -> Response:
        """Answer POST /-/first-user: the first user is signed in."""
        form = await visit.form()
        self._require_right(visit, form.text("set_up_token"))
        self._keeper.require_open()
        first = await self._users.initialize(
            new_name(visit, form, "username"),
            new_password(visit, form, "password"),
            new_email(visit, form, "email"),
            with_token=False,
        )
        await self._keeper.let_in(visit, first.account)
        notice = visit.gettext("Welcome, %(name)s. You administer this registry.")
        return visit.went_well("/organizations/new/", notice % {"name": first.account.name})

    def _require_right(self, visit: Visit, token: str) -> None:
        if not self._founding.allowed:
            raise Denied(visit.gettext("The configuration does not let the first user be made here."))
        if from_this_machine(visit.request):
            return
        known = self._founding.token
        if not known or not hmac.compare_digest(token.encode(), known.encode()):
            raise Denied(
                visit.gettext("This is not the set-up token that the start of the registry printed.")
            )
