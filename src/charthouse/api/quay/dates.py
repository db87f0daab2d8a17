"""Times as Quay's API writes them."""

from __future__ import annotations

import datetime
from email.utils import format_datetime


def rfc2822(at_ms: int) -> str:
    """Return milliseconds since the epoch as ``Tue, 14 Sep 2021 10:52:04 -0000``."""
    moment = datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC)
    return format_datetime(moment.replace(tzinfo=None))


def iso8601(at_ms: int) -> str:
    """Return milliseconds since the epoch as ``2021-09-14T10:52:04Z``."""
    return datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
