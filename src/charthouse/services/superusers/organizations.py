"""Superusers and the organizations of their registry. Rules and texts are Quay 3.7's."""

from __future__ import annotations

from charthouse.model.errors import AlreadyExists, Denied, InvalidRequest, NotFound
from charthouse.model.names import parse_namespace
from charthouse.model.permissions import ActorKind
from charthouse.ports.accounts import Account, AccountKind, Accounts
from charthouse.ports.namespaces import Namespaces
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.identity.actors import Standings
from charthouse.services.people.removal import Removal
from charthouse.services.registry.uploads import UploadService

_TAKEN = "A user or organization with this name already exists"


class Organizations:
    """Lists, renames and deletes organizations, and takes namespaces over."""

    def __init__(
        self,
        accounts: Accounts,
        namespaces: Namespaces,
        removal: Removal,
        uploads: UploadService,
        standings: Standings,
    ) -> None:
        self._accounts = accounts
        self._namespaces = namespaces
        self._removal = removal
        self._uploads = uploads
        self._standings = standings

    async def page(self, _: RegistryPermit, after: str, limit: int, part: str = "") -> list[Account]:
        """Return at most ``limit`` organizations by name after ``after``, with ``part`` in name or e-mail address."""
        return await self._namespaces.page(AccountKind.ORGANIZATION, after, limit, part=part)

    async def get(self, _: RegistryPermit, name: str) -> Account:
        """Return an organization; raises NotFound."""
        return await self._organization(name)

    async def rename(self, _: RegistryPermit, name: str, new_name: str) -> Account:
        """Give an organization another name, with its repositories and robots, and return it.

        Whoever pulls or pushes uses the new name from then on. Raises NotFound, InvalidRequest, AlreadyExists.
        """
        organization = await self._organization(name)
        parse_namespace(new_name)
        try:
            renamed = await self._namespaces.rename(organization.account_id, new_name)
        except AlreadyExists:
            raise AlreadyExists(_TAKEN) from None
        if not renamed:
            raise NotFound("there is no such organization")
        if new_name != name:
            await self._uploads.end_in_namespace(name)
        return await self._organization(new_name)

    async def remove(self, permit: RegistryPermit, name: str) -> None:
        """Delete an organization with everything in it; raises NotFound."""
        await self._removal.any(permit, await self._organization(name))

    async def take_over(self, permit: RegistryPermit, name: str) -> None:
        """Make the caller an administrator of a namespace; a user becomes an organization for that.

        Raises NotFound; InvalidRequest for a superuser, and for the only administrator of an organization.
        """
        if permit.actor.kind is not ActorKind.USER:
            raise Denied("only a user can own what is taken over")
        account = await self._accounts.by_name(name)
        if account is None or account.kind is AccountKind.ROBOT:
            raise NotFound("there is no such namespace")
        if self._standings.is_superuser(account):
            raise InvalidRequest("Cannot take ownership of a superuser's namespace")
        if not await self._namespaces.take_over(account.account_id, permit.actor.account_id):
            raise NotFound("there is no such namespace")

    async def _organization(self, name: str) -> Account:
        account = await self._accounts.by_name(name)
        if account is None or account.kind is not AccountKind.ORGANIZATION:
            raise NotFound("there is no such organization")
        return account
