"""Issuers of OpenID Connect tokens, elsewhere: the keys by which they sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class IssuerUnusable(Exception):
    """An issuer does not answer, or not as OpenID Connect Discovery says; the text tells operators why."""


class JsonWebKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A public key (RFC 7517), without what we never use of it."""

    kty: str
    kid: str = ""
    use: str = ""
    alg: str = ""
    crv: str = ""
    n: str = ""
    e: str = ""
    x: str = ""
    y: str = ""


class Issuers(Protocol):
    """Fetches keys over the network."""

    async def keys(self, issuer: str) -> Sequence[JsonWebKey]:
        """Return the keys that an issuer publishes now; raises IssuerUnusable.

        Each call asks again, within limits of time and size. Whoever is asked is the issuer itself: by HTTPS, and its
        document must bear its name.
        """
