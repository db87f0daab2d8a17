"""Keys of background jobs, and those that only Quay's own service has."""

from __future__ import annotations

from ..key import Key, LeftOut
from ..shapes import anything, names
from ..values import duration, flag

_OWN = LeftOut("jobs have leases and a rhythm of their own")
_HOSTED = LeftOut("it belongs to Quay's hosted service")

KEYS = (
    Key("STAGGER_WORKERS", flag, "Jobs don't begin all at once.", quay=True, status=_OWN),
    Key("QUEUE_WORKER_METRICS_REFRESH_SECONDS", duration(1), "Time between metrics.", quay=300, status=_OWN),
    Key("QUEUE_CLEANUP_FREQUENCY", duration(1), "Time between sweeps of the queue.", quay="24h", status=_OWN),
    Key("FEATURE_BILLING", flag, "Accounts are paid for.", quay=False, status=_HOSTED),
    Key("STRIPE", anything, "How.", quay=None, status=_HOSTED),
    Key("FEATURE_EXPORT_COMPLIANCE", flag, "Users are screened.", quay=False, status=_HOSTED),
    Key("FEATURE_ENTITLEMENT_RECONCILIATION", flag, "Subscriptions are matched.", quay=False, status=_HOSTED),
    Key("FEATURE_RH_MARKETPLACE", flag, "Subscriptions of a marketplace.", quay=False, status=_HOSTED),
    Key("FEATURE_SPAM_DETECTION", flag, "Spam is looked for.", quay=False, status=_HOSTED),
    Key("SPAM_DETECTION_*", anything, "How.", quay=None, status=_HOSTED),
    Key("CDN_SPECIFIC_NAMESPACES", names, "Namespaces with a network.", quay=[], status=_HOSTED),
    Key(
        "FEATURE_DISABLE_PULL_LOGS_FOR_FREE_NAMESPACES",
        flag,
        "Pulls of free accounts are not noted.",
        quay=False,
        status=_HOSTED,
    ),
    Key("FEATURE_CLEAR_EXPIRED_RAC_ENTRIES", flag, "Old counts go.", quay=False, status=_HOSTED),
    Key("FEATURE_SUPPORT_CHAT", flag, "A chat with support.", quay=False, status=_HOSTED),
)
