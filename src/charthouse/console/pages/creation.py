"""Making a repository."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import InvalidRequest, NameInvalid
from charthouse.model.names import RepositoryName, parse_repository
from charthouse.model.permissions import Standing
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.users import Users
from charthouse.services.registry.administration import Administration

from ..rendering import Renderer
from ..visit import Page, Visit


class CreationPages:
    """The page and its form."""

    def __init__(self, renderer: Renderer, gate: Gate, users: Users, administration: Administration) -> None:
        self._renderer = renderer
        self._gate = gate
        self._users = users
        self._administration = administration

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.new": self.new, "console.new.create": self.create}

    async def new(self, visit: Visit) -> Response:
        """Answer GET /new/."""
        permit = visit.permit_of(AccountPermit)
        places = await self._places(permit)
        wished = visit.field("namespace")
        if visit.actor.standing is Standing.FULL_SUPERUSER and wished and wished not in places:
            places.append(wished)
        return self._renderer.page(
            visit,
            "repositories/new.html",
            places=places,
            wished=wished if wished in places else "",
        )

    async def create(self, visit: Visit) -> Response:
        """Answer POST /new/."""
        form = await visit.form()
        name = _new_name(visit, form.text("namespace"), form.text("name"))
        creation = await self._gate.creation(visit.actor, name)
        public = form.text("visibility") == "public"
        await self._administration.create(creation, form.text("description"), public=public)
        notice = visit.gettext("%(name)s is there. Push to it with one of the lines below.") % {"name": name}
        return visit.went_well(f"/{name}", notice)

    async def _places(self, permit: AccountPermit) -> list[str]:
        """Return the namespaces in which the caller may make repositories."""
        places = [] if permit.actor.standing is Standing.RESTRICTED else [permit.account.name]
        memberships = await self._users.memberships(permit.account)
        return places + [one.organization.name for one in memberships if one.can_create]


def _new_name(visit: Visit, namespace: str, name: str) -> RepositoryName:
    if "/" not in namespace:
        try:
            return parse_repository(f"{namespace}/{name}")
        except NameInvalid:
            pass
    raise InvalidRequest(
        visit.gettext("A name has lower-case letters and digits, with . _ - or / between them.")
    )
