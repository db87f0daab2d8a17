"""The machine's clock."""

from __future__ import annotations

import time


class SystemClock:
    """Wall time (implements ``ports.clock.Clock``)."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000
