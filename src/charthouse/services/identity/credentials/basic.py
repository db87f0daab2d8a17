"""The ``Authorization: Basic`` header."""

from __future__ import annotations

import base64
import binascii

from charthouse.model.errors import Unauthorized


def parse_basic(authorization: str) -> tuple[str, str] | None:
    """Return name and password of an ``Authorization: Basic`` value (RFC 7617); None for any other scheme.

    Raises Unauthorized for Basic credentials that are none.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise Unauthorized("the Basic credentials are not base64 of name:password in UTF-8") from None
    if not colon:
        raise Unauthorized("the Basic credentials are not base64 of name:password")
    return name, password
