"""Expiry of sessions, every hour: they stopped counting at their time, here they are forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.activity import LastUseLog
from charthouse.ports.clock import Clock
from charthouse.ports.sessions import Sessions
from charthouse.services.identity.last_use import SESSIONS


class SessionExpiryJob:
    """See ``runner.Job``."""

    name = "session-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, sessions: Sessions, uses: LastUseLog, clock: Clock, *, timeout: int) -> None:
        """Take the ports; ``timeout``: seconds that a session lives after its last use."""
        self._sessions = sessions
        self._uses = uses
        self._clock = clock
        self._timeout_ms = timeout * 1000

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        now = self._clock.now_ms()
        await self._uses.forget_older(SESSIONS, now - self._timeout_ms)
        return {"sessions": await self._sessions.remove_expired(now)}
