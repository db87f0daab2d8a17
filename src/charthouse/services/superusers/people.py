"""Superusers and the users of their registry. Rules and texts are Quay 3.7's."""

from __future__ import annotations

import secrets
import string

import msgspec

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.ports.accounts import Account, AccountChange, AccountKind, Accounts
from charthouse.ports.namespaces import Namespaces
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.passwords import Passwords, check_password
from charthouse.services.identity.sealing import Sealer
from charthouse.services.identity.users import Users, check_email
from charthouse.services.people.removal import Removal

PASSWORD_LENGTH = 32
_ALPHABET = string.ascii_letters + string.digits


class NewPerson(msgspec.Struct, frozen=True):
    """A user who was made, with the password that nobody can read again."""

    account: Account
    password: str
    encrypted_password: str


class People:
    """Lists, makes, changes and deletes users. Nobody but the configuration changes superusers."""

    def __init__(
        self,
        accounts: Accounts,
        namespaces: Namespaces,
        users: Users,
        removal: Removal,
        passwords: Passwords,
        sealer: Sealer,
        standings: Standings,
    ) -> None:
        self._accounts = accounts
        self._namespaces = namespaces
        self._users = users
        self._removal = removal
        self._passwords = passwords
        self._sealer = sealer
        self._standings = standings

    async def page(
        self, _: RegistryPermit, after: str, limit: int, *, disabled: bool, part: str = ""
    ) -> list[Account]:
        """Return at most ``limit`` users by name after ``after``; the disabled ones too, or not.

        Only those with ``part`` in name or e-mail address.
        """
        return await self._namespaces.page(AccountKind.USER, after, limit, disabled=disabled, part=part)

    async def get(self, _: RegistryPermit, name: str) -> Account:
        """Return a user; raises NotFound."""
        return await self._user(name)

    async def add(self, _: RegistryPermit, name: str, email: str) -> NewPerson:
        """Make a user with a password of chance; raises InvalidRequest and AlreadyExists."""
        password = "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LENGTH))
        account = await self._users.create_user(name, password, email)
        return NewPerson(account, password, self._sealer.seal(password, account.name))

    async def change(
        self,
        _: RegistryPermit,
        name: str,
        *,
        password: str | None = None,
        email: str | None = None,
        enabled: bool | None = None,
    ) -> Account:
        """Change a user and return it as it is now; raises NotFound and InvalidRequest, and changes nothing then.

        A new password, and disabling, end sessions and tokens at once.
        """
        account = await self._user(name)
        self._refuse_superuser(account, "modify")
        if email is not None:
            check_email(email)
        if password is not None:
            check_password(password)
            await self._accounts.set_password(account.account_id, await self._passwords.hash(password))
        if email is not None:
            await self._accounts.change(account.account_id, AccountChange(email=email))
        if enabled is not None and enabled != account.enabled:
            await self._accounts.set_enabled(account.account_id, enabled)
        return await self._user(name)

    async def remove(self, permit: RegistryPermit, name: str) -> None:
        """Delete a user with everything that is its own.

        Raises NotFound; InvalidRequest for a superuser and for the only administrator of an organization.
        """
        account = await self._user(name)
        self._refuse_superuser(account, "delete")
        await self._removal.any(permit, account)

    async def send_recovery(self, _: RegistryPermit, name: str) -> None:
        """Raise NotFound, and InvalidRequest: this registry sends no mail."""
        await self._user(name)
        raise InvalidRequest("no mail is sent by this registry: set a new password for the user instead")

    def is_superuser(self, account: Account) -> bool:
        """Tell whether the account is one that nobody changes here."""
        return self._standings.is_superuser(account)

    async def _user(self, name: str) -> Account:
        account = await self._users.user(name)
        if account is None:
            raise NotFound("there is no such user")
        return account

    def _refuse_superuser(self, account: Account, what: str) -> None:
        if self.is_superuser(account):
            raise InvalidRequest(f"Cannot {what} a superuser")
