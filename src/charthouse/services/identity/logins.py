"""Logins: a user's name or e-mail address and a password, checked against the account, and remembered for a while.

docker and helm send Basic credentials with request after request, and a check costs about 20 ms of a core. So a
verdict is kept, under a keyed hash of name and password (the password itself is not), and counts only while the
account is as it was: any change of password or state raises its epoch. A wrong password that is sent again gets
the same answer from memory; it is no new guess, and slows down nobody else behind the same address.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from collections import Counter
from contextlib import suppress

import msgspec

from charthouse.model.errors import RegistryError, TooManyRequests, Unauthorized
from charthouse.ports.accounts import Account, AccountKind, Accounts
from charthouse.ports.clock import Clock

from .passwords import MAXIMUM_LENGTH, Passwords
from .sealing import Sealer
from .throttle import Throttle, network_of

ACCEPTED_MS = 60_000
REFUSED_MS = 15 * 60_000
CHECKS = 64
CHECKS_A_NETWORK = 32
"""Passwords being checked at a time, and those from one network: a flood of guesses leaves room to others.

What does not fit is refused before it counts as a guess: else a flood would make the throttle forget.
"""

_NAME = re.compile(r"[a-z0-9._-]{1,255}", re.ASCII)
"""Every name of a user is of this form (which is wider than their grammar)."""
_EMAIL = re.compile(r"[^@\s\0]{1,64}@[^@\s\0]{1,190}")

_WRONG = "Invalid Username or Password: log in again"
_ENCRYPTED_ONLY = (
    "Client login with unencrypted passwords is disabled. Use an encrypted password or an application token."
)
_DISABLED = "This user has been disabled. Please contact your administrator."


class AccountDisabled(Unauthorized):
    """The password is right, and the account may not be used."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a check came to, and until when it may be repeated from memory."""

    right: bool
    until_ms: int


class Logins:
    """Checks names and passwords."""

    def __init__(
        self,
        accounts: Accounts,
        passwords: Passwords,
        sealer: Sealer,
        throttle: Throttle,
        clock: Clock,
        *,
        capacity: int = 4096,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._sealer = sealer
        self._throttle = throttle
        self._clock = clock
        self._capacity = capacity
        self._secret = secrets.token_bytes(32)
        self._verdicts: dict[bytes, Verdict] = {}
        self._checks: dict[bytes, asyncio.Task[bool]] = {}
        self._running: Counter[str] = Counter()

    async def verify(self, name: str, password: str, peer: str, *, encrypted_only: bool = False) -> Account:
        """Return the user of this name or e-mail address; ``password`` may be the encrypted one.

        Raises Unauthorized (wrong, or disabled; with ``encrypted_only`` a plain one, be it right or not) and
        TooManyRequests (too many wrong ones from ``peer``).
        """
        account = await self._find(name)
        if encrypted_only and self._opened(account, name, password) is None:
            raise Unauthorized(_ENCRYPTED_ONLY)
        if not await self._is_right(account, name, password, peer) or account is None:
            raise Unauthorized(_WRONG)
        if not account.enabled:
            raise AccountDisabled(_DISABLED)
        return account

    def plain(self, account: Account, password: str) -> str:
        """Return a password of the account that may be the encrypted one."""
        return self._opened(account, account.name, password) or password

    async def _find(self, name: str) -> Account | None:
        # What can't be a name is not worth a question, which some databases could not even store.
        if _NAME.fullmatch(name):
            found = await self._accounts.by_name(name)
        elif _EMAIL.fullmatch(name):
            found = await self._accounts.by_email(name)
        else:
            return None
        return found if found is not None and found.kind is AccountKind.USER else None

    async def _is_right(self, account: Account | None, name: str, password: str, peer: str) -> bool:
        state = "" if account is None else f"{account.account_id}:{account.epoch}"
        key = hmac.digest(self._secret, f"{state}:{len(name)}:{name}{password}".encode(), hashlib.sha256)
        known = self._verdicts.get(key)
        if known is not None and self._clock.now_ms() < known.until_ms:
            return known.right
        check = self._checks.get(key)
        # What can't be a name may have any length.
        guessed = name if _NAME.fullmatch(name) or _EMAIL.fullmatch(name) else ""
        if check is None:
            plain = self._opened(account, name, password) or password
            if len(plain) > MAXIMUM_LENGTH:
                return False  # no account has it: neither a guess nor any work
            network = network_of(peer)
            if len(self._checks) >= CHECKS or self._running[network] >= CHECKS_A_NETWORK:
                raise TooManyRequests("too many logins are being checked at this moment; try again", 1)
            self._throttle.attempt(peer, guessed)
            check = asyncio.create_task(self._check(key, account, plain))
            self._checks[key] = check
            self._running[network] += 1
            check.add_done_callback(lambda _: self._ended(key, network))
        # Shielded: others may wait for the same check when this caller goes away.
        right = await asyncio.shield(check)
        if right:
            self._throttle.succeeded(peer, guessed)
        return right

    def _opened(self, account: Account | None, name: str, password: str) -> str | None:
        return self._sealer.open(password, name if account is None else account.name)

    def _ended(self, key: bytes, network: str) -> None:
        del self._checks[key]
        self._running[network] -= 1
        if not self._running[network]:
            del self._running[network]

    async def _check(self, key: bytes, account: Account | None, plain: str) -> bool:
        right = await self._passwords.verify(plain, "" if account is None else account.password_hash)
        if right and account is not None and self._passwords.is_outdated(account.password_hash):
            with suppress(RegistryError):  # another login will do it
                stronger = await self._passwords.hash(plain)
                await self._accounts.upgrade_password(account.account_id, account.password_hash, stronger)
        until_ms = self._clock.now_ms() + (ACCEPTED_MS if right else REFUSED_MS)
        self._verdicts.pop(key, None)
        if len(self._verdicts) >= self._capacity:
            del self._verdicts[next(iter(self._verdicts))]
        self._verdicts[key] = Verdict(right, until_ms)
        return right
