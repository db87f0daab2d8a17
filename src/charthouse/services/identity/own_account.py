"""What people do with their own account: change it, set its password, delete it.

Rules and texts are Quay 3.7's. A new password ends sessions, refresh tokens and registry tokens; robots and application
tokens live on, as in Quay.
"""

from __future__ import annotations

import msgspec

from charthouse.model.errors import InvalidRequest
from charthouse.ports.accounts import Account, AccountChange, Accounts
from charthouse.services.access.permits import AccountPermit
from charthouse.services.registry.timemachine import TimeMachine

from .logins import Logins
from .profiles import Profile, read_profile, write_profile
from .sealing import Sealer
from .users import Users, check_email


class AccountRules(msgspec.Struct, frozen=True, kw_only=True):
    """Settings. ``names``: people may tell their names."""

    time_machine: TimeMachine = TimeMachine()
    names: bool = False


class OwnChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change; UNSET stays. ``profile`` holds fields of Profile by name."""

    password: str | msgspec.UnsetType = msgspec.UNSET
    email: str | msgspec.UnsetType = msgspec.UNSET
    tag_window_s: int | msgspec.UnsetType = msgspec.UNSET
    username: str | msgspec.UnsetType = msgspec.UNSET
    profile: dict[str, str | bool | None] = {}


_NAMES = frozenset({"given_name", "family_name", "company", "location"})


class OwnAccount:
    """Changes the account that a permit is for."""

    def __init__(
        self, accounts: Accounts, users: Users, logins: Logins, sealer: Sealer, rules: AccountRules
    ) -> None:
        self._accounts = accounts
        self._users = users
        self._logins = logins
        self._sealer = sealer
        self._rules = rules

    @property
    def rules(self) -> AccountRules:
        """Return what people may change."""
        return self._rules

    async def change(self, permit: AccountPermit, changes: OwnChanges) -> Account:
        """Change the account and return it as it is now; raises InvalidRequest, and changes nothing then."""
        account = permit.account
        if changes.username not in (msgspec.UNSET, account.name):
            # What was pushed, granted and configured under the old name would be anybody's who takes it next.
            raise InvalidRequest("a user keeps the name: make another user, and move what is needed")
        change = self._change(account, changes)
        if changes.password is not msgspec.UNSET:
            await self._users.set_password(account, changes.password)
        await self._accounts.change(account.account_id, change)
        return await self._accounts.by_id(account.account_id) or account

    async def encrypted_password(self, permit: AccountPermit, password: str, peer: str) -> str:
        """Return the encrypted form of the user's password; raises Unauthorized and TooManyRequests."""
        account = await self._logins.verify(permit.account.name, password, peer)
        return self._sealer.seal(self._logins.plain(account, password), account.name)

    def _change(self, account: Account, changes: OwnChanges) -> AccountChange:
        rules, window = self._rules, changes.tag_window_s
        if window is not msgspec.UNSET:
            rules.time_machine.check(account, window)
        if changes.email is not msgspec.UNSET:
            check_email(changes.email)
        told = {k: v for k, v in changes.profile.items() if rules.names or k not in _NAMES}
        profile: str | msgspec.UnsetType = msgspec.UNSET
        if told:
            known = msgspec.structs.asdict(read_profile(account.profile))
            profile = write_profile(msgspec.convert(known | told, Profile))
        return AccountChange(email=changes.email, tag_window_s=window, profile=profile)
