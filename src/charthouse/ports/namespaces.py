"""Namespaces as a whole: what users and organizations own, and how that ends."""

from __future__ import annotations

from typing import Protocol

from .accounts import Account, AccountKind


class Namespaces(Protocol):
    """Users and organizations as owners. All may raise Unavailable."""

    async def delete(self, account_id: int) -> bool:
        """Make an account and all that is its own unreachable, and free its name; False when it is gone.

        Its repositories are deleted; its robots, teams, credentials, applications and rights end.
        Raises InvalidRequest for the only administrator of an organization. ``Purge`` takes what is left.
        """

    async def rename(self, account_id: int, name: str) -> bool:
        """Give an organization another name, with all its repositories and robots; False when it is gone.

        Raises AlreadyExists, and InvalidRequest when a repository's name would be too long.
        """

    async def take_over(self, account_id: int, administrator_id: int) -> bool:
        """Make a user an administrator of an organization, or of what another user owns; False when it is gone.

        That other user becomes an organization: its credentials and its rights elsewhere end, robots,
        repositories and applications stay. Raises InvalidRequest for the only administrator of an organization.
        """

    async def page(
        self, kind: AccountKind, after: str, limit: int, *, disabled: bool = True, part: str = ""
    ) -> list[Account]:
        """Return at most ``limit`` accounts of a kind by name after ``after``; the disabled ones too, or not.

        Only those with ``part`` in name or e-mail address, without regard to case.
        """

    async def sole_administrator_of(self, account_id: int) -> list[str]:
        """Return the organizations that no other user who can log in administers, by name."""
