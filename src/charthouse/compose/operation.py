"""What superusers and operators ask of Quay's REST API, and what it tells of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.api.kit.front import PublicAddress

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.quay.endpoints import Handlers


def operation_handlers(registry: Registry, address: PublicAddress) -> tuple[Handlers, ...]:
    """Return the handlers with the services that they stand on."""
    from charthouse.api.ops.routes import ROUTES as OPS
    from charthouse.api.quay.about import AboutHandlers
    from charthouse.api.quay.documents.handlers import DocumentHandlers
    from charthouse.api.quay.messages import MessageHandlers
    from charthouse.api.quay.routes import ROUTES
    from charthouse.api.v2.routes import ROUTES as DISTRIBUTION
    from charthouse.services.messages import Messages

    return (
        AboutHandlers(address, sparse=registry.settings.sparse),
        DocumentHandlers(ROUTES, (*DISTRIBUTION, *OPS), address),
        MessageHandlers(Messages(registry.metadata.messages, registry.clock)),
    )


def operation_features(registry: Registry) -> dict[str, bool]:
    """Return which of their routes are on, by setting."""
    people = registry.settings.people
    return {"FEATURE_SUPER_USERS": people.super_users_enabled}
