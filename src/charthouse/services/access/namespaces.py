"""What a caller may do in the namespace of a user or an organization."""

from __future__ import annotations

from charthouse.model.permissions import Actor, NamespaceRole, Standing
from charthouse.model.scopes import namespace_role
from charthouse.ports.accounts import NamespaceAccess


def effective_namespace_role(actor: Actor, access: NamespaceAccess) -> NamespaceRole:
    """Return the role that this credential carries in the namespace now.

    Only a superuser with full access gets more than the store says; a token's scopes may leave less.
    """
    if access.epoch != actor.epoch:
        return NamespaceRole.NONE
    role = access.role
    if actor.standing is Standing.FULL_SUPERUSER:
        role = NamespaceRole.ADMIN
    if actor.scopes is not None:
        role = min(role, namespace_role(actor.scopes))
    return role
