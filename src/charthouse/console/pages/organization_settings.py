"""Settings of an organization: how it is reached, what it asks of pushes, how long tags come back, and its end."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from starlette.responses import Response

from charthouse.model.errors import InvalidRequest
from charthouse.ports.chart_policies import ChartPolicy, FindingSeverity, LintAction
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.charts.policy import PolicyService
from charthouse.services.people.holdings import NamespaceHoldings
from charthouse.services.people.organizations import Organizations, OrganizationWish
from charthouse.services.people.removal import Removal
from charthouse.services.registry.immutability import ImmutabilityService

from ..confirming import require_typed
from ..organizations import organization_of
from ..rendering import Renderer
from ..visit import Page, Visit

Choice = TypeVar("Choice", bound=Enum)


class OrganizationSettingsPages:
    """The page of an organization's settings. ``immutability`` is None where tags cannot be made immutable."""

    def __init__(
        self,
        renderer: Renderer,
        organizations: Organizations,
        charts: PolicyService,
        immutability: ImmutabilityService | None,
        removal: Removal,
        holdings: NamespaceHoldings,
    ) -> None:
        self._renderer = renderer
        self._organizations = organizations
        self._charts = charts
        self._immutability = immutability
        self._removal = removal
        self._holdings = holdings

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.organization_settings": self.settings,
            "console.organization_settings.change": self.change,
            "console.organization_settings.charts": self.change_charts,
            "console.organization_settings.protect": self.protect,
            "console.organization_settings.unprotect": self.unprotect,
            "console.organization_settings.delete": self.delete,
        }

    async def settings(self, visit: Visit) -> Response:
        """Answer GET …/-/settings."""
        permit = organization_of(visit)
        return self._renderer.page(
            visit,
            "organizations/settings.html",
            permit=permit,
            view=await self._organizations.view(permit),
            windows=self._organizations.windows(permit),
            charts=await self._charts.get(permit),
            immutable=self._immutability is not None,
            policies=await self._immutability.all(permit) if self._immutability else [],
            holdings=await self._holdings.of(permit),
        )

    async def change(self, visit: Visit) -> Response:
        """Answer POST …/-/settings; an address that stays is not looked at again."""
        permit = organization_of(visit)
        form = await visit.form()
        email, window = form.text("email"), form.text("window")
        wish = OrganizationWish(
            email=None if email == permit.namespace.email else email,
            tag_window_s=int(window) if window.isascii() and window.isdigit() and len(window) < 12 else None,
        )
        await self._organizations.change(permit, wish)
        return visit.went_well(_address(permit), visit.gettext("Saved."))

    async def change_charts(self, visit: Visit) -> Response:
        """Answer POST …/charts."""
        permit = organization_of(visit)
        form = await visit.form()
        policy = ChartPolicy(
            _chosen(visit, LintAction, form.text("action")),
            _chosen(visit, FindingSeverity, form.text("severity")),
            tuple(form.text("exempt").replace(",", " ").split()),
        )
        await self._charts.put(permit, policy)
        notice = visit.gettext("It holds for every chart that is pushed from now on.")
        return visit.went_well(_address(permit), notice)

    async def protect(self, visit: Visit) -> Response:
        """Answer POST …/immutability."""
        permit = organization_of(visit)
        form = await visit.form()
        await self._policies(visit).add(permit, form.text("pattern"), form.text("matches") != "no")
        notice = visit.gettext("Tags that it covers, older ones too, can no longer be moved or deleted.")
        return visit.went_well(_address(permit), notice)

    async def unprotect(self, visit: Visit) -> Response:
        """Answer POST …/immutability/remove."""
        permit = organization_of(visit)
        await self._policies(visit).remove(permit, (await visit.form()).text("uuid"))
        notice = visit.gettext(
            "The policy is gone. Tags that it made immutable stay so, until they are unlocked."
        )
        return visit.went_well(_address(permit), notice)

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        permit = organization_of(visit)
        require_typed(visit, await visit.form(), permit.namespace.name)
        await self._removal.organization(permit)
        notice = visit.gettext("%(organization)s is deleted, with everything that was in it.")
        return visit.went_well("/", notice % {"organization": permit.namespace.name})

    def _policies(self, visit: Visit) -> ImmutabilityService:
        if self._immutability is None:
            raise InvalidRequest(visit.gettext("Tags cannot be made immutable in this registry."))
        return self._immutability


def _address(permit: NamespacePermit) -> str:
    return f"/{permit.namespace.name}/-/settings"


def _chosen(visit: Visit, kind: type[Choice], value: str) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise InvalidRequest(visit.gettext("Choose one of what is offered.")) from None
