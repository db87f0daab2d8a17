"""The purge: takes what deleted repositories and accounts leave behind, in small steps beside pushes and pulls.

Deleting is one command, after which nothing is reachable; here the rows go. Blobs that no other repository holds
are then collection's. A crash leaves the rest to the next run.
"""

from __future__ import annotations

import msgspec

from charthouse.ports.clock import Clock
from charthouse.ports.purge import Purge

from .collection import STEP, all_of


class Purged(msgspec.Struct, frozen=True, kw_only=True):
    """What a purge took."""

    repositories: int = 0
    accounts: int = 0
    tags: int = 0
    manifests: int = 0
    links: int = 0


class Purger:
    """Runs purges. Any number may run at once, on any replica."""

    def __init__(self, index: Purge, clock: Clock) -> None:
        self._index = index
        self._clock = clock

    async def purge(self) -> Purged:
        """Take all that is deleted; raises Unavailable or StorageFull, and the next run goes on from there."""
        done = Purged()
        while found := await self._index.repositories(STEP):
            for repository_id in found:
                done = await self._repository(repository_id, done)
        accounts = 0
        while gone := await self._index.accounts(STEP):
            for account_id in gone:
                await self._index.drop_account(account_id)
            accounts += len(gone)
        return msgspec.structs.replace(done, accounts=accounts)

    async def _repository(self, repository_id: int, done: Purged) -> Purged:
        tags = manifests = links = 0

        async def take() -> int:
            nonlocal tags, manifests, links
            taken = await self._index.take(repository_id, self._clock.now_ms(), STEP)
            tags, manifests, links = tags + taken.tags, manifests + taken.manifests, links + taken.links
            return taken.tags + taken.manifests + taken.links

        await all_of(take)
        await self._index.drop_repository(repository_id)
        return msgspec.structs.replace(
            done,
            repositories=done.repositories + 1,
            tags=done.tags + tags,
            manifests=done.manifests + manifests,
            links=done.links + links,
        )
