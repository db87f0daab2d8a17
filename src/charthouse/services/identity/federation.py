"""Keyless robots: a token that another issuer gave to a pipeline becomes a short token of a robot.

Source: Quay 3.13's robot federation; that a token must be meant for us (audience) unless the administrator names
other audiences, and that claims can be asked for, is ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from charthouse.model.errors import NotFound, Unauthorized
from charthouse.model.names import may_be_robot
from charthouse.ports.accounts import Account
from charthouse.ports.clock import Clock
from charthouse.ports.robots import RobotLogin, TrustedIdentity
from charthouse.ports.robots import Robots as RobotStore
from charthouse.services.access.permits import NamespacePermit

from .actors import Standings
from .external_tokens import ExternalTokenRefused, ExternalTokens
from .last_use import LastUses, of_account
from .robot_rules import RobotRules
from .robots import Robots
from .tokens import ISSUER, Claims, Tokens, Use
from .trust import TrustRules

LONGEST_SECONDS = 3600


class FederationRefused(Unauthorized):
    """A token that becomes nobody's. ``reason`` is for the log: the caller may be a stranger, and learns nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "this token is not accepted for this robot: compare issuer, subject, audience and claims with the"
            " robot's federation, and see that it has not expired"
        )
        self.reason = reason


class Federation:
    """Keeps whose tokens robots trust, and exchanges them."""

    def __init__(
        self,
        robots: Robots,
        store: RobotStore,
        external: ExternalTokens,
        tokens: Tokens,
        trust: TrustRules,
        rules: RobotRules,
        standings: Standings,
        last_uses: LastUses,
        clock: Clock,
        *,
        service: str,
    ) -> None:
        self._robots = robots
        self._store = store
        self._external = external
        self._tokens = tokens
        self._trust = trust
        self._rules = rules
        self._standings = standings
        self._last_uses = last_uses
        self._clock = clock
        self._service = service

    async def trusted(self, permit: NamespacePermit, short: str) -> list[TrustedIdentity]:
        """Return whose tokens become the robot's; raises NotFound."""
        robot = await self._robots.find(permit, short)
        return await self._store.federation(robot.account.account_id)

    async def trust(self, permit: NamespacePermit, short: str, entries: Sequence[TrustedIdentity]) -> None:
        """Replace them, and end what was exchanged before; raises NotFound and InvalidRequest."""
        robot = await self._robots.find(permit, short)
        self._trust.check(entries)
        if not await self._store.set_federation(robot.account.account_id, entries):
            raise NotFound(f"there is no robot {robot.account.name}")

    async def exchange(self, name: str, token: str) -> str:
        """Return a token of the robot for one of another issuer; raises FederationRefused.

        It lasts an hour, and never longer than the one it was exchanged for.
        """
        found = await self._store.login(name) if self._rules.allow(name) and may_be_robot(name) else None
        try:
            expires_ms = await self._believe(found, token)
        except ExternalTokenRefused as error:
            raise FederationRefused(str(error)) from error
        if found is None or expires_ms is None:
            raise FederationRefused("no federation of the robot fits it, or there is no such robot")
        account = found.robot.account
        if not account.enabled or not found.owner.enabled:
            raise FederationRefused("the robot's owner has been disabled")
        self._last_uses.note(of_account(account.account_id))
        return await self._write(account, found.owner, expires_ms)

    async def _believe(self, found: RobotLogin | None, token: str) -> int | None:
        """Return when a token ends (ms) that the robot trusts; None when it trusts no such one.

        Only issuers that the robot trusts are ever asked for their keys.
        """
        issuer = self._external.issuer_of(token)
        trusted = await self._store.federation(found.robot.account.account_id) if found is not None else []
        of_issuer = [entry for entry in trusted if entry.issuer == issuer]
        if not of_issuer:
            return None
        claims = await self._external.verify(token, issuer)
        return claims.expires_ms if self._trust.match(of_issuer, claims) else None

    async def _write(self, account: Account, owner: Account, expires_ms: int) -> str:
        now = self._clock.now_ms() // 1000
        actor = self._standings.robot(account, owner)
        return await self._tokens.write(
            Claims(
                iss=ISSUER,
                aud=self._service,
                sub=account.name,
                iat=now,
                nbf=now,
                exp=min(now + LONGEST_SECONDS, expires_ms // 1000),
                jti=secrets.token_urlsafe(16),
                access=(),
                account_id=account.account_id,
                kind=actor.kind,
                epoch=account.epoch,
                use=Use.ROBOT,
                standing=actor.standing,
            )
        )
