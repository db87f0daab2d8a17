"""Keyrings: the public keys whose signatures the namespace of a user or an organization trusts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from .openpgp import Certificate


class KeyringKey(msgspec.Struct, frozen=True):
    """A key that a namespace trusts, and who said so (by name), when."""

    certificate: Certificate
    added_ms: int
    added_by: str


class Keyrings(Protocol):
    """Keys by namespace and fingerprint. All may raise Unavailable."""

    async def put(self, namespace_id: int, keys: Sequence[KeyringKey], most: int) -> bool:
        """Trust keys, all or none; one that is there already is replaced.

        False, and no change, when the namespace would have more than ``most``. Raises NotFound when it is gone.
        """

    async def keys(self, namespace_id: int) -> list[KeyringKey]:
        """Return the keys by fingerprint."""

    async def of_repository(self, repository_id: int) -> list[KeyringKey]:
        """Return the keys of the repository's namespace by fingerprint."""

    async def remove(self, namespace_id: int, fingerprint: str) -> bool:
        """Trust a key no longer; False when it was not trusted."""
