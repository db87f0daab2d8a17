"""Reading: manifests, blobs, tags, referrers, the catalog, each only as far as the caller may see.

With an embedded metadata engine a read is synchronous from end to end and answered from memory when it can be;
with a server database it is one query, and only bytes that never change come from memory.
"""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest, algorithm_of, hex_of, parse_digest
from charthouse.model.errors import BlobUnknown, ManifestUnknown, Unauthorized
from charthouse.model.manifests import ManifestDocument
from charthouse.model.names import RepositoryName, is_digest
from charthouse.model.permissions import Access, Actor, ActorKind, Role, Standing
from charthouse.ports.clock import Clock
from charthouse.ports.content import Referrer, ReferrerPage, Referrers, TagTarget
from charthouse.ports.metadata import Metadata
from charthouse.ports.reads import ManifestRow
from charthouse.services.access.repositories import NOTHING, awaits_first_push, may_list, require_read

from .caches import CachedBlob, CachedManifest, Caches
from .pulls import PullCounter

REFERRERS_ROOM = 4 * 1024**2
"""Bytes of the manifests that one page of referrers tells of, which bounds what their annotations take."""


class Reader:
    """Answers reads. One a process; not for several threads."""

    def __init__(
        self,
        metadata: Metadata,
        caches: Caches,
        pulls: PullCounter,
        clock: Clock,
        *,
        anonymous: bool = True,
        public_catalog: bool = False,
        founding: bool = False,
    ) -> None:
        """Without ``anonymous`` nothing is read without a login, public or not.

        ``public_catalog``: the catalog lists public repositories, and to everybody. ``founding``: who pushes to a
        namespace that is not there makes it.
        """
        self._metadata = metadata
        self._inline = metadata.inline
        self._caches = caches
        self._pulls = pulls
        self._clock = clock
        self._anonymous = anonymous
        self._public_catalog = public_catalog
        self._founding = founding

    def peek(self, actor: Actor, repository: str, reference: str) -> CachedManifest | None:
        """Return a manifest from memory when the caller may read it, else None: then ask ``manifest``.

        The hot path: no waiting, no errors, no query unless something changed. Whoever serves it counts the pull.
        """
        inline = self._inline
        if inline is None or self._pulls.strict:
            return None
        changes = inline.changes()
        if changes:
            self._caches.apply(changes)
        access = self._caches.access.get((actor.account_id, repository))
        if access is None or access.epoch != actor.epoch or access.role < Role.READ:
            return None
        limits = actor.limits
        if limits is not None:
            if limits.get(repository, Role.NONE) < Role.READ:
                return None
        elif actor.scopes is not None:
            return None
        return self._caches.manifests.get((access.repository_id, reference))

    def catch_up(self) -> bool:
        """Let all that remember something forget what others have changed; False: the engine cannot tell.

        Raises Unavailable. Whoever remembers what the store says calls this before each use.
        """
        if self._inline is None:
            return False
        changes = self._inline.changes()
        if changes:
            self._caches.apply(changes)
        return True

    def note_pull(self, entry: CachedManifest, reference: str, *, head: bool) -> None:
        """Count a manifest that was served from memory."""
        if self._pulls.counting:
            self._pulls.note(entry.repository_id, reference, "" if head else entry.digest)

    async def count_pull(self, entry: CachedManifest, reference: str, *, head: bool) -> None:
        """Count a manifest that is about to be served; in strict mode this is written when it returns."""
        if self._pulls.strict:
            await self._pulls.write_now(entry.repository_id, reference, "" if head else entry.digest)
        else:
            self.note_pull(entry, reference, head=head)

    async def access(self, account_id: int, repository: str) -> Access:
        """Return what the account may do at this name, from the store or a cache that is exact."""
        if account_id == 0 and not self._anonymous:
            return NOTHING
        if self._inline is None:
            assert self._metadata.remote is not None  # noqa: S101 -- the port promises one of the two
            access = await self._metadata.remote.access(account_id, repository)
        else:
            access = self._inline_access(account_id, repository)
        if self._founding and access.vacant and account_id:
            return msgspec.structs.replace(access, can_create=True)
        return access

    async def is_current(self, actor: Actor) -> bool:
        """Tell whether the credential holds: not once its account was changed or disabled."""
        return (await self.access(actor.account_id, "")).epoch == actor.epoch

    async def require_current(self, actor: Actor) -> None:
        """Return while the credential holds; raises Unauthorized once its account changed or was disabled."""
        if not await self.is_current(actor):
            raise Unauthorized("this credential is no longer valid: log in again")

    async def manifest(self, actor: Actor, repository: RepositoryName, reference: str) -> CachedManifest:
        """Return the manifest that a tag or digest names; raises ManifestUnknown or what ``access`` refuses."""
        self._admit(actor)
        if self._inline is None:
            entry = await self._remote_manifest(actor, repository, reference)
        else:
            access = self._inline_access(actor.account_id, repository)
            require_read(actor, access, repository)
            entry = self._inline_manifest(access.repository_id, reference)
        return entry

    async def blob(self, actor: Actor, repository: RepositoryName, digest: str) -> CachedBlob:
        """Return the blob as the repository holds it; raises BlobUnknown or what ``access`` refuses."""
        self._admit(actor)
        entry = self.peek_blob(actor, repository, digest)
        if entry is not None:
            return entry
        assert self._metadata.remote is not None  # noqa: S101 -- the port promises one of the two
        access, row = await self._metadata.remote.blob(
            actor.account_id, repository, digest, everything=_of_standing(actor)
        )
        require_read(actor, access, repository)
        if row is None:
            raise BlobUnknown(f"{repository} holds no blob {digest}", {"digest": digest})
        return CachedBlob(access.repository_id, row)

    def peek_blob(self, actor: Actor, repository: str, digest: str) -> CachedBlob | None:
        """Return the blob without waiting; None when the store must be asked over the network."""
        if self._inline is None:
            return None
        self._admit(actor)
        access = self._inline_access(actor.account_id, repository)
        require_read(actor, access, repository)
        entry = self._caches.blobs.get((access.repository_id, digest))
        if entry is None:
            row = self._inline.blob(access.repository_id, digest)
            if row is None:
                raise BlobUnknown(f"{repository} holds no blob {digest}", {"digest": digest})
            entry = CachedBlob(access.repository_id, row)
            self._caches.blobs.keep(entry, digest)
        return entry

    async def tags(self, actor: Actor, repository: RepositoryName, after: str, limit: int) -> list[str]:
        """Return at most ``limit`` tags greater than ``after``, ordered by bytes."""
        self._admit(actor)
        if self._inline is not None:
            access = self._inline_access(actor.account_id, repository)
            require_read(actor, access, repository)
            return self._inline.tags(access.repository_id, after, limit, self._clock.now_ms())
        assert self._metadata.remote is not None  # noqa: S101 -- the port promises one of the two
        now = self._clock.now_ms()
        access, names = await self._metadata.remote.tags(
            actor.account_id, repository, after, limit, now, everything=_of_standing(actor)
        )
        require_read(actor, access, repository)
        return names

    async def tag_targets(self, repository_id: int, after: str, limit: int) -> list[TagTarget]:
        """Return at most ``limit`` tags greater than ``after`` with what they point at, to whoever may read them."""
        return await self._metadata.manifests.tag_targets(repository_id, after, limit, self._clock.now_ms())

    async def catalog(self, actor: Actor, after: str, limit: int) -> list[str]:
        """Return at most ``limit`` repositories greater than ``after`` that the caller has a right to.

        Public ones are among them when the catalog is public, as in Quay.
        """
        self._admit(actor)
        if actor.kind is ActorKind.ANONYMOUS and not self._public_catalog:
            raise Unauthorized("the catalog lists what you may read: log in")
        if not may_list(actor):
            raise Unauthorized("this token does not cover the catalog")
        await self.require_current(actor)
        return await self._metadata.repositories.catalog(
            actor.account_id, after, limit, public=self._public_catalog
        )

    async def referrers(
        self,
        actor: Actor,
        repository: RepositoryName,
        subject: Digest,
        *,
        after: str = "",
        artifact_types: tuple[str, ...] = (),
    ) -> ReferrerPage:
        """Return a page of what refers to ``subject``: by its own subject field, by digest, after ``after``.

        The last page also has what an older client's tag lists. Source: OCI Distribution Specification 1.1,
        "Listing Referrers" and "Referrers Tag Schema".
        """
        access = await self.access(actor.account_id, repository)
        if awaits_first_push(actor, access, repository):
            return ReferrerPage([])  # "MUST NOT return a 404", be it before the first push
        require_read(actor, access, repository)
        asked = Referrers(access.repository_id, subject, after, artifact_types, REFERRERS_ROOM)
        page = await self._metadata.manifests.referrers(asked)
        if page.more_after:
            return page
        listed = await self._listed(actor, repository, asked)
        return ReferrerPage([*page.found, *listed])

    async def _listed(self, actor: Actor, repository: RepositoryName, asked: Referrers) -> list[Referrer]:
        """Return what the tag of an older client lists, as far as it is there and no page has it."""
        tag = f"{algorithm_of(asked.subject)}-{hex_of(asked.subject)[:64]}"
        try:
            index = await self.manifest(actor, repository, tag)
        except ManifestUnknown:
            return []
        wanted = asked.artifact_types
        found = [r for r in _entries(index.row.content) if not wanted or r.artifact_type in wanted]
        digests = [referrer.digest for referrer in found]
        listable = await self._metadata.manifests.listable(asked.repository_id, asked.subject, digests)
        return [referrer for referrer in found if referrer.digest in listable]

    def _admit(self, actor: Actor) -> None:
        if actor.kind is ActorKind.ANONYMOUS and not self._anonymous:
            raise Unauthorized("Anonymous access is not allowed: log in")

    def _inline_access(self, account_id: int, repository: str) -> Access:
        assert self._inline is not None  # noqa: S101 -- callers have asked
        self.catch_up()
        access = self._caches.access.get((account_id, repository))
        if access is None:
            access = self._inline.access(account_id, repository)
            self._caches.remember_access(account_id, repository, access)
        return access

    def _inline_manifest(self, repository_id: int, reference: str) -> CachedManifest:
        assert self._inline is not None  # noqa: S101 -- callers have asked
        manifests = self._caches.manifests
        entry = manifests.get((repository_id, reference))
        if entry is None:
            row = self._inline.manifest(repository_id, reference, self._clock.now_ms())
            if row is None:
                raise _unknown(reference)
            entry = manifests.get((repository_id, row.digest)) or CachedManifest(repository_id, row)
            # A tag that has a date is asked for every time: a cache forgets by what is written, not by the clock.
            manifests.keep(entry, reference if row.expires_ms is None else row.digest)
        return entry

    async def _remote_manifest(
        self, actor: Actor, repository: RepositoryName, reference: str
    ) -> CachedManifest:
        remote = self._metadata.remote
        assert remote is not None  # noqa: S101 -- the port promises one of the two
        now = self._clock.now_ms()
        access, head = await remote.manifest(
            actor.account_id, repository, reference, now, everything=_of_standing(actor)
        )
        require_read(actor, access, repository)
        if head is None:
            raise _unknown(reference)
        manifests = self._caches.manifests
        entry = manifests.get((access.repository_id, head.digest))
        if entry is None:
            content = await remote.content(head.manifest_id)
            if content is None:
                raise _unknown(reference)
            row = ManifestRow(head.manifest_id, head.digest, head.media_type, content)
            entry = CachedManifest(access.repository_id, row)
            manifests.keep(entry, head.digest)  # only by digest, whose bytes never change
        return entry


def _of_standing(actor: Actor) -> bool:
    """Tell whether more may be open to the caller than to the account: ``require_read`` decides, with the answer."""
    return actor.standing is not Standing.ORDINARY


def _unknown(reference: str) -> ManifestUnknown:
    kind = "manifest" if is_digest(reference) else "tag"
    return ManifestUnknown(f"no {kind} {reference} in this repository", {"reference": reference})


def _entries(content: bytes) -> list[Referrer]:
    try:
        document = msgspec.json.decode(content, type=ManifestDocument)
    except msgspec.DecodeError:
        return []
    return [
        Referrer(parse_digest(d.digest), d.media_type, d.artifact_type or "", d.size, d.annotations or {})
        for d in document.manifests or []
    ]
