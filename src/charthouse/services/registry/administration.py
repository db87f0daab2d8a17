"""Changing a repository itself, rather than what it holds."""

from __future__ import annotations

from charthouse.ports.content import Repositories
from charthouse.services.access.permits import RepositoryPermit

from .uploads import UploadService


class Administration:
    """What the administrators of a repository may do to it."""

    def __init__(self, repositories: Repositories, uploads: UploadService) -> None:
        self._repositories = repositories
        self._uploads = uploads

    async def set_visibility(self, permit: RepositoryPermit, public: bool) -> None:
        """Make a repository public or private."""
        await self._repositories.set_visibility(permit.repository_id, public)

    async def delete(self, permit: RepositoryPermit) -> None:
        """Delete a repository: unreachable at once, its name free, its uploads ended; a purge takes the rest."""
        # Before, so that a crash leaves no session to a name that is free; after, for those begun meanwhile.
        await self._uploads.end_in_repository(permit.repository)
        if await self._repositories.delete(permit.repository_id):
            await self._uploads.end_in_repository(permit.repository)
