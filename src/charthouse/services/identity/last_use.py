"""When accounts, tokens and sessions were last used: noted in memory, written in batches, never on the way of a request.

Source: Quay's ``FEATURE_USER_LAST_ACCESSED`` and ``LAST_ACCESSED_UPDATE_THRESHOLD_S``.
"""

from __future__ import annotations

from collections.abc import Iterable

from charthouse.model.errors import RegistryError
from charthouse.ports.activity import LastUseLog
from charthouse.ports.clock import Clock
from charthouse.services.flushing import Flushes

INTERVAL = 5.0  # seconds of uses that a crash may lose
_REMEMBERED = 20_000


def of_account(account_id: int) -> str:
    """Return the subject of an account's uses."""
    return f"account:{account_id}"


def of_token(uuid: str) -> str:
    """Return the subject of an OAuth or application token's uses."""
    return f"token:{uuid}"


SESSIONS = "session:"
"""How subjects begin that are sessions."""


def of_session(uuid: str) -> str:
    """Return the subject of a session's uses."""
    return f"{SESSIONS}{uuid}"


class LastUses:
    """Notes uses. A subject that was written less than ``threshold_ms`` ago is not written again."""

    def __init__(
        self, log: LastUseLog, clock: Clock, *, threshold_ms: int = 60_000, enabled: bool = True
    ) -> None:
        self._log = log
        self._clock = clock
        self._threshold_ms = threshold_ms
        self._enabled = enabled
        self._noted: dict[str, int] = {}
        self._written: dict[str, int] = {}
        self._flushes = Flushes(self.flush, INTERVAL)

    def note(self, subject: str) -> None:
        """Remember that ``subject`` is used now, to be written within seconds."""
        now = self._clock.now_ms()
        if not self._enabled or now - self._written.get(subject, -self._threshold_ms) < self._threshold_ms:
            return
        if len(self._written) >= _REMEMBERED:
            self._written.clear()  # costs a few writes too many
        self._written[subject] = now
        self._noted[subject] = now

    async def of(self, subjects: Iterable[str]) -> dict[str, int]:
        """Return when these were last used (ms), what is not written yet included; unseen ones are left out."""
        wanted = list(subjects)
        found = await self._log.of(wanted) if wanted else {}
        for subject in wanted:
            noted = self._noted.get(subject, 0)
            if noted > found.get(subject, 0):
                found[subject] = noted
        return found

    async def forget(self, subjects: Iterable[str]) -> None:
        """Drop what is known of subjects that are no more."""
        gone = list(subjects)
        for subject in gone:
            self._noted.pop(subject, None)
            self._written.pop(subject, None)
        if gone:
            await self._log.forget(gone)

    def start(self) -> None:
        """Begin writing by the interval."""
        if self._enabled:
            self._flushes.start()

    async def stop(self) -> None:
        """Write what is left."""
        await self._flushes.stop()

    async def flush(self) -> None:
        """Write what was noted so far; on failure it stays noted."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        try:
            await self._log.record(noted)
        except RegistryError:
            self._noted = noted | self._noted
            raise
