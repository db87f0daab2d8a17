"""Roles as forms send them."""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import NamespaceRole, Role

from .visit import Form, Visit

REPOSITORY_ROLES = {"read": Role.READ, "write": Role.WRITE, "admin": Role.ADMIN}
_NAMESPACE = {
    "member": NamespaceRole.MEMBER,
    "creator": NamespaceRole.CREATOR,
    "admin": NamespaceRole.ADMIN,
}


def repository_role(visit: Visit, form: Form) -> Role:
    """Return the role in a repository that was chosen; raises InvalidRequest."""
    role = REPOSITORY_ROLES.get(form.text("role"))
    if role is None:
        raise InvalidRequest(visit.gettext("Choose one of the roles."))
    return role


def namespace_role(visit: Visit, form: Form) -> NamespaceRole:
    """Return the role of a team in its organization that was chosen; raises InvalidRequest."""
    role = _NAMESPACE.get(form.text("role"))
    if role is None:
        raise InvalidRequest(visit.gettext("Choose one of the roles."))
    return role
