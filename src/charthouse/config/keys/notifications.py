"""Keys of notifications, and of addresses that the registry itself may call."""

from __future__ import annotations

from ..key import Area, Inert, Key
from ..shapes import names
from ..values import duration, flag, number


class Outbound(Area, frozen=True, kw_only=True):
    """What requests of the registry's own, to addresses that users have named, may reach."""

    allowed_hosts: tuple[str, ...] = ()


_LATER = Inert("notifications")

KEYS = (
    Key(
        "SSRF_ALLOWED_HOSTS",
        names,
        "Hosts and networks (CIDR) that may be called though they are private.",
        field="outbound.allowed_hosts",
        quay=[],
        since="3.17",
    ),
    Key(
        "WEBHOOK_HOSTNAME_BLACKLIST",
        names,
        "Hosts that webhooks never call.",
        quay=[],
        status=Inert("notifications", as_is=()),
    ),
    Key("NOTIFICATION_SEND_TIMEOUT", duration(1), "Time that sending may take.", quay=10, status=_LATER),
    Key(
        "FEATURE_IMAGE_EXPIRY_TRIGGER",
        flag,
        "People may be told before a tag expires.",
        quay=False,
        since="3.13",
        status=_LATER,
    ),
    Key(
        "NOTIFICATION_TASK_RUN_MINIMUM_INTERVAL_MINUTES",
        number(1),
        "Minutes between looks for such tags.",
        quay=5000,
        since="3.12",
        status=_LATER,
    ),
)
