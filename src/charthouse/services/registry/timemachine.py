"""The time machine: how long a namespace can bring back what it deleted or overwrote.

Source: Quay 3.7 (``TAG_EXPIRATION_OPTIONS``, ``tag_expiration_s``).
"""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest
from charthouse.ports.accounts import Account
from charthouse.ports.tags import Tags


class TimeMachine:
    """The windows of namespaces, in seconds. ``options`` are what one may choose, if it is ``changeable``."""

    def __init__(self, tags: Tags, default: int, options: tuple[int, ...], *, changeable: bool) -> None:
        self._tags = tags
        self.default = default
        self._options = options
        self._changeable = changeable

    def window_of(self, namespace: Account) -> int:
        """Return the window of a namespace."""
        return self.default if namespace.tag_window_s is None else namespace.tag_window_s

    def check(self, seconds: int) -> int:
        """Return ``seconds`` when a namespace may choose that; raises InvalidRequest."""
        if not self._changeable:
            raise InvalidRequest("the administrators of this registry set how long tags can be brought back")
        if seconds not in self._options:
            raise InvalidRequest("Invalid tag expiration option")
        return seconds

    async def choose(self, namespace: Account, seconds: int) -> None:
        """Set the window of a namespace that the caller administers; raises InvalidRequest.

        It holds at once, also for what was deleted before.
        """
        if seconds != self.window_of(namespace):
            await self._tags.set_window(namespace.account_id, self.check(seconds))
