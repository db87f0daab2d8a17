"""Who is calling: from the ``Authorization`` header of a request to an actor.

``recognize`` is the hot path: it only looks up what ``authenticate`` verified before. What it returns is no more
than "this credential was right": every use compares the actor's epoch with the account's. A token of a former epoch
has ended; a secret may be right still, so ``identify`` verifies it afresh.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.clock import Clock

from .credentials.basic import parse_basic
from .credentials.dispatch import Credentials
from .logins import ACCEPTED_MS
from .robot_rules import RobotRules
from .scopes import limits_of
from .tokens import Tokens, Use

_BASIC = b"basic "
_LONGEST_KEPT = 8 * 1024


class Authenticator:
    """Verifies credentials and remembers the last ``capacity`` of them, each until it expires."""

    def __init__(
        self,
        tokens: Tokens,
        credentials: Credentials,
        clock: Clock,
        is_current: Callable[[Actor], Awaitable[bool]],
        *,
        robots: RobotRules | None = None,
        capacity: int = 4096,
    ) -> None:
        self._tokens = tokens
        self._credentials = credentials
        self._clock = clock
        self._is_current = is_current
        self._robots = robots or RobotRules()
        self._capacity = capacity
        self._secret = secrets.token_bytes(32)
        self._known: dict[bytes, tuple[Actor, int]] = {}

    def recognize(self, authorization: bytes) -> Actor | None:
        """Return the actor of a header value verified before; None: ask ``authenticate``.

        Bearer tokens are found by themselves, Basic credentials by a keyed hash: no password is kept.
        """
        known = self._known.get(authorization)
        if known is None:
            if authorization[:6].lower() != _BASIC:
                return None
            known = self._known.get(self._hash(authorization))
            if known is None:
                return None
        return known[0] if self._clock.now_ms() < known[1] else None

    async def identify(self, authorization: str, peer: str) -> Actor:
        """Return the actor of a header value, from memory when it can be; raises what ``authenticate`` does."""
        known = self.recognize(authorization.encode("latin-1"))
        if known is None:
            return await self.authenticate(authorization, peer)
        if authorization[:6].lower() == "basic " and not await self._is_current(known):
            return await self.authenticate(authorization, peer)
        return known

    async def authenticate(self, authorization: str, peer: str) -> Actor:
        """Verify a header value from the address ``peer``; raises Unauthorized and TooManyRequests."""
        basic = parse_basic(authorization)
        if basic is not None:
            actor = await self._credentials.verify(*basic, peer)
            until_ms = self._clock.now_ms() + ACCEPTED_MS
            self._keep(self._hash(authorization.encode()), actor, min(until_ms, actor.expires_ms or until_ms))
            return actor
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized("authenticate with a Bearer token or with Basic credentials")
        claims = await self._tokens.read(token.strip(), Use.REGISTRY, Use.ROBOT)
        if claims.kind is ActorKind.ROBOT:
            self._robots.require_used(claims.sub)  # the rules may be newer than the token
        actor = Actor(
            claims.account_id,
            claims.sub,
            claims.kind,
            claims.epoch,
            limits_of(claims.access) if claims.use is Use.REGISTRY else None,
            claims.standing,
            expires_ms=claims.exp * 1000,
        )
        self._keep(authorization.encode(), actor, claims.exp * 1000)
        return actor

    def forget(self, account_id: int) -> None:
        """Drop all that is known of an account; its next request is verified afresh."""
        for key in [key for key, (actor, _) in self._known.items() if actor.account_id == account_id]:
            del self._known[key]

    def forget_all(self) -> None:
        """Drop everything; every next request is verified afresh."""
        self._known.clear()

    def _keep(self, key: bytes, actor: Actor, until_ms: int) -> None:
        if len(key) > _LONGEST_KEPT:
            return
        self._known.pop(key, None)
        if len(self._known) >= self._capacity:
            del self._known[next(iter(self._known))]
        self._known[key] = (actor, until_ms)

    def _hash(self, authorization: bytes) -> bytes:
        return hashlib.blake2b(authorization, digest_size=32, key=self._secret).digest()
