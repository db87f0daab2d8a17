"""The time machine: how long a namespace can bring back what it deleted or overwrote.

Source: Quay 3.7 (``TAG_EXPIRATION_OPTIONS``, ``tag_expiration_s``), which disregards a choice that is not allowed.
"""

from __future__ import annotations

import msgspec

from charthouse.model.errors import InvalidRequest
from charthouse.ports.accounts import Account


class TimeMachine(msgspec.Struct, frozen=True):
    """The windows of namespaces, in seconds. ``options`` are what one may choose, if it is ``changeable``."""

    default_s: int = 14 * 86400
    options: tuple[int, ...] = (14 * 86400,)
    changeable: bool = True

    def window_of(self, namespace: Account) -> int:
        """Return the window of a namespace."""
        return self.default_s if namespace.tag_window_s is None else namespace.tag_window_s

    def check(self, namespace: Account, seconds: int) -> int:
        """Return ``seconds`` when the namespace may choose that, or has it already; raises InvalidRequest.

        It holds at once, also for what was deleted before.
        """
        if seconds != self.window_of(namespace) and not (self.changeable and seconds in self.options):
            raise InvalidRequest("Invalid tag expiration option")
        return seconds
