"""The end of a namespace: with everything in it, at once; a purge takes what is left behind."""

from __future__ import annotations

from charthouse.ports.accounts import Account
from charthouse.ports.namespaces import Namespaces
from charthouse.services.access.permits import AccountPermit, NamespacePermit, RegistryPermit
from charthouse.services.registry.uploads import UploadService


class Removal:
    """Deletes users and organizations. All raise InvalidRequest for the only administrator of an organization."""

    def __init__(self, namespaces: Namespaces, uploads: UploadService) -> None:
        self._namespaces = namespaces
        self._uploads = uploads

    async def organization(self, permit: NamespacePermit) -> None:
        """Delete an organization that the caller administers."""
        await self._delete(permit.namespace)

    async def own_account(self, permit: AccountPermit) -> None:
        """Delete the caller's own account."""
        await self._delete(permit.account)

    async def any(self, _: RegistryPermit, account: Account) -> None:
        """Delete any user or organization, as a superuser."""
        await self._delete(account)

    async def _delete(self, account: Account) -> None:
        # Before, so that a crash leaves no session to a name that is free; after, for those begun meanwhile.
        await self._uploads.end_in_namespace(account.name)
        if await self._namespaces.delete(account.account_id):
            await self._uploads.end_in_namespace(account.name)
