"""Pages that only organizations have: a user has no teams, default permissions, applications or settings of this kind."""

from __future__ import annotations

from charthouse.model.errors import NotFound
from charthouse.ports.accounts import AccountKind
from charthouse.services.access.permits import NamespacePermit

from .visit import Visit


def organization_of(visit: Visit) -> NamespacePermit:
    """Return the permit for the organization that a page is about; raises NotFound for a user."""
    permit = visit.permit_of(NamespacePermit)
    if permit.namespace.kind is not AccountKind.ORGANIZATION:
        raise NotFound(f"there is no organization {permit.namespace.name}")
    return permit
