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

    settings, metadata = registry.settings, registry.metadata
    people, accounts = settings.people, metadata.accounts
    invitations = Invitations(
        metadata.invites,
        registry.vault,
        registry.clock,
        required=people.team_invites and settings.mail.enabled,
    )
    rules = OrganizationRules(
        superusers_only=people.super_users_make_organizations,
        email_required=settings.mail.enabled,
        time_machine=time_machine(settings.tags),
    )
    organizations = Organizations(accounts, metadata.teams, registry.users, rules)
    return (
        OrganizationHandlers(organizations, Removal(metadata.namespaces, registry.uploads)),
        TeamHandlers(Teams(metadata.teams, accounts, invitations)),
        PrototypeHandlers(Defaults(metadata.defaults, accounts, metadata.teams)),
        InvitationHandlers(invitations),
        ConversionHandlers(
            Conversion(metadata.namespaces, registry.logins, superusers_only=rules.superusers_only)
        ),
        SearchHandlers(search_of(registry)),
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
