"""Keys of background jobs."""

from __future__ import annotations

from ..key import Key, LeftOut
from ..values import duration, flag

_OWN = LeftOut("jobs have leases and a rhythm of their own")

KEYS = (
    Key("STAGGER_WORKERS", flag, "Jobs don't begin all at once.", quay=True, status=_OWN),
    Key("QUEUE_WORKER_METRICS_REFRESH_SECONDS", duration(1), "Time between metrics.", quay=300, status=_OWN),
    Key("QUEUE_CLEANUP_FREQUENCY", duration(1), "Time between sweeps of the queue.", quay="24h", status=_OWN),
)
