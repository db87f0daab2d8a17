"""Basic credentials: a name and a password, checked against the account, and remembered for a short while.

docker and helm send Basic credentials with request after request, and a check costs about 20 ms of a core. So a
verdict is kept, under a keyed hash of name and password (the password itself is not), and counts only while the
account is as it was: any change of password or state raises its epoch. A wrong password that is sent again gets
the same answer from memory; it is no new guess, and slows down nobody else behind the same address.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections import Counter

import msgspec

from charthouse.model.errors import TooManyRequests, Unauthorized
from charthouse.model.permissions import Actor
from charthouse.ports.accounts import Account, AccountKind, Accounts
from charthouse.ports.clock import Clock

from .actors import Standings
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
_NO_ACCOUNT = -1

_NAME = re.compile(r"[a-z0-9._+-]{1,511}", re.ASCII)
"""Every name of a user or robot is of this form (which is wider than their grammar)."""

_WRONG = "Invalid Username or Password: log in again"
_DISABLED = "This user has been disabled. Please contact your administrator."


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a check came to, and until when it may be repeated from memory."""

    right: bool
    until_ms: int


class Credentials:
    """Checks names and passwords."""

    def __init__(
        self,
        accounts: Accounts,
        passwords: Passwords,
        sealer: Sealer,
        throttle: Throttle,
        clock: Clock,
        standings: Standings,
        *,
        capacity: int = 4096,
    ) -> None:
        self._standings = standings
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

    async def verify(self, name: str, password: str, peer: str) -> Actor:
        """Return whom the credentials are of; ``password`` may be the encrypted one.

        Raises Unauthorized (wrong, or disabled) and TooManyRequests (too many wrong ones from ``peer``).
        """
        # What can't be a name is not worth a question, which some databases could not even store.
        account = await self._accounts.by_name(name) if _NAME.fullmatch(name) else None
        if not await self._is_right(account, name, password, peer) or account is None:
            raise Unauthorized(_WRONG)
        if not account.enabled:
            raise Unauthorized(_DISABLED)
        return self._standings.logged_in(account)

    async def _is_right(self, account: Account | None, name: str, password: str, peer: str) -> bool:
        epoch = _NO_ACCOUNT if account is None else account.epoch
        key = hmac.digest(self._secret, f"{epoch}:{len(name)}:{name}{password}".encode(), hashlib.sha256)
        known = self._verdicts.get(key)
        if known is not None and self._clock.now_ms() < known.until_ms:
            return known.right
        check = self._checks.get(key)
        guessed = name if _NAME.fullmatch(name) else ""  # what can't be a name may have any length
        if check is None:
            plain = self._sealer.open(password, name) or password
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

    def _ended(self, key: bytes, network: str) -> None:
        del self._checks[key]
        self._running[network] -= 1
        if not self._running[network]:
            del self._running[network]

    async def _check(self, key: bytes, account: Account | None, plain: str) -> bool:
        has_password = account is not None and account.kind is not AccountKind.ORGANIZATION
        password_hash = account.password_hash if account is not None and has_password else ""
        right = await self._passwords.verify(plain, password_hash)
        until_ms = self._clock.now_ms() + (ACCEPTED_MS if right else REFUSED_MS)
        self._verdicts.pop(key, None)
        if len(self._verdicts) >= self._capacity:
            del self._verdicts[next(iter(self._verdicts))]
        self._verdicts[key] = Verdict(right, until_ms)
        return right


def parse_basic(authorization: str) -> tuple[str, str] | None:
    """Return name and password of an ``Authorization: Basic`` value (RFC 7617); None for any other scheme.

    Raises Unauthorized for Basic credentials that are none.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise Unauthorized("the Basic credentials are not base64 of name:password in UTF-8") from None
    if not colon:
        raise Unauthorized("the Basic credentials are not base64 of name:password")
    return name, password
