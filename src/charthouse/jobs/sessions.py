"""Expiry of sessions, every hour: they stopped counting at their time, here they are forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.clock import Clock
from charthouse.ports.sessions import Sessions


class SessionExpiryJob:
    """See ``runner.Job``."""

    name = "session-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        return {"sessions": await self._sessions.remove_expired(self._clock.now_ms())}
