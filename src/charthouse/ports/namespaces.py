"""Namespaces as a whole: what users and organizations own, and how that ends."""

from __future__ import annotations

from typing import Protocol


class Namespaces(Protocol):
    """Users and organizations as owners. All may raise Unavailable."""

    async def delete(self, account_id: int) -> bool:
        """Make an account and all that is its own unreachable, and free its name; False when it is gone.

        Its repositories are deleted; its robots, teams, credentials, applications and rights end.
        Raises InvalidRequest for the only administrator of an organization. ``Purge`` takes what is left.
        """

    async def sole_administrator_of(self, account_id: int) -> list[str]:
        """Return the organizations that no other user who can log in administers, by name."""
