"""OAuth applications: the list, and one of them with its tokens."""

from __future__ import annotations

from collections.abc import Set

from starlette.responses import Response

from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import Standing
from charthouse.model.scopes import Scope
from charthouse.ports.oauth import NEVER_MS, Details
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.oauth.applications import ApplicationService
from charthouse.services.oauth.tokens import ApplicationTokens, NewToken

from ..confirming import require_typed
from ..organizations import organization_of
from ..rendering import Renderer
from ..visit import Form, Page, Visit

_DAY = 86_400
LIVES = {"30": 30 * _DAY, "90": 90 * _DAY, "365": 365 * _DAY, "": None}
"""How long tokens live, in seconds, by what the form sends (None: until they are revoked)."""
_SUPERUSERS = frozenset({Standing.SUPERUSER, Standing.FULL_SUPERUSER})


class ApplicationPages:
    """Pages about the applications of an organization. ``scopes`` are those that tokens may have here."""

    def __init__(
        self,
        renderer: Renderer,
        applications: ApplicationService,
        tokens: ApplicationTokens,
        scopes: Set[Scope],
    ) -> None:
        self._renderer = renderer
        self._applications = applications
        self._tokens = tokens
        self._scopes = tuple(scope for scope in Scope if scope in scopes)

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.applications": self.applications,
            "console.applications.create": self.create,
            "console.application": self.application,
            "console.application.change": self.change,
            "console.application.reset_secret": self.reset_secret,
            "console.application.delete": self.delete,
            "console.application.make_token": self.make_token,
            "console.application.revoke_token": self.revoke_token,
        }

    async def applications(self, visit: Visit) -> Response:
        """Answer GET …/-/applications."""
        permit = organization_of(visit)
        found = [shown.application for shown in await self._applications.all(permit)]
        return self._renderer.page(visit, "applications/list.html", permit=permit, applications=found)

    async def create(self, visit: Visit) -> Response:
        """Answer POST …/-/applications."""
        permit = organization_of(visit)
        made = (await self._applications.create(permit, _details(await visit.form()))).application
        notice = visit.gettext("%(application)s is there.") % {"application": made.details.name}
        return visit.went_well(_address(permit, made.client_id), notice)

    async def application(self, visit: Visit) -> Response:
        """Answer GET …/-/applications/{client_id}."""
        return await self._shown(visit)

    async def change(self, visit: Visit) -> Response:
        """Answer POST …/-/applications/{client_id}."""
        permit, client_id = organization_of(visit), visit.name("client_id")
        before = (await self._applications.own(permit, client_id)).details
        details = _details(await visit.form(), before.avatar_email)
        await self._applications.change(permit, client_id, details)
        return visit.went_well(_address(permit, client_id), visit.gettext("Saved."))

    async def reset_secret(self, visit: Visit) -> Response:
        """Answer POST …/secret."""
        permit, client_id = organization_of(visit), visit.name("client_id")
        await self._applications.reset_secret(permit, client_id)
        notice = visit.gettext("There is a new client secret. The old one is refused from now on.")
        return visit.went_well(_address(permit, client_id), notice)

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        permit, client_id = organization_of(visit), visit.name("client_id")
        name = (await self._applications.own(permit, client_id)).details.name
        require_typed(visit, await visit.form(), _typed(name))
        await self._applications.remove(permit, client_id)
        notice = visit.gettext("%(application)s is deleted.") % {"application": name}
        return visit.went_well(f"/{permit.namespace.name}/-/applications", notice)

    async def make_token(self, visit: Visit) -> Response:
        """Answer POST …/tokens with the page that shows the token, this once."""
        permit, client_id = organization_of(visit), visit.name("client_id")
        form = await visit.form()
        life = form.text("life")
        if life not in LIVES:
            raise InvalidRequest(visit.gettext("Choose how long the token lives."))
        scopes = form.several("scope")
        if not scopes:
            raise InvalidRequest(visit.gettext("Choose what the token may be used for."))
        new = await self._tokens.create(permit, client_id, form.text("title"), " ".join(scopes), LIVES[life])
        return await self._shown(visit, new)

    async def revoke_token(self, visit: Visit) -> Response:
        """Answer POST …/revoke."""
        permit, client_id = organization_of(visit), visit.name("client_id")
        await self._tokens.remove(permit, client_id, (await visit.form()).text("uuid"))
        notice = visit.gettext("The token is refused from now on.")
        return visit.went_well(_address(permit, client_id), notice)

    async def _shown(self, visit: Visit, new: NewToken | None = None) -> Response:
        permit, client_id = organization_of(visit), visit.name("client_id")
        shown = await self._applications.get(permit, client_id)
        after = visit.field("after")
        tokens, more_after = await self._tokens.page(permit, client_id, after)
        superuser = visit.actor.standing in _SUPERUSERS
        return self._renderer.page(
            visit,
            "applications/application.html",
            permit=permit,
            application=shown.application,
            details=shown.application.details,
            secret=shown.secret,
            typed_name=_typed(shown.application.details.name),
            tokens=tokens,
            after=after,
            more_after=more_after,
            never_ms=NEVER_MS,
            new=new,
            scopes=[s.value for s in self._scopes if superuser or s is not Scope.SUPER_USER],
        )


def _details(form: Form, avatar_email: str = "") -> Details:
    return Details(
        name=form.text("name"),
        description=form.text("description"),
        application_uri=form.text("application_uri"),
        redirect_uri=form.text("redirect_uri"),
        avatar_email=avatar_email,
    )


def _typed(name: str) -> str:
    """Return a name as a field of one line can have it."""
    return " ".join(name.split())


def _address(permit: NamespacePermit, client_id: str) -> str:
    return f"/{permit.namespace.name}/-/applications/{client_id}"
