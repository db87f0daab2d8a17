"""What superusers and operators ask of Quay's REST API, and what it tells of itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from charthouse.api.kit.front import PublicAddress

from .public_settings import configuration_dump, public_settings
from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.quay.endpoints import Handlers
    from charthouse.api.quay.paging import Pages


def operation_handlers(registry: Registry, address: PublicAddress, pages: Pages) -> tuple[Handlers, ...]:
    """Return the handlers with the services that they stand on."""
    from charthouse.api.chartmuseum.routes import ROUTES as CHARTMUSEUM
    from charthouse.api.hub.routes import ROUTES as HUB
    from charthouse.api.ops.routes import ROUTES as OPS
    from charthouse.api.quay.about import AboutHandlers
    from charthouse.api.quay.documents.handlers import DocumentHandlers
    from charthouse.api.quay.messages import MessageHandlers
    from charthouse.api.quay.routes import ROUTES
    from charthouse.api.quay.service_keys import ManagedKeyHandlers, RegisteredKeyHandlers
    from charthouse.api.quay.superuser_organizations import AllOrganizationHandlers
    from charthouse.api.quay.superuser_people import PeopleHandlers
    from charthouse.api.quay.superuser_registry import RegistryHandlers
    from charthouse.api.v2.routes import ROUTES as DISTRIBUTION
    from charthouse.services.service_keys.registered import RegisteredKeys

    from .superusers import SuperuserServices

    services = SuperuserServices(registry)
    registered = RegisteredKeys(registry.metadata.service_keys, registry.clock)
    configuration = partial(configuration_dump, registry.settings)
    return (
        AboutHandlers(address, partial(public_settings, registry.settings), sparse=registry.settings.sparse),
        DocumentHandlers(ROUTES, (*DISTRIBUTION, *CHARTMUSEUM, *HUB, *OPS), address),
        MessageHandlers(services.messages),
        PeopleHandlers(services.people, pages),
        AllOrganizationHandlers(services.organizations, pages),
        ManagedKeyHandlers(services.keys),
        RegisteredKeyHandlers(registered),
        RegistryHandlers(services.size, registry.app_tokens, pages, configuration),
    )


def operation_features(registry: Registry) -> dict[str, bool]:
    """Return which of their routes are on, by setting."""
    people = registry.settings.people
    on = people.super_users_enabled
    return {
        "FEATURE_SUPER_USERS": on,
        "FEATURE_SUPERUSER_CONFIGDUMP": on and people.configuration_dump,
    }
