"""The kinds of Basic credential that a registry takes, beside people's own passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.services.identity.credentials.kinds import CredentialKind

if TYPE_CHECKING:
    from .registry import Registry


def credential_kinds(_: Registry) -> list[CredentialKind]:
    """Return them, each asked in this order whether a name is its own."""
    return []
