"""Tags, labels and policies: each method hands one command or question to an Executor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charthouse.model.digests import Digest
from charthouse.model.labels import Label
from charthouse.model.names import Tag
from charthouse.ports.immutability import Owner, Policy
from charthouse.ports.labels import AddLabel
from charthouse.ports.tag_lists import ManifestFacts, TagEvent, TagEventQuery, TagListQuery
from charthouse.ports.tags import ChangeTag, ForgetTag, RestoreTag, TagLife, TagQuery

from . import commands
from .executor import Executor


class StoredTags:
    """Tags and their history, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def lives(self, query: TagQuery) -> list[TagLife]:
        """Return a page of lives."""
        return await self._content.scan(commands.tag_lives.lives, query)

    async def change(self, command: ChangeTag) -> None:
        """Change a tag."""
        await self._content.write(commands.tags.change, command)

    async def restore(self, command: RestoreTag) -> bool:
        """Bring a tag back."""
        return await self._content.write(commands.restoring.restore, command)

    async def forget(self, command: ForgetTag) -> None:
        """Delete a tag past the time machine."""
        await self._content.write(commands.tags.forget, command)


class StoredTagLists:
    """Lists of tags, read from tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def page(self, query: TagListQuery) -> list[TagLife]:
        """Return a page of live tags."""
        return await self._content.scan(commands.tag_lists.page, query)

    async def names(self, query: TagListQuery) -> list[Tag]:
        """Return names of live tags."""
        return await self._content.scan(commands.tag_lists.names, query)

    async def named(self, repository_id: int, names: Sequence[str], now_ms: int) -> list[TagLife]:
        """Return those names that are live tags."""
        return await self._content.read(commands.tag_lists.named, repository_id, names, now_ms)

    async def signatures(self, repository_id: int, now_ms: int, most: int) -> int:
        """Count the tags of signatures."""
        return await self._content.scan(commands.tag_lists.signatures, repository_id, now_ms, most)

    async def facts(
        self, repository_id: int, digests: Sequence[str], now_ms: int
    ) -> Mapping[str, ManifestFacts]:
        """Return what is known of manifests."""
        return await self._content.scan(commands.tag_lists.facts, repository_id, digests, now_ms)

    async def tags_of(self, repository_id: int, digest: str, now_ms: int, limit: int) -> list[Tag]:
        """Return tags that point at a manifest."""
        return await self._content.read(commands.tag_lists.tags_of, repository_id, digest, now_ms, limit)

    async def held_by(self, repository_id: int, digest: str, now_ms: int, limit: int) -> list[Tag]:
        """Return tags of the indexes that list a manifest."""
        return await self._content.read(commands.tag_lists.held_by, repository_id, digest, now_ms, limit)

    async def events(self, query: TagEventQuery) -> list[TagEvent]:
        """Return a page of what happened."""
        return await self._content.scan(commands.tag_events.events, query)

    async def last_held(self, repository_id: int, digests: Sequence[str], now_ms: int) -> Mapping[str, int]:
        """Return when tags stopped pointing at manifests."""
        return await self._content.read(commands.tag_events.last_held, repository_id, digests, now_ms)


class StoredLabels:
    """Labels, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, command: AddLabel) -> None:
        """Give a label to a manifest."""
        await self._content.write(commands.labels.add, command)

    async def all(self, repository_id: int, digest: Digest) -> list[Label]:
        """Return the labels of a manifest."""
        return await self._content.read(commands.labels.labels, repository_id, digest)

    async def remove(self, repository_id: int, digest: Digest, label_id: str) -> Label | None:
        """Take a label away."""
        return await self._content.write(commands.labels.remove, repository_id, digest, label_id)


class StoredImmutabilityPolicies:
    """Policies, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, owner: Owner, policy: Policy) -> None:
        """Keep a policy."""
        await self._content.write(commands.immutability.add, owner, policy)

    async def change(self, owner: Owner, policy: Policy) -> bool:
        """Replace a policy."""
        return await self._content.write(commands.immutability.change, owner, policy)

    async def remove(self, owner: Owner, uuid: str) -> bool:
        """Forget a policy."""
        return await self._content.write(commands.immutability.remove, owner, uuid)

    async def all(self, owner: Owner) -> list[Policy]:
        """Return the owner's policies."""
        return await self._content.read(commands.immutability.policies, owner)

    async def get(self, owner: Owner, uuid: str) -> Policy | None:
        """Return one of them."""
        return await self._content.read(commands.immutability.get, owner, uuid)

    async def repositories(self, owner: Owner, after_id: int, limit: int) -> list[int]:
        """Return repositories under the owner's policies."""
        return await self._content.scan(commands.immutability.repositories, owner, after_id, limit)

    async def apply(self, repository_id: int, after: str, limit: int, *, can_expire: bool) -> str | None:
        """Make older tags immutable."""
        return await self._content.write(
            commands.immutability.apply, repository_id, after, limit, can_expire=can_expire
        )
