"""Default permissions: what each new repository of an organization grants. Source: Quay 3.7's prototypes."""

from __future__ import annotations

import uuid

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.model.permissions import Role
from charthouse.ports.accounts import Account, AccountKind, Accounts
from charthouse.ports.defaults import DefaultPermission, DefaultPermissions, PutDefault
from charthouse.ports.teams import Teams
from charthouse.services.access.permits import NamespacePermit

_PEOPLE = frozenset({AccountKind.USER, AccountKind.ROBOT})


class Defaults:
    """Default permissions as administrators of an organization set them."""

    def __init__(self, defaults: DefaultPermissions, accounts: Accounts, teams: Teams) -> None:
        self._defaults = defaults
        self._accounts = accounts
        self._teams = teams

    async def all(self, permit: NamespacePermit) -> list[DefaultPermission]:
        """Return those of the organization."""
        return await self._defaults.all(permit.namespace.account_id)

    async def add(
        self, permit: NamespacePermit, role: Role, delegate: str, *, to_team: bool, creator: str | None
    ) -> DefaultPermission:
        """Grant ``role`` on what ``creator`` (None: anybody) makes; raises InvalidRequest with Quay's texts."""
        organization_id = permit.namespace.account_id
        making = None if creator is None else await self._person(creator)
        if creator is not None and making is None:
            raise InvalidRequest("Unknown activating user")
        team = await self._teams.find(organization_id, delegate) if to_team else None
        account = None if to_team else await self._person(delegate)
        if team is None and account is None:
            raise InvalidRequest("Missing delegate user or team")
        wish = PutDefault(
            uuid=str(uuid.uuid4()),
            organization_id=organization_id,
            creator_id=None if making is None else making.account_id,
            account_id=None if account is None else account.account_id,
            team_id=None if team is None else team.team_id,
            role=role,
        )
        return await self._get(permit, await self._defaults.put(wish))

    async def change(self, permit: NamespacePermit, key: str, role: Role) -> DefaultPermission:
        """Change what one grants; raises NotFound."""
        if not await self._defaults.set_role(permit.namespace.account_id, key, role):
            raise _none()
        return await self._get(permit, key)

    async def remove(self, permit: NamespacePermit, key: str) -> None:
        """Remove one; raises NotFound."""
        if not await self._defaults.remove(permit.namespace.account_id, key):
            raise _none()

    async def _get(self, permit: NamespacePermit, key: str) -> DefaultPermission:
        found = await self._defaults.get(permit.namespace.account_id, key)
        if found is None:
            raise _none()
        return found

    async def _person(self, name: str) -> Account | None:
        account = await self._accounts.by_name(name)
        return account if account is not None and account.kind in _PEOPLE else None


def _none() -> NotFound:
    return NotFound("there is no such default permission")
