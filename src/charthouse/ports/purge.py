"""What deleted repositories and accounts leave behind: unreachable at once, taken from the tables little by little."""

from __future__ import annotations

from typing import Protocol

from .upkeep import Garbage


class Purge(Protocol):
    """Takes what nobody can reach any more, in small transactions; any call may be the last before a crash.

    The row of a repository or an account goes last, so that the next run goes on where this one ended.
    """

    async def repositories(self, limit: int) -> list[int]:
        """Return deleted repositories that still have a row, the oldest first."""

    async def take(self, repository_id: int, now_ms: int, limit: int) -> Garbage:
        """Take up to ``limit`` manifests (with tags and labels), else hidden tags, else links to blobs.

        Returns what was taken, nothing when nothing is left. A blob that no other repository holds is left to
        collection at once. No change to a repository that is not deleted.
        """

    async def drop_repository(self, repository_id: int) -> None:
        """Forget its counts and its row; no change while it has content, or is not deleted."""

    async def accounts(self, limit: int) -> list[int]:
        """Return deleted accounts that own no repository any more."""

    async def drop_account(self, account_id: int) -> None:
        """Forget its row; no change when it is not deleted, or owns a repository."""
