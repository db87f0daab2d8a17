"""The parts of identity, joined over stores in memory and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

from charthouse.model.permissions import Access, Actor, Role
from charthouse.services.identity.access_tokens import AccessTokens
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.authenticator import Authenticator
from charthouse.services.identity.credentials.dispatch import Credentials
from charthouse.services.identity.credentials.people import PersonalCredentials
from charthouse.services.identity.keyring import KeyRing
from charthouse.services.identity.last_use import LastUses
from charthouse.services.identity.logins import Logins
from charthouse.services.identity.passwords import Passwords
from charthouse.services.identity.sealing import Sealer
from charthouse.services.identity.throttle import Throttle
from charthouse.services.identity.token_service import TokenPolicy, TokenService
from charthouse.services.identity.tokens import Tokens
from charthouse.services.identity.users import Users
from tests.support.clock import ManualClock
from tests.support.memory_accounts import MemoryAccounts, MemorySigningKeys

PASSWORD = "correct-horse"
TOKEN_SECONDS = 3600
REFRESH_SECONDS = 30 * 86_400


class CountingPasswords(Passwords):
    """Cheap hashes, and a count of how many were checked."""

    def __init__(self) -> None:
        super().__init__(memory_kib=8, passes=1)
        self.checks = 0

    async def verify(self, password: str, password_hash: str) -> bool:
        self.checks += 1
        return await super().verify(password, password_hash)


class FixedRights:
    """Rights that a test writes down: role by (account, repository), with the accounts' true epochs."""

    def __init__(self, accounts: MemoryAccounts) -> None:
        self._accounts = accounts
        self.roles: dict[tuple[int, str], Role] = {}
        self.creatable: set[tuple[int, str]] = set()

    async def access(self, account_id: int, repository: str) -> Access:
        account = await self._accounts.by_id(account_id)
        role = self.roles.get((account_id, repository), Role.NONE)
        return Access(
            repository_id=1 if any(name == repository for _, name in self.roles) else 0,
            role=role,
            public=False,
            can_create=(account_id, repository) in self.creatable,
            epoch=0 if account is None else account.epoch,
        )

    async def is_current(self, actor: Actor) -> bool:
        return (await self.access(actor.account_id, "")).epoch == actor.epoch


class NoLog:
    """Keeps no uses."""

    async def record(self, uses: Mapping[str, int]) -> None:
        raise AssertionError(uses)

    async def of(self, subjects: Iterable[str]) -> dict[str, int]:
        raise AssertionError(subjects)

    async def forget(self, subjects: Iterable[str]) -> None:
        raise AssertionError(subjects)

    async def forget_older(self, prefix: str, before_ms: int) -> int:
        raise AssertionError(prefix, before_ms)


class World:
    """Every part of identity."""

    def __init__(self, service: str = "", *, anonymous: bool = True, library: str = "") -> None:
        self.clock = ManualClock()
        self.accounts = MemoryAccounts()
        self.signing_keys = MemorySigningKeys()
        self.rights = FixedRights(self.accounts)
        self.passwords = CountingPasswords()
        self.sealer = Sealer(b"k" * 32)
        self.throttle = Throttle(self.clock)
        self.logins = Logins(self.accounts, self.passwords, self.sealer, self.throttle, self.clock)
        self.uses = uses = LastUses(NoLog(), self.clock, enabled=False)
        self.credentials = Credentials([], PersonalCredentials(self.logins, Standings(), uses))
        self.keyring = KeyRing(self.signing_keys, self.clock, token_seconds=REFRESH_SECONDS)
        self.tokens = Tokens(self.keyring, self.clock, service=service)
        self.authenticator = Authenticator(self.tokens, self.credentials, self.clock, self.rights.is_current)
        self.access_tokens = AccessTokens(self.accounts, self.clock, Standings(), uses)
        self.users = Users(self.accounts, self.passwords, self.sealer, self.clock, Standings())
        self.service = TokenService(
            self.credentials,
            self.accounts,
            self.rights,
            self.tokens,
            self.clock,
            TokenPolicy(service=service, anonymous=anonymous, library=library),
            Standings(),
        )


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.passwords.close()
