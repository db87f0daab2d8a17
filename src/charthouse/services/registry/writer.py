"""Changing what repositories hold: manifests, tags, blobs. Uploads are in ``uploads``."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from charthouse.model.digests import Digest, algorithm_of, digest_of
from charthouse.model.errors import (
    BlobUnknown,
    DigestInvalid,
    ManifestUnknown,
    NameInvalid,
    NameUnknown,
    TooLarge,
    Unauthorized,
)
from charthouse.model.labels import NO_WISHES
from charthouse.model.manifests import Manifest, read_manifest
from charthouse.model.names import RepositoryName, Tag, is_digest
from charthouse.model.permissions import Actor, Role
from charthouse.model.scopes import repository_role
from charthouse.ports.clock import Clock
from charthouse.ports.content import MountBlob, PutManifest, Target
from charthouse.ports.metadata import Metadata
from charthouse.services.access.repositories import require_write
from charthouse.services.charts.intake import ChartIntake

from .caches import CachedBlob
from .image_configs import ImageConfigs
from .reader import Reader
from .tags import TagRules

READ_AT_ONCE = 64 * 1024
"""Bytes of a manifest up to which it is read on the event loop: a large one may take a second."""


class WriteRules(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides about pushes. Sizes in bytes, times in milliseconds."""

    sparse: bool
    extended_names: bool = True
    create_private: bool
    maximum_manifest: int
    maximum_blob: int
    grace_ms: int

    def require_name(self, repository: RepositoryName) -> None:
        """Return when a repository of this name may be made; raises NameInvalid."""
        if not self.extended_names and repository.count("/") > 1:
            raise NameInvalid(
                "here a repository is named namespace/name, without a further slash",
                {"name": repository[:200]},
            )


class StoredManifest(msgspec.Struct, frozen=True):
    """What a push of a manifest stored; ``told`` is what whoever pushed should know of it."""

    digest: Digest
    manifest: Manifest
    tags: tuple[Tag, ...]
    told: tuple[str, ...] = ()


class Writer:
    """Changes content on behalf of a caller."""

    def __init__(
        self,
        metadata: Metadata,
        reader: Reader,
        configs: ImageConfigs,
        charts: ChartIntake,
        clock: Clock,
        rules: WriteRules,
        tag_rules: TagRules,
    ) -> None:
        self._metadata = metadata
        self._reader = reader
        self._configs = configs
        self._charts = charts
        self._clock = clock
        self.rules = rules
        self._tag_rules = tag_rules

    async def target(self, actor: Actor, repository: RepositoryName) -> Target:
        """Return where ``actor`` may write; raises what ``access`` refuses."""
        access = await self._reader.access(actor.account_id, repository)
        create = require_write(actor, access, repository)
        if create:
            self.rules.require_name(repository)
        return Target(
            repository,
            actor.account_id,
            create=create,
            public=not self.rules.create_private,
            repository_id=access.repository_id,
            found=access.vacant,
        )

    async def put_manifest(
        self,
        actor: Actor,
        repository: RepositoryName,
        reference: Tag | Digest,
        extra_tags: tuple[Tag, ...],
        content: bytes,
        content_type: str | None,
        *,
        expected: Digest | Literal[""] | None = None,
    ) -> StoredManifest:
        """Store ``content`` under its digest and point the tags at it, which must point at what is ``expected`` so far.

        Raises ManifestInvalid, DigestInvalid, ManifestBlobUnknown, TooLarge, TagImmutable, TagTaken, or what ``access``
        refuses. ``expected``: see ``PutManifest``.
        """
        target = await self.target(actor, repository)
        if len(content) > self.rules.maximum_manifest:
            raise TooLarge(f"a manifest may have at most {self.rules.maximum_manifest} bytes")
        if len(content) <= READ_AT_ONCE:
            manifest = read_manifest(content, content_type)
        else:
            manifest = await asyncio.to_thread(read_manifest, content, content_type)
        if is_digest(reference):
            digest = digest_of(content, algorithm_of(Digest(reference)))
            tags = extra_tags
            if digest != reference:
                raise DigestInvalid(f"these bytes have the digest {digest}", {"digest": digest})
        else:
            digest = digest_of(content)
            tags = (Tag(reference), *extra_tags)
        tags = tuple(dict.fromkeys(tags))
        wishes = await self._configs.wishes(actor, repository, manifest) if tags else NO_WISHES
        admission = await self._charts.admit(actor, repository, manifest, content)
        now = self._clock.now_ms()
        await self._metadata.manifests.put(
            PutManifest(
                target=target,
                digest=digest,
                content=content,
                manifest=manifest,
                tags=tags,
                sparse=self.rules.sparse,
                now_ms=now,
                terms=self._tag_rules.terms(wishes, now),
                expected=expected,
                chart=admission.facts,
            )
        )
        return StoredManifest(digest, manifest, tags, admission.told)

    async def delete_manifest(
        self, actor: Actor, repository: RepositoryName, reference: Tag | Digest
    ) -> None:
        """Delete a tag, or a manifest with all its tags, at once; raises ManifestUnknown, TagImmutable."""
        repository_id = await self.existing(actor, repository)
        now = self._clock.now_ms()
        if is_digest(reference):
            done = await self._metadata.manifests.delete_manifest(repository_id, reference, now)
        else:
            done = await self._metadata.manifests.delete_tag(repository_id, reference, now)
        if not done:
            raise ManifestUnknown(f"{repository} has no {reference}", {"reference": reference})

    async def delete_blob(self, actor: Actor, repository: RepositoryName, digest: Digest) -> None:
        """Take a blob from a repository, at once; raises BlobUnknown, or Conflict when it is needed."""
        repository_id = await self.existing(actor, repository)
        if not await self._metadata.blobs.unlink(repository_id, digest):
            raise BlobUnknown(f"{repository} holds no blob {digest}", {"digest": digest})

    async def keep_blob(self, entry: CachedBlob) -> None:
        """Keep a blob from collection for the whole grace period from now.

        Written ahead by a quarter, so that a busy blob is not written at every HEAD. Raises BlobUnknown.
        """
        row = entry.row
        now, grace = self._clock.now_ms(), self.rules.grace_ms
        if row.kept_until_ms >= now + grace:
            return
        until = now + grace + grace // 4
        if not await self._metadata.blobs.keep(entry.repository_id, row.digest, until):
            raise BlobUnknown(f"no blob {row.digest}", {"digest": row.digest})
        entry.row = msgspec.structs.replace(row, kept_until_ms=until)

    async def mount(
        self, actor: Actor, repository: RepositoryName, digest: Digest, source: RepositoryName | None
    ) -> bool:
        """Let ``repository`` hold a blob that the caller can read elsewhere; False when there is none.

        Without ``source`` it may be wherever the caller can read. Raises Unauthorized when the credential was
        not asked to cover the source, whether that exists or not.
        """
        target = await self.target(actor, repository)
        now = self._clock.now_ms()
        for name in _sources(actor, source):
            command = MountBlob(
                target=target,
                digest=digest,
                source=name,
                keep_until_ms=now + self.rules.grace_ms,
                now_ms=now,
            )
            if await self._metadata.blobs.mount(command):
                return True
        return False

    async def existing(self, actor: Actor, repository: RepositoryName) -> int:
        """Return the key of a repository that ``actor`` may write to; raises NameUnknown or what ``access`` refuses."""
        access = await self._reader.access(actor.account_id, repository)
        if require_write(actor, access, repository):
            raise NameUnknown(f"there is no repository {repository}")
        return access.repository_id


def _sources(actor: Actor, source: RepositoryName | None) -> list[RepositoryName | None]:
    """Return where to look for a blob to mount (None: wherever the account may read).

    A credential narrowed to some repositories mounts only from those that it covers.
    """
    if actor.scopes is not None:
        return [source] if repository_role(actor.scopes) >= Role.READ else []
    if actor.limits is None:
        return [source]
    if source is None:
        return [RepositoryName(name) for name, role in actor.limits.items() if role >= Role.READ]
    if source not in actor.limits:
        raise Unauthorized(f"to mount from {source}, ask for a token that covers it")
    return [source] if actor.limits[source] >= Role.READ else []
