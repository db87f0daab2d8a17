"""The first organization, and the first push into it, which the page notices."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import Response

from charthouse.ports.overviews import Order
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.people.organizations import Organizations
from charthouse.services.registry.listings import Choice, Chosen, Listings

from ..checks import new_email, new_name
from ..rendering import Renderer
from ..visit import Page, Visit

_SHOWN = 5
_LOOPBACK = ("localhost", "127.", "[::1]")


class FirstStepPages:
    """Pages that begin something."""

    def __init__(self, renderer: Renderer, organizations: Organizations, listings: Listings) -> None:
        self._renderer = renderer
        self._organizations = organizations
        self._listings = listings

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.new_organization": self.new_organization,
            "console.new_organization.make": self.make_organization,
            "console.start": self.start,
        }

    async def new_organization(self, visit: Visit) -> Response:
        """Answer GET /organizations/new/."""
        permit = visit.permit_of(AccountPermit)
        return self._renderer.page(
            visit,
            "entry/new_organization.html",
            possible=self._organizations.may_create(permit),
            email_required=self._organizations.email_required,
        )

    async def make_organization(self, visit: Visit) -> Response:
        """Answer POST /organizations/new/."""
        form = await visit.form()
        name, email = new_name(visit, form, "name"), new_email(visit, form, "email")
        await self._organizations.create(visit.permit_of(AccountPermit), name, email)
        notice = visit.gettext("%(name)s is there, and you administer it.") % {"name": name}
        return visit.went_well(f"/{name}/-/start", notice)

    async def start(self, visit: Visit) -> Response:
        """Answer GET /{organization}/-/start; a page that waits for the first push asks again and again."""
        permit = visit.permit_of(NamespacePermit)
        pushed = await self._pushed(visit, permit.namespace.name)
        if visit.unattended and not pushed:
            return Response(status_code=204)  # nothing new: the page stays as it is
        return self._renderer.page(
            visit,
            "entry/start.html",
            namespace=permit.namespace,
            pushed=pushed,
            unencrypted=visit.public.scheme == "http",
            nearby=urlsplit(f"//{visit.public.host}").netloc.startswith(_LOOPBACK),
        )

    async def _pushed(self, visit: Visit, namespace: str) -> list[Chosen]:
        newest = Choice(namespace=namespace, order=Order.MODIFIED, size=_SHOWN)
        found, _ = await self._listings.choices(visit.actor, newest)
        return [one for one in found if one.overview.modified_ms is not None]
