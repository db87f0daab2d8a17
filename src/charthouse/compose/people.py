"""Organizations, teams and what belongs to them: the services, and their part of Quay's REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.services.people.conversion import Conversion
from charthouse.services.people.defaults import Defaults
from charthouse.services.people.invitations import Invitations
from charthouse.services.people.organizations import OrganizationRules, Organizations
from charthouse.services.people.removal import Removal
from charthouse.services.people.search import Search, SearchRules
from charthouse.services.people.teams import Teams

from .registry import Registry
from .tags import time_machine

if TYPE_CHECKING:
    from charthouse.api.quay.endpoints import Handlers


def people_handlers(registry: Registry) -> tuple[Handlers, ...]:
    """Return the handlers with the services that they stand on."""
    from charthouse.api.quay.conversion import ConversionHandlers
    from charthouse.api.quay.invitations import InvitationHandlers
    from charthouse.api.quay.organizations import OrganizationHandlers
    from charthouse.api.quay.prototypes import PrototypeHandlers
    from charthouse.api.quay.search import SearchHandlers
    from charthouse.api.quay.teams import TeamHandlers

    superusers_only = registry.settings.people.super_users_make_organizations
    return (
        OrganizationHandlers(organizations_of(registry), removal_of(registry)),
        TeamHandlers(teams_of(registry)),
        PrototypeHandlers(defaults_of(registry)),
        InvitationHandlers(invitations_of(registry)),
        ConversionHandlers(
            Conversion(registry.metadata.namespaces, registry.logins, superusers_only=superusers_only)
        ),
        SearchHandlers(search_of(registry)),
    )


def organizations_of(registry: Registry) -> Organizations:
    """Return what makes, shows and changes organizations."""
    settings = registry.settings
    rules = OrganizationRules(
        superusers_only=settings.people.super_users_make_organizations,
        email_required=settings.mail.enabled,
        time_machine=time_machine(settings.tags),
    )
    return Organizations(registry.metadata.accounts, registry.metadata.teams, registry.users, rules)


def removal_of(registry: Registry) -> Removal:
    """Return what deletes users and organizations."""
    return Removal(registry.metadata.namespaces, registry.uploads)


def teams_of(registry: Registry) -> Teams:
    """Return what makes, shows and changes teams."""
    return Teams(registry.metadata.teams, registry.metadata.accounts, invitations_of(registry))


def defaults_of(registry: Registry) -> Defaults:
    """Return what keeps default permissions."""
    metadata = registry.metadata
    return Defaults(metadata.defaults, metadata.accounts, metadata.teams)


def invitations_of(registry: Registry) -> Invitations:
    """Return what invites people to teams, and lets them answer."""
    settings = registry.settings
    return Invitations(
        registry.metadata.invites,
        registry.vault,
        registry.clock,
        required=settings.people.team_invites and settings.mail.enabled,
    )


def search_of(registry: Registry) -> Search:
    """Return what searches people and repositories."""
    settings = registry.settings
    rules = SearchRules(
        page_size=settings.repositories.search_page,
        pages=settings.repositories.search_pages,
        partial=settings.people.partial_autocomplete,
        anonymous=settings.anonymous_access,
    )
    return Search(registry.metadata.directory, registry.gate, rules)


def people_features(registry: Registry) -> dict[str, bool]:
    """Return which of their routes are on, by setting."""
    return {"FEATURE_MAILING": registry.settings.mail.enabled}
