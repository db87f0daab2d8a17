"""Making and changing a repository itself, rather than what it holds."""

from __future__ import annotations

from charthouse.model.errors import AlreadyExists, InvalidRequest, NameInvalid, NameUnknown
from charthouse.model.permissions import RepositoryState
from charthouse.ports.clock import Clock
from charthouse.ports.content import Repositories, Target
from charthouse.services.access.permits import CreationPermit, RepositoryPermit

from .uploads import UploadService
from .writer import WriteRules

LONGEST_DESCRIPTION = 64 * 1024
"""Characters: a page of Markdown, not a store of its own."""

_TAKEN = "Repository already exists"


class Administration:
    """What may be done to a repository."""

    def __init__(
        self, repositories: Repositories, uploads: UploadService, clock: Clock, rules: WriteRules
    ) -> None:
        self._repositories = repositories
        self._uploads = uploads
        self._clock = clock
        self._rules = rules

    async def create(self, permit: CreationPermit, description: str, *, public: bool) -> None:
        """Make an empty repository that the caller administers; raises AlreadyExists and InvalidRequest."""
        _check(description)
        try:
            self._rules.require_name(permit.repository)
        except NameInvalid as error:
            raise InvalidRequest(f"Invalid repository name: {error.message}") from None
        target = Target(permit.repository, permit.actor.account_id, create=True, public=public)
        try:
            await self._repositories.create(target, description, self._clock.now_ms())
        except AlreadyExists:
            raise AlreadyExists(_TAKEN) from None
        except NameUnknown:  # the namespace has been deleted at this moment
            raise InvalidRequest(f"there is no namespace for {permit.repository}") from None

    async def describe(self, permit: RepositoryPermit, description: str) -> None:
        """Replace the description; raises InvalidRequest for one that is too long."""
        _check(description)
        await self._repositories.set_description(permit.repository_id, description)

    async def set_visibility(self, permit: RepositoryPermit, public: bool) -> None:
        """Make a repository public or private."""
        await self._repositories.set_visibility(permit.repository_id, public)

    async def set_state(self, permit: RepositoryPermit, state: RepositoryState) -> None:
        """Say what may be done to the content; raises InvalidRequest for a state that nothing leads to."""
        if state is RepositoryState.MIRROR:
            raise InvalidRequest("repositories are not mirrored: there are the states NORMAL and READ_ONLY")
        await self._repositories.set_state(permit.repository_id, state)

    async def delete(self, permit: RepositoryPermit) -> None:
        """Delete a repository: unreachable at once, its name free, its uploads ended; a purge takes the rest."""
        # Before, so that a crash leaves no session to a name that is free; after, for those begun meanwhile.
        await self._uploads.end_in_repository(permit.repository)
        if await self._repositories.delete(permit.repository_id):
            await self._uploads.end_in_repository(permit.repository)


def _check(description: str) -> None:
    if len(description) > LONGEST_DESCRIPTION:
        raise InvalidRequest(f"a description may have at most {LONGEST_DESCRIPTION} characters")
    if "\0" in description:
        raise InvalidRequest("a description is text: it has no NUL character")
