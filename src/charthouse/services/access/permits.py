"""Permits: what the gate hands to those it lets through, and what services act on.

A service that changes or shows something asks for a permit, not for a name: whoever holds one has been checked.
``observer`` marks a read-only superuser, who sees what administrators see, but no secret, and changes nothing.
"""

from __future__ import annotations

import msgspec

from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Access, Actor, NamespaceRole, Role
from charthouse.ports.accounts import Account


class AccountPermit(msgspec.Struct, frozen=True):
    """The caller acts on the own account."""

    actor: Actor
    account: Account


class RepositoryPermit(msgspec.Struct, frozen=True):
    """The caller has ``role`` in a repository that exists."""

    actor: Actor
    repository: RepositoryName
    access: Access
    role: Role
    observer: bool = False

    @property
    def repository_id(self) -> int:
        """Return the repository's key."""
        return self.access.repository_id


class CreationPermit(msgspec.Struct, frozen=True):
    """The caller may make the repository, which is not there."""

    actor: Actor
    repository: RepositoryName


class NamespacePermit(msgspec.Struct, frozen=True):
    """The caller has ``role`` in the namespace of a user or an organization."""

    actor: Actor
    namespace: Account
    role: NamespaceRole
    observer: bool = False


class RegistryPermit(msgspec.Struct, frozen=True):
    """The caller is a superuser; with ``observer`` a read-only one."""

    actor: Actor
    observer: bool = False


Permit = AccountPermit | RepositoryPermit | NamespacePermit | RegistryPermit
