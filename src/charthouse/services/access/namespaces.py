"""What a caller may do in the namespace of a user or an organization."""

from __future__ import annotations

from charthouse.model.permissions import Actor, NamespaceRole, Standing
from charthouse.model.scopes import namespace_role
from charthouse.ports.accounts import NamespaceAccess

SUPERUSERS = frozenset({Standing.SUPERUSER, Standing.FULL_SUPERUSER})


def may_make_organizations(actor: Actor, *, superusers_only: bool) -> bool:
    """Tell whether the caller may make organizations; ``superusers_only`` is the configuration's."""
    if actor.standing is Standing.RESTRICTED:
        return False
    return not superusers_only or actor.standing in SUPERUSERS


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
