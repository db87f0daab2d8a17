"""Accounts and signing keys in memory, for tests of what stands on their ports."""

from __future__ import annotations

import msgspec

from charthouse.model.errors import AlreadyExists, Unavailable
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import (
    AccessToken,
    Account,
    AccountChange,
    AccountKind,
    Membership,
    NamespaceAccess,
    NewUser,
)
from charthouse.ports.upkeep import SigningKey


class MemoryAccounts:
    """Accounts and their tokens (ports.accounts.Accounts)."""

    def __init__(self) -> None:
        self._accounts: dict[int, Account] = {}
        self._tokens: dict[str, AccessToken] = {}
        self._owners: dict[int, int] = {}

    async def add_user(self, user: NewUser) -> Account:
        return self._add(
            AccountKind.USER, user.name, user.email, user.password_hash, user.superuser, user.created_ms
        )

    async def add_first_user(self, user: NewUser) -> Account | None:
        return None if await self.has_users() else await self.add_user(user)

    async def has_users(self) -> bool:
        return any(account.kind is AccountKind.USER for account in self._accounts.values())

    async def add_organization(self, name: str, email: str, owner_id: int, now_ms: int) -> Account:
        assert owner_id in self._accounts
        organization = self._add(AccountKind.ORGANIZATION, name, email, "", False, now_ms)
        self._owners[organization.account_id] = owner_id
        return organization

    async def namespace_access(self, account_id: int, name: str) -> NamespaceAccess | None:
        namespace = await self.by_name(name)
        if namespace is None or namespace.kind is AccountKind.ROBOT:
            return None
        if account_id == 0:
            return NamespaceAccess(namespace, NamespaceRole.NONE, 0)
        account = self._accounts.get(account_id)
        if account is None or not account.enabled:
            return NamespaceAccess(namespace, NamespaceRole.NONE, -1)
        owns = account_id in (namespace.account_id, self._owners.get(namespace.account_id))
        return NamespaceAccess(namespace, NamespaceRole.ADMIN if owns else NamespaceRole.NONE, account.epoch)

    async def memberships(self, user_id: int) -> list[Membership]:
        owned = (self._accounts[key] for key, owner_id in self._owners.items() if owner_id == user_id)
        return [Membership(organization, True, True) for organization in sorted(owned, key=lambda o: o.name)]

    async def by_name(self, name: str) -> Account | None:
        return next((account for account in self._accounts.values() if account.name == name), None)

    async def by_email(self, email: str) -> Account | None:
        known = (a for a in self._accounts.values() if a.kind is AccountKind.USER and email)
        return next((account for account in known if account.email in (email, email.lower())), None)

    async def by_id(self, account_id: int) -> Account | None:
        return self._accounts.get(account_id)

    async def set_password(self, account_id: int, password_hash: str) -> None:
        self._change(account_id, password_hash=password_hash, login_epoch=self._logins(account_id) + 1)

    async def upgrade_password(self, account_id: int, old_hash: str, new_hash: str) -> bool:
        account = self._accounts[account_id]
        if account.password_hash != old_hash:
            return False
        self._accounts[account_id] = msgspec.structs.replace(account, password_hash=new_hash)
        return True

    async def change(self, account_id: int, change: AccountChange) -> None:
        values = {k: v for k, v in msgspec.structs.asdict(change).items() if v is not msgspec.UNSET}
        self._accounts[account_id] = msgspec.structs.replace(self._accounts[account_id], **values)

    async def set_enabled(self, account_id: int, enabled: bool) -> None:
        self._change(account_id, enabled=enabled, login_epoch=self._logins(account_id) + 1)

    async def add_token(self, token: AccessToken) -> None:
        self._tokens[token.token_hash] = token

    async def token(self, token_hash: str) -> AccessToken | None:
        return self._tokens.get(token_hash)

    async def remove_tokens(self, expired_before_ms: int) -> int:
        expired = [key for key, token in self._tokens.items() if token.expires_ms < expired_before_ms]
        for key in expired:
            del self._tokens[key]
        return len(expired)

    def _add(
        self, kind: AccountKind, name: str, email: str, password_hash: str, superuser: bool, now_ms: int
    ) -> Account:
        if any(account.name == name for account in self._accounts.values()):
            raise AlreadyExists(f"{name} is taken")
        account = Account(
            len(self._accounts) + 1, name, kind, email, password_hash, True, superuser, 1, now_ms
        )
        self._accounts[account.account_id] = account
        return account

    def _logins(self, account_id: int) -> int:
        return self._accounts[account_id].login_epoch

    def _change(self, account_id: int, **changes: object) -> None:
        account = self._accounts[account_id]
        self._accounts[account_id] = msgspec.structs.replace(account, epoch=account.epoch + 1, **changes)


class MemorySigningKeys:
    """Signing keys (ports.upkeep.SigningKeys); counts how often they are read, and can be out of reach."""

    def __init__(self) -> None:
        self.keys: list[SigningKey] = []
        self.reads = 0
        self.reachable = True

    async def all(self) -> list[SigningKey]:
        self.reads += 1
        if not self.reachable:
            raise Unavailable("the store of keys does not answer")
        return sorted(self.keys, key=lambda key: -key.created_ms)

    async def add(self, key: SigningKey, unless_newer_than_ms: int) -> bool:
        if any(known.created_ms > unless_newer_than_ms for known in self.keys):
            return False
        self.keys.append(key)
        return True

    async def remove_expired(self, now_ms: int) -> int:
        before = len(self.keys)
        self.keys = [key for key in self.keys if key.expires_ms > now_ms]
        return before - len(self.keys)
