"""The gate: gathers what must be known to decide, decides, and gives out permits."""

from __future__ import annotations

from typing import Protocol

from charthouse.model.errors import AlreadyExists, Denied, NameUnknown, NotFound, Unauthorized
from charthouse.model.names import RepositoryName, namespace_of
from charthouse.model.permissions import Access, Actor, ActorKind, NamespaceRole, Role, Standing
from charthouse.model.scopes import Scope
from charthouse.ports.accounts import AccountKind, Accounts

from .namespaces import SUPERUSERS, effective_namespace_role
from .permits import AccountPermit, CreationPermit, NamespacePermit, RegistryPermit, RepositoryPermit
from .repositories import effective_role, may_create, refuse_restricted, refuse_stale, refuse_suspended


class Rights(Protocol):
    """Decides what an account may do in a repository; the registry's reader answers."""

    async def access(self, account_id: int, repository: str) -> Access:
        """Return what the account (0: anonymous) may do at this repository name."""


class Gate:
    """Gives out permits. ``reading`` says that the request changes nothing."""

    def __init__(self, rights: Rights, accounts: Accounts) -> None:
        self._rights = rights
        self._accounts = accounts

    async def account(self, actor: Actor) -> AccountPermit:
        """Return the permit of a caller for the own account; raises Unauthorized."""
        _require_login(actor)
        account = await self._accounts.by_id(actor.account_id)
        if account is None or not account.enabled or account.epoch != actor.epoch:
            raise Unauthorized("this credential is no longer valid: log in again")
        return AccountPermit(actor, account)

    async def repository(
        self, actor: Actor, repository: RepositoryName, needed: Role, *, reading: bool
    ) -> RepositoryPermit:
        """Return a permit of at least ``needed``.

        Raises Unauthorized, NamespaceDisabled, or Denied alike for what is forbidden and what is missing;
        NameUnknown only to those who could make the repository (Quay: who may see the namespace).
        """
        access = await self._rights.access(actor.account_id, repository)
        role = effective_role(actor, access, repository)
        if role >= needed:
            return RepositoryPermit(actor, repository, access, role)
        if reading and actor.standing is Standing.OBSERVER and role >= Role.READ:
            return RepositoryPermit(actor, repository, access, role, observer=True)
        if may_create(actor, access, repository):
            raise NameUnknown(f"there is no repository {repository}")
        _require_login(actor)
        refuse_stale(actor, access)
        refuse_suspended(access, repository)
        raise Denied(
            f"{actor.name} may not do this in {repository}, if it is there: it needs the role {needed.name}"
        )

    async def sees(self, actor: Actor, repository: RepositoryName) -> bool:
        """Tell whether there is such a repository, and the caller may read it."""
        access = await self._rights.access(actor.account_id, repository)
        return effective_role(actor, access, repository) >= Role.READ

    async def creation(self, actor: Actor, repository: RepositoryName) -> CreationPermit:
        """Return a permit to make a repository.

        Raises Unauthorized, NamespaceDisabled, NamespaceRestricted, Denied; AlreadyExists to those who could make it
        if it were not there.
        """
        _require_login(actor)
        access = await self._rights.access(actor.account_id, repository)
        if may_create(actor, access, repository) and not access.vacant:
            return CreationPermit(actor, repository)
        refuse_stale(actor, access)
        refuse_suspended(access, repository)
        refuse_restricted(actor, repository)
        if access.repository_id:
            namespace = await self._accounts.namespace_access(actor.account_id, namespace_of(repository))
            if namespace and effective_namespace_role(actor, namespace) >= NamespaceRole.CREATOR:
                raise AlreadyExists("Repository already exists")
        raise Denied(
            f"{actor.name} may not make repositories there: its namespace must be yours, or let you create"
        )

    async def namespace(
        self,
        actor: Actor,
        name: str,
        needed: NamespaceRole,
        *,
        reading: bool,
        organization: bool = False,
        personal: bool = False,
    ) -> NamespacePermit:
        """Return a permit of at least ``needed`` (NONE: everybody's) in the namespace called ``name``.

        ``personal``: what is asked for is in a user's namespace that user's alone; no superuser gets at it.
        Raises NotFound when nobody is called so (with ``organization``: no organization), Unauthorized, Denied.
        """
        if needed > NamespaceRole.NONE:
            _require_login(actor)
        access = await self._accounts.namespace_access(actor.account_id, name)
        if access is None or (organization and access.namespace.kind is not AccountKind.ORGANIZATION):
            raise NotFound(f"there is no organization {name[:255]}")
        if (
            personal
            and access.namespace.kind is AccountKind.USER
            and actor.account_id != access.namespace.account_id
        ):
            raise Denied(f"{actor.name} may not do this in {name}: it is its user's alone")
        role = effective_namespace_role(actor, access)
        current = access.epoch == actor.epoch
        observer = reading and current and role < NamespaceRole.ADMIN and actor.standing is Standing.OBSERVER
        if role >= needed or observer:
            return NamespacePermit(actor, access.namespace, role, observer=observer)
        if not current:
            raise Unauthorized("this credential is no longer valid: log in again")
        raise Denied(f"{actor.name} may not do this in {name}: ask an administrator of it")

    async def registry(self, actor: Actor, *, reading: bool) -> RegistryPermit:
        """Return a superuser's permit; raises Unauthorized and Denied."""
        _require_login(actor)
        if actor.scopes is not None and Scope.SUPER_USER not in actor.scopes:
            raise Denied("the access token lacks the scope super:user")
        access = await self._rights.access(actor.account_id, "")
        if access.epoch != actor.epoch:
            raise Unauthorized("this credential is no longer valid: log in again")
        if actor.standing in SUPERUSERS:
            return RegistryPermit(actor)
        if reading and actor.standing is Standing.OBSERVER:
            return RegistryPermit(actor, observer=True)
        raise Denied(f"{actor.name} is no superuser")


def _require_login(actor: Actor) -> None:
    if actor.kind is ActorKind.ANONYMOUS:
        raise Unauthorized("Requires authentication", {"session_required": False})
