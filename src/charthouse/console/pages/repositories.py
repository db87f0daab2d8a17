"""Namespaces and repositories: what lies in them, and what a repository is about."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.kinds import Kind
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.charts import TaggedChart
from charthouse.ports.overviews import View
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import NamespacePermit, RepositoryPermit
from charthouse.services.registry.listings import Listings
from charthouse.services.registry.tag_shelf import Order, TagShelf

from ..charts.installing import HelmLines, Origin, by_oci
from ..choosing import filters_of
from ..descriptions import Descriptions
from ..pulls import PullsDrawn
from ..rendering import Renderer
from ..visit import Page, Visit
from .chart_overview import ChartOverview

_NEWEST = 5
"""Tags that the first page of a repository shows."""


class RepositoryPages:
    """Pages of namespaces and of repositories, but for tags."""

    def __init__(
        self,
        renderer: Renderer,
        gate: Gate,
        listings: Listings,
        tags: TagShelf,
        charts: ChartOverview,
        descriptions: Descriptions,
    ) -> None:
        self._renderer = renderer
        self._gate = gate
        self._listings = listings
        self._tags = tags
        self._charts = charts
        self._descriptions = descriptions

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.namespace": self.namespace,
            "console.repository": self.repository,
            "console.repository.star": self.star,
        }

    async def namespace(self, visit: Visit) -> Response:
        """Answer GET /{organization}."""
        permit = visit.permit_of(NamespacePermit)
        filters = filters_of(visit, sort="name")
        choice = filters.choice(View.READABLE, permit.namespace.name)
        found, more = await self._listings.choices(visit.actor, choice)
        return self._renderer.page(
            visit,
            "repositories/namespace.html",
            permit=permit,
            namespace=permit.namespace,
            is_organization=permit.namespace.kind is AccountKind.ORGANIZATION,
            may_create=permit.role >= NamespaceRole.CREATOR,
            filters=filters,
            found=found,
            more=more,
        )

    async def repository(self, visit: Visit) -> Response:
        """Answer GET /{repository}."""
        permit = visit.permit_of(RepositoryPermit)
        chosen = await self._listings.chosen(permit)
        newest = await self._tags.page(
            permit, part="", order=Order.NEWEST, signatures=False, number=1, limit=_NEWEST
        )
        days = await self._listings.pulls_by_day(permit)
        charts = helm = None
        if chosen.kind is Kind.CHART:
            charts = await self._charts.values(visit, permit)
        if charts is not None and not charts.broken:
            helm = _helm(visit, permit, charts.greatest, public=chosen.overview.public)
        return self._renderer.page(
            visit,
            "repositories/overview.html",
            permit=permit,
            chosen=chosen,
            description=await self._descriptions.html(chosen.overview.description),
            newest=newest.rows,
            more=newest.more,
            helm=helm,
            charts=charts,
            pulls=PullsDrawn(days),
            may_write=permit.role >= Role.WRITE,
        )

    async def star(self, visit: Visit) -> Response:
        """Answer POST …/-/star: stars the repository, or takes the star back."""
        permit = visit.permit_of(RepositoryPermit)
        owner = await self._gate.account(visit.actor)
        shown = await self._listings.shown(permit)
        if shown.overview.starred:
            await self._listings.unstar(owner, permit.repository)
        else:
            await self._listings.star(owner, permit)
        return visit.went_well(f"/{permit.repository}")


def _helm(visit: Visit, permit: RepositoryPermit, version: TaggedChart, *, public: bool) -> HelmLines:
    """Return the lines for a version."""
    at, digest = visit.public, version.chart.digest
    origin = Origin(at.scheme, at.host, permit.repository, version.tag, digest, indexed=False, public=public)
    return by_oci(origin, visit.actor.name if visit.signed_in else "")
