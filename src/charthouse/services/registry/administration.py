"""Changing a repository itself, rather than what it holds."""

from __future__ import annotations

from charthouse.ports.content import Repositories
from charthouse.services.access.permits import RepositoryPermit


class Administration:
    """What the administrators of a repository may do to it."""

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    async def set_visibility(self, permit: RepositoryPermit, public: bool) -> None:
        """Make a repository public or private."""
        await self._repositories.set_visibility(permit.repository_id, public)
