"""Accounts as callers: which standing the configuration gives each of them."""

from __future__ import annotations

from collections.abc import Set

import msgspec

from charthouse.model.permissions import Actor, ActorKind, Standing
from charthouse.model.scopes import Scope
from charthouse.ports.accounts import Account, AccountKind


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """Names that the configuration sets apart. ``restricted``: all users are, but those in ``unrestricted``."""

    superusers: tuple[str, ...] = ()
    superusers_enabled: bool = True
    observers: tuple[str, ...] = ()
    full_access: bool = False
    restricted: bool = False
    unrestricted: tuple[str, ...] = ()

    def of(self, account: Account) -> Standing:
        """Return the account's standing. A read-only superuser is none that may write, whatever else is said."""
        if account.kind is not AccountKind.USER:
            return Standing.ORDINARY
        if account.name in self.observers:
            return Standing.OBSERVER
        if self.superusers_enabled and (account.superuser or account.name in self.superusers):
            return Standing.FULL_SUPERUSER if self.full_access else Standing.SUPERUSER
        if self.restricted and account.name not in self.unrestricted:
            return Standing.RESTRICTED
        return Standing.ORDINARY

    def is_superuser(self, account: Account) -> bool:
        """Tell whether the account is a superuser's, who changes things too."""
        return self.of(account) in {Standing.SUPERUSER, Standing.FULL_SUPERUSER}

    def actor(self, account: Account, scopes: Set[Scope] | None = None, expires_ms: int = 0) -> Actor:
        """Return the account as a caller by a token: with all its rights, or as far as an OAuth token's scopes go."""
        standing = self.of(account)
        if scopes is not None and Scope.SUPER_USER not in scopes and standing is not Standing.RESTRICTED:
            standing = Standing.ORDINARY
        return Actor(
            account.account_id,
            account.name,
            ActorKind(account.kind.value),
            account.epoch,
            standing=standing,
            scopes=None if scopes is None else frozenset(scopes),
            expires_ms=expires_ms,
        )

    def logged_in(self, account: Account) -> Actor:
        """Return the account as a caller who has given its password."""
        return msgspec.structs.replace(self.actor(account), login_epoch=account.login_epoch)

    def robot(self, account: Account, owner: Account, expires_ms: int = 0) -> Actor:
        """Return a robot as a caller: of its owner's standing it has the restriction, and nothing that lifts it."""
        restricted = owner.kind is AccountKind.USER and self.of(owner) is Standing.RESTRICTED
        return Actor(
            account.account_id,
            account.name,
            ActorKind.ROBOT,
            account.epoch,
            standing=Standing.RESTRICTED if restricted else Standing.ORDINARY,
            expires_ms=expires_ms,
        )
