"""Keys of storage quotas."""

from __future__ import annotations

from ..key import Inert, Key, LeftOut
from ..values import duration, flag, number, size

_LATER = Inert("quotas")
_COUNTED = LeftOut("sizes are counted as they change, not afterwards")

KEYS = (
    Key("FEATURE_QUOTA_MANAGEMENT", flag, "Namespaces may have a quota.", quay=False, status=_LATER),
    Key(
        "DEFAULT_SYSTEM_REJECT_QUOTA_BYTES",
        size(),
        "Quota of namespaces without one; 0: none.",
        quay=0,
        status=Inert("quotas", as_is=0),
    ),
    Key("FEATURE_EDIT_QUOTA", flag, "Quotas can be changed.", quay=True, since="3.12", status=_LATER),
    Key("FEATURE_VERIFY_QUOTA", flag, "Pushes are measured.", quay=True, since="3.12", status=_LATER),
    Key(
        "FEATURE_QUOTA_SUPPRESS_FAILURES",
        flag,
        "What goes wrong while counting does not stop a push.",
        quay=False,
        since="3.12",
        status=_LATER,
    ),
    Key(
        "FEATURE_QUOTA_NOTIFICATIONS",
        flag,
        "People are told when a quota is nearly spent.",
        quay=False,
        since="3.18",
        status=_LATER,
    ),
    Key(
        "QUOTA_NOTIFICATION_COOLDOWN_SECONDS",
        duration(),
        "Time before they are told again.",
        quay=86400,
        since="3.18",
        status=_LATER,
    ),
    Key(
        "QUOTA_BACKFILL", flag, "Old content is counted afterwards.", quay=True, since="3.9", status=_COUNTED
    ),
    Key(
        "QUOTA_TOTAL_DELAY_SECONDS", duration(), "Time before that.", quay=1800, since="3.9", status=_COUNTED
    ),
    Key(
        "QUOTA_BACKFILL_POLL_PERIOD",
        duration(1),
        "Time between steps.",
        quay=15,
        since="3.9",
        status=_COUNTED,
    ),
    Key("QUOTA_BACKFILL_BATCH_SIZE", number(1), "Namespaces a step.", quay=100, since="3.9", status=_COUNTED),
    Key("QUOTA_INVALIDATE_TOTALS", flag, "Sums are made anew.", quay=True, since="3.9", status=_COUNTED),
    Key(
        "QUOTA_REGISTRY_SIZE_POLL_PERIOD",
        duration(1),
        "Time between looks for a wanted sum of the whole registry.",
        quay=60,
        since="3.9",
        status=_COUNTED,
    ),
)
