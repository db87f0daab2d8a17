"""What names and times of service keys may be."""

from __future__ import annotations

import re

from charthouse.model.errors import InvalidRequest

_SERVICE = re.compile(r"[a-z0-9_]{1,255}", re.ASCII)
_KID = re.compile(r"[A-Za-z0-9_.:-]{1,255}", re.ASCII)
LONGEST_NAME = 255
LARGEST_METADATA = 16 * 1024
LONGEST_NOTES = 4096


def check_service(service: str) -> None:
    """Raise InvalidRequest, with Quay's text, for what is no service's name."""
    if _SERVICE.fullmatch(service) is None:
        raise InvalidRequest(
            "Service name must only contain lowercase alphanumeric characters and underscores"
        )


def check_kid(kid: str) -> None:
    """Raise InvalidRequest for what is no id of a key."""
    if _KID.fullmatch(kid) is None:
        raise InvalidRequest("the id of a key has 1 to 255 letters, digits and . _ : -")


def expiry_ms(expiration: int | None, now_ms: int) -> int | None:
    """Return an expiration date (seconds since the epoch, None: never) in milliseconds; raises InvalidRequest."""
    if expiration is None:
        return None
    if not now_ms < expiration * 1000 < 1 << 62:
        raise InvalidRequest("Expiration date must be in the future")
    return expiration * 1000
