"""The scopes of OAuth access tokens: what a token lets its user do, at most.

A scope never gives a right, it caps those of the user. Source: Quay 3.7's scopes.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Set

from .roles import NamespaceRole, Role


class Scope(enum.StrEnum):
    """What an access token may be used for."""

    REPO_READ = "repo:read"
    REPO_WRITE = "repo:write"
    REPO_ADMIN = "repo:admin"
    REPO_CREATE = "repo:create"
    USER_READ = "user:read"
    USER_ADMIN = "user:admin"
    ORG_ADMIN = "org:admin"
    SUPER_USER = "super:user"


DANGEROUS = frozenset({Scope.USER_ADMIN, Scope.ORG_ADMIN, Scope.SUPER_USER})
"""Whoever grants one of these is warned."""

_REPOSITORY: Mapping[Scope, Role] = {
    Scope.REPO_READ: Role.READ,
    Scope.REPO_WRITE: Role.WRITE,
    Scope.REPO_ADMIN: Role.ADMIN,
}
_NAMESPACE: Mapping[Scope, NamespaceRole] = {
    Scope.REPO_CREATE: NamespaceRole.CREATOR,
    Scope.ORG_ADMIN: NamespaceRole.ADMIN,
}
_IMPLIED: Mapping[Scope, Set[Scope]] = {
    Scope.REPO_WRITE: {Scope.REPO_READ},
    Scope.REPO_ADMIN: {Scope.REPO_READ, Scope.REPO_WRITE},
    Scope.USER_ADMIN: {Scope.USER_READ},
}


def parse_scopes(text: str, offered: Set[Scope] = frozenset(Scope)) -> frozenset[Scope]:
    """Return scopes separated by spaces or commas; empty when any of them is not offered, as in Quay."""
    words = text.replace(",", " ").split()
    try:
        scopes = frozenset(map(Scope, words))
    except ValueError:
        return frozenset()
    return scopes if scopes <= offered else frozenset()


def covers(scopes: Set[Scope], needed: Scope) -> bool:
    """Tell whether ``needed`` is among the scopes, or implied by one of them."""
    return needed in scopes or any(needed in _IMPLIED.get(scope, ()) for scope in scopes)


def repository_role(scopes: Set[Scope]) -> Role:
    """Return the highest role that the scopes let through in any repository."""
    return max((_REPOSITORY.get(scope, Role.NONE) for scope in scopes), default=Role.NONE)


def namespace_role(scopes: Set[Scope]) -> NamespaceRole:
    """Return the highest role that the scopes let through in any namespace; MEMBER is never refused."""
    return max(
        (_NAMESPACE.get(scope, NamespaceRole.MEMBER) for scope in scopes), default=NamespaceRole.MEMBER
    )
