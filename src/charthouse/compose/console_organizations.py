"""The console's pages about users, organizations and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.services.people.holdings import NamespaceHoldings

from .people import defaults_of, organizations_of, removal_of, teams_of
from .registry import Registry

if TYPE_CHECKING:
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup


def organization_pages(registry: Registry, renderer: Renderer) -> tuple[PageGroup, ...]:
    """Return the pages with the services that they stand on."""
    from charthouse.console.pages.applications import ApplicationPages
    from charthouse.console.pages.defaults import DefaultPages
    from charthouse.console.pages.keyrings import KeyringPages
    from charthouse.console.pages.members import MemberPages
    from charthouse.console.pages.organization_settings import OrganizationSettingsPages
    from charthouse.console.pages.robot_federation import RobotFederationForms
    from charthouse.console.pages.robots import RobotPages
    from charthouse.console.pages.teams import TeamPages
    from charthouse.console.repositories import RepositoryChoice

    repositories = RepositoryChoice(registry.gate, registry.listings)
    organizations = organizations_of(registry)
    return (
        TeamPages(
            renderer,
            organizations,
            teams_of(registry),
            registry.robots,
            registry.sharing,
            repositories,
            mailing=registry.settings.mail.enabled,
        ),
        MemberPages(renderer, organizations),
        RobotPages(renderer, registry.robots, registry.federation, registry.sharing, repositories),
        RobotFederationForms(registry.federation),
        DefaultPages(renderer, organizations, defaults_of(registry)),
        ApplicationPages(renderer, registry.oauth.applications, registry.oauth.tokens, registry.oauth.scopes),
        KeyringPages(renderer, registry.keyrings),
        OrganizationSettingsPages(
            renderer,
            organizations,
            registry.chart_policies,
            registry.immutability if registry.settings.tags.immutable else None,
            removal_of(registry),
            NamespaceHoldings(registry.metadata.totals, registry.clock),
        ),
    )
