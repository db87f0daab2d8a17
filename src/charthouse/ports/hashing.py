"""A running digest whose state can be kept between two requests of one upload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Hasher(Protocol):
    """A running digest of one algorithm."""

    @property
    def algorithm(self) -> str:
        """``sha256`` or ``sha512``."""

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Add ``data``; releases the interpreter's lock, so it may run in a thread."""

    def hexdigest(self) -> str:
        """Return the digest of all bytes so far; the hasher may go on afterwards."""

    def state(self) -> bytes:
        """Return the state as plain bytes, never code (CVE-2026-32590); a HasherFactory resumes it."""


HasherFactory = Callable[[str, bytes | None], Hasher]
"""``(algorithm, state)`` to a Hasher; state None starts anew, a state that is not one raises ValueError."""
