"""Robots: the full name of a robot and its token, or a short token that federation gave out for it.

A wrong token and a robot that is not there get one answer, after the same work. There is no throttle: a token has
330 random bits, and to lock a robot out by its name would be easy.
"""

from __future__ import annotations

import hmac

from charthouse.model.errors import Unauthorized
from charthouse.model.names import is_robot, may_be_robot
from charthouse.model.permissions import Actor
from charthouse.ports.robots import RobotLogin, Robots
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.last_use import LastUses, of_account
from charthouse.services.identity.robot_rules import RobotRules
from charthouse.services.identity.robots import TOKEN_LENGTH, sealed_for
from charthouse.services.identity.tokens import Tokens, Use
from charthouse.services.identity.vault import Vault

_DISABLED = "This user has been disabled. Please contact your administrator."
_NOBODY = "robot:nobody"


class RobotCredentials:
    """Checks robots' tokens."""

    def __init__(
        self,
        robots: Robots,
        vault: Vault,
        tokens: Tokens,
        standings: Standings,
        last_uses: LastUses,
        rules: RobotRules,
    ) -> None:
        self._robots = robots
        self._vault = vault
        self._tokens = tokens
        self._standings = standings
        self._last_uses = last_uses
        self._rules = rules
        self._decoy = vault.seal("-" * TOKEN_LENGTH, _NOBODY)

    def claims(self, name: str) -> bool:
        """Tell whether a name is of a robot's form; an e-mail address may have a plus sign too."""
        return is_robot(name) and "@" not in name

    async def verify(self, name: str, secret: str, peer: str) -> Actor:
        """Return the robot; raises Unauthorized with one text for what is wrong and what is not there."""
        self._rules.require_used(name)
        found = await self._robots.login(name) if may_be_robot(name) else None
        if secret.count(".") == 2:
            expires_ms = await self._federated(found, secret)
        else:
            expires_ms = 0 if self._has_token(found, secret) else None
        if found is None or expires_ms is None:
            raise Unauthorized(f"Could not find robot with username: {name[:511]} and supplied password.")
        account = found.robot.account
        if not account.enabled or not found.owner.enabled:
            raise Unauthorized(_DISABLED)
        self._last_uses.note(of_account(account.account_id))
        return self._standings.robot(account, found.owner, expires_ms)

    def _has_token(self, found: RobotLogin | None, secret: str) -> bool:
        if found is None:
            token = self._vault.open(self._decoy, _NOBODY)
        else:
            token = self._vault.open(found.robot.sealed_token, sealed_for(found.robot))
        return hmac.compare_digest(token.encode(), secret.encode()) and found is not None

    async def _federated(self, found: RobotLogin | None, secret: str) -> int | None:
        """Return when the token ends (ms); None when it is not this robot's, or was revoked."""
        claims = await self._tokens.read(secret, Use.ROBOT)
        if found is None:
            return None
        account = found.robot.account
        if (claims.account_id, claims.sub, claims.epoch) != (account.account_id, account.name, account.epoch):
            return None
        return claims.exp * 1000
