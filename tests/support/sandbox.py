"""A sandbox without a process, for tests of those who use one: it keeps the contract, and confines nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from charthouse.ports.sandbox import Crashed, OverBudget


class OpenSandbox:
    """Runs ``function`` in a thread of this process; what is over its deadline runs on, unheard."""

    def __init__(self, function: Callable[[bytes], bytes]) -> None:
        self._function = function
        self.requests: list[bytes] = []

    async def run(self, request: bytes, deadline_s: float) -> bytes:
        """See the port."""
        self.requests.append(request)
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.to_thread(self._function, request)
        except TimeoutError:
            raise OverBudget(f"it takes longer than {deadline_s:g} seconds") from None
        except MemoryError:
            raise OverBudget("it takes more memory than it may") from None
        except Exception as error:
            raise Crashed(f"{type(error).__name__}: {error}") from None

    async def close(self) -> None:
        """See the port."""
