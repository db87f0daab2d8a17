"""Who asks, and what the metadata store says that the account may do.

Source: Quay 3.7's permission model (roles read, write, admin; visibility public or private; teams that are member,
creator or admin), with the levels of superusers that 3.8 added.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from .roles import NamespaceRole, Role
from .scopes import Scope, repository_role

__all__ = [
    "ANONYMOUS",
    "CATALOG",
    "Access",
    "Actor",
    "ActorKind",
    "NamespaceRole",
    "RepositoryState",
    "Role",
    "Standing",
]

CATALOG = "registry:catalog"
"""Stands in ``Actor.limits`` for the right to list repositories; no repository can be named so."""


class RepositoryState(enum.StrEnum):
    """What may be done to a repository's content."""

    NORMAL = "normal"
    READ_ONLY = "read_only"
    MIRROR = "mirror"
    """Only mirroring writes to it."""
    DELETED = "deleted"


class Standing(enum.StrEnum):
    """What the configuration makes of an account, beside its rights in namespaces and repositories."""

    ORDINARY = "ordinary"
    RESTRICTED = "restricted"
    """May not create, write or administer anything in the own namespace."""
    OBSERVER = "observer"
    """Reads everything (``GLOBAL_READONLY_SUPER_USERS``)."""
    SUPERUSER = "superuser"
    """Manages accounts and the registry; no implicit right in any repository."""
    FULL_SUPERUSER = "full superuser"
    """A superuser who administers every namespace and repository (``FEATURE_SUPERUSERS_FULL_ACCESS``)."""


class ActorKind(enum.StrEnum):
    """What kind of account speaks."""

    ANONYMOUS = "anonymous"
    USER = "user"
    ROBOT = "robot"


class Actor(msgspec.Struct, frozen=True, gc=False):
    """The authenticated caller of one request.

    ``account_id`` is 0 for anonymous. ``epoch`` is the account's at the time the credential was checked; every
    use compares it, so that a password change or a disabled account ends all tokens at once. ``limits`` is what
    the credential narrows the account to: repository name to the highest role it grants (a registry token's
    ``access`` claim), or None when the credential carries the account's full rights. ``scopes`` are an OAuth
    token's, None for every other credential. ``expires_ms``: the credential ends then; 0: it does not by itself.
    ``login_epoch`` is the account's when the credential was its password, 0 otherwise: only a login can be renewed.
    """

    account_id: int
    name: str
    kind: ActorKind
    epoch: int = 0
    limits: Mapping[str, Role] | None = None
    standing: Standing = Standing.ORDINARY
    scopes: frozenset[Scope] | None = None
    expires_ms: int = 0
    login_epoch: int = 0

    def limit(self, repository: str) -> Role:
        """Return the highest role this credential can carry in ``repository``."""
        if self.scopes is not None:
            return repository_role(self.scopes)
        if self.limits is None:
            return Role.ADMIN
        return self.limits.get(repository, Role.NONE)


ANONYMOUS = Actor(account_id=0, name="(anonymous)", kind=ActorKind.ANONYMOUS)


class Access(msgspec.Struct, frozen=True, gc=False):
    """What an account may do at a repository name, as the metadata store decides it in one read.

    ``repository_id`` is 0 when the repository does not exist; ``can_create`` then tells whether the account may
    create it. ``role`` is the effective one: the highest of ownership, team roles, grants and public read.
    ``epoch`` is the account's current one (-1: disabled or gone, whatever a token says). ``suspended``: the
    account would have a role, but the namespace belongs to a disabled user; ``role`` is NONE then. ``vacant``: nobody
    is called as the namespace.
    """

    repository_id: int
    role: Role
    public: bool
    can_create: bool
    epoch: int
    state: RepositoryState = RepositoryState.NORMAL
    suspended: bool = False
    vacant: bool = False
