"""A user becomes an organization, with all that is in the namespace; another user administers it."""

from __future__ import annotations

from charthouse.model.errors import Denied, InvalidRequest, Unauthorized
from charthouse.ports.namespaces import Namespaces
from charthouse.services.access.namespaces import may_make_organizations
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.logins import Logins


class Conversion:
    """Turns the caller's own account into an organization. Source: Quay 3.7."""

    def __init__(self, namespaces: Namespaces, logins: Logins, *, superusers_only: bool = False) -> None:
        """With ``superusers_only`` nobody else makes organizations, be it of themselves."""
        self._namespaces = namespaces
        self._logins = logins
        self._superusers_only = superusers_only

    async def convert(self, permit: AccountPermit, administrator: str, password: str, peer: str) -> None:
        """Do it; nobody logs in as the caller any more.

        The administrator must be another user, whose password is given. Raises InvalidRequest with Quay's texts,
        also for the only administrator of another organization, TooManyRequests, and Denied for whoever may make
        no organization.
        """
        if not may_make_organizations(permit.actor, superusers_only=self._superusers_only):
            raise Denied(f"{permit.actor.name} may not make organizations")
        try:
            found = await self._logins.verify(administrator, password, peer)
        except Unauthorized:
            raise InvalidRequest("The admin user credentials are not valid") from None
        if found.account_id == permit.account.account_id:
            raise InvalidRequest("The admin user is not valid")
        await self._namespaces.take_over(permit.account.account_id, found.account_id)
