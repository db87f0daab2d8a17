"""The opaque ``next_page`` of Quay's lists: a sealed note of where the next page begins.

AES-256-GCM over a small JSON document, so that nobody reads or makes one. It is bound to the operation, the path
and the caller that it was given to; anywhere else it is broken. It says where to go on, never what may be
seen: that is decided again for each page.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Request

from charthouse.model.errors import InvalidRequest

from .guard import caller_of

PARAMETER = "next_page"
_NONCE_BYTES = 12

T = TypeVar("T")


class Pages:
    """Makes and reads page tokens under one key of 32 bytes, the same for all replicas."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def next_page(self, request: Request, position: object) -> str:
        """Return the token of the page that begins after ``position``: anything that msgspec writes as JSON."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.json.encode(position), _bound(request))
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def position(self, request: Request, kind: type[T]) -> T | None:
        """Return the position that this request's ``next_page`` holds; None when it asks for the first page.

        Raises InvalidRequest for a token that was not made here for this caller and list.
        """
        token = request.query_params.get(PARAMETER)
        if not token:
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(request))
            return msgspec.json.decode(opened, type=kind)
        except (ValueError, binascii.Error, InvalidTag, msgspec.DecodeError):
            raise InvalidRequest(
                f"{PARAMETER} is not a page of this list: leave it out to begin again"
            ) from None


def _bound(request: Request) -> bytes:
    where = request.scope["route"].name, request.url.path, caller_of(request).actor.account_id
    return msgspec.json.encode(where)
