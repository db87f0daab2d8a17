"""Tags of a repository as its people see and change them: list and history, dates, time machine, protection."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.errors import Denied, InvalidRequest, ManifestUnknown
from charthouse.model.labels import Wishes
from charthouse.model.names import Tag
from charthouse.model.permissions import Role
from charthouse.ports.clock import Clock
from charthouse.ports.content import Manifests
from charthouse.ports.tags import ChangeTag, ForgetTag, RestoreTag, TagLife, TagQuery, Tags, TagTerms
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.access.repositories import refuse_unless_normal

LARGEST_PAGE = 100


class TagRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides about tags, in milliseconds. ``immutable``: tags can be made so."""

    window_ms: int
    least_ms: int
    most_ms: int
    immutable: bool
    can_expire: bool

    def terms(self, wishes: Wishes, now_ms: int) -> TagTerms:
        """Return on which terms a tag is pushed under which an image with these labels stands."""
        expires_ms = None
        if wishes.expires_after_s is not None:
            expires_ms = now_ms + min(max(wishes.expires_after_s * 1000, self.least_ms), self.most_ms)
        return TagTerms(expires_ms, wishes.immutable and self.immutable, self.immutable, self.can_expire)


class TagService:
    """Reads and changes tags, for those who hold a permit."""

    def __init__(self, tags: Tags, manifests: Manifests, clock: Clock, rules: TagRules) -> None:
        self._tags = tags
        self._manifests = manifests
        self._clock = clock
        self.rules = rules

    async def lives(
        self,
        permit: RepositoryPermit,
        *,
        live: bool = False,
        name: str = "",
        part: str = "",
        page: int = 1,
        limit: int = 50,
    ) -> tuple[list[TagLife], bool]:
        """Return a page of lives of tags, newest first, and whether there are more."""
        limit = min(limit, LARGEST_PAGE)
        if not (name + part).isascii():
            return [], False  # no tag is called so, and not every database can compare it
        query = TagQuery(
            repository_id=permit.repository_id,
            now_ms=self._clock.now_ms(),
            live=live,
            name=name,
            part=part,
            offset=(page - 1) * limit,
            limit=limit + 1,
        )
        found = await self._tags.lives(query)
        return found[:limit], len(found) > limit

    async def live(self, permit: RepositoryPermit, name: str) -> TagLife:
        """Return a tag; raises ManifestUnknown."""
        found, _ = await self.lives(permit, live=True, name=name, limit=1)
        if not found:
            raise _unknown(name)
        return found[0]

    async def change(
        self,
        permit: RepositoryPermit,
        name: Tag,
        *,
        digest: Digest | None = None,
        expires_ms: int | msgspec.UnsetType | None = msgspec.UNSET,
        immutable: bool | None = None,
    ) -> None:
        """Move, date or protect a tag. ``digest`` makes it where it is not there.

        Raises ManifestUnknown, InvalidRequest for a date that is past, TagImmutable, RepositoryReadOnly, and Denied for
        whoever takes the protection away without administering the repository.
        """
        refuse_unless_normal(permit.access, permit.repository)
        now = self._clock.now_ms()
        if isinstance(expires_ms, int) and expires_ms <= now:
            raise InvalidRequest("Invalid expiration date: it must lie in the future")
        if immutable and not self.rules.immutable:
            raise InvalidRequest("this registry has no immutable tags: FEATURE_IMMUTABLE_TAGS is off")
        if immutable is False and permit.role < Role.ADMIN:
            raise Denied("only administrators of the repository make a tag mutable again")
        command = ChangeTag(
            repository_id=permit.repository_id,
            name=name,
            now_ms=now,
            digest=digest,
            expires_ms=expires_ms,
            immutable=immutable,
            least_ms=self.rules.least_ms,
            most_ms=self.rules.most_ms,
            terms=self._terms(),
        )
        await self._tags.change(command)

    async def delete(self, permit: RepositoryPermit, name: Tag) -> None:
        """Hide a tag; raises ManifestUnknown, TagImmutable, RepositoryReadOnly."""
        refuse_unless_normal(permit.access, permit.repository)
        if not await self._manifests.delete_tag(permit.repository_id, name, self._clock.now_ms()):
            raise _unknown(name)

    async def restore(self, permit: RepositoryPermit, name: Tag, digest: Digest) -> None:
        """Bring back what a tag pointed at; raises what ``ports.tags.Tags.restore`` does."""
        refuse_unless_normal(permit.access, permit.repository)
        command = RestoreTag(
            repository_id=permit.repository_id,
            name=name,
            digest=digest,
            window_ms=self.rules.window_ms,
            now_ms=self._clock.now_ms(),
            terms=self._terms(),
        )
        await self._tags.restore(command)

    async def forget(self, permit: RepositoryPermit, name: Tag, digest: Digest | None, *, live: bool) -> None:
        """Delete a tag past the time machine; raises ManifestUnknown, TagImmutable, RepositoryReadOnly."""
        refuse_unless_normal(permit.access, permit.repository)
        command = ForgetTag(permit.repository_id, name, digest, live, self._clock.now_ms())
        await self._tags.forget(command)

    def _terms(self) -> TagTerms:
        return TagTerms(policies=self.rules.immutable, can_expire=self.rules.can_expire)


def _unknown(name: str) -> ManifestUnknown:
    return ManifestUnknown(f"there is no tag {name}", {"reference": name})
