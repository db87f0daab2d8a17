"""Changing a repository itself, rather than what it holds."""

from __future__ import annotations

from charthouse.model.errors import Denied, NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Access, Actor
from charthouse.ports.content import Repositories
from charthouse.services.access import require_admin

from .reader import Reader


class Administration:
    """What the administrators of a repository may do to it."""

    def __init__(self, repositories: Repositories, reader: Reader) -> None:
        self._repositories = repositories
        self._reader = reader

    async def set_visibility(self, actor: Actor, repository: RepositoryName, public: bool) -> None:
        """Make a repository public or private; raises Unauthorized, Denied or NameUnknown."""
        access = await self._administered(actor, repository)
        await self._repositories.set_visibility(access.repository_id, public)

    async def _administered(self, actor: Actor, repository: RepositoryName) -> Access:
        """Return the access of an administrator.

        What the caller may not see is denied whether or not it is there (Quay); that a repository is missing is
        told only to those who could create it.
        """
        access = await self._reader.access(actor.account_id, repository)
        try:
            require_admin(actor, access, repository)
        except NameUnknown:
            if access.can_create:
                raise
            raise Denied(f"{actor.name} does not administer {repository}: ask for the role admin") from None
        return access
