"""Where what strangers sent is read: within a budget of time and memory, and apart from the server."""

from __future__ import annotations

from typing import Protocol


class OverBudget(Exception):
    """A request took more time or memory than it may, or would have had to wait too long for its turn.

    The message says which. Another try, with a larger budget or at a quieter moment, may succeed.
    """


class Crashed(Exception):
    """A request ended whoever worked on it, or made it fail in a way that its code did not foresee."""


class Sandbox(Protocol):
    """Runs one function, bytes to bytes, which keeps nothing from one request to the next."""

    async def run(self, request: bytes, deadline_s: float) -> bytes:
        """Return the function's answer to ``request``, ``deadline_s`` seconds from now at the latest.

        Raises OverBudget or Crashed; neither has an effect on other requests.
        """

    async def close(self) -> None:
        """End whatever is under way; no request may follow."""
