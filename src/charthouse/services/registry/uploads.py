"""Uploads: how the bytes of a blob come in, in one request or many, on one worker or several.

A session belongs to the repository and the account that opened it; anyone else gets the answer of a session
that does not exist (CVE-2026-32589). Bytes are hashed as they arrive; the digest is verified before anything is
stored under a key, and the blob is linked only after its bytes are durable.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import uuid
from collections.abc import Sequence

import msgspec

from charthouse.model.digests import CANONICAL, Digest, algorithm_of, hex_of
from charthouse.model.errors import (
    DigestInvalid,
    RangeInvalid,
    RegistryError,
    Unavailable,
    UploadConflict,
    UploadUnknown,
)
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.ports.blobs import BlobStore, BlobWriter
from charthouse.ports.clock import Clock
from charthouse.ports.content import BlobIndex, LinkBlob
from charthouse.ports.hashing import Hasher, HasherFactory
from charthouse.ports.uploads import Upload, Uploads

from .intake import Body, Chunk, Intake, gather
from .writer import Writer

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
SMALL = 512 * 1024  # bytes up to which a whole body is stored in one go


class _Place(msgspec.Struct, frozen=True):
    """Where a blob is to be linked, for whom; ``ending`` is the session that ends with that."""

    actor: Actor
    repository: RepositoryName
    digest: Digest
    ending: str | None = None


class UploadService:
    """Upload sessions and whole uploads."""

    def __init__(
        self,
        sessions: Uploads,
        index: BlobIndex,
        store: BlobStore,
        writer: Writer,
        clock: Clock,
        make_hasher: HasherFactory,
    ) -> None:
        self._sessions = sessions
        self._index = index
        self._store = store
        self._writer = writer
        self._clock = clock
        self._make_hasher = make_hasher

    @property
    def minimum_chunk(self) -> int:
        """Bytes that each chunk but the last must have; 0 when any length will do."""
        return self._store.minimum_chunk

    async def begin(self, actor: Actor, repository: RepositoryName, algorithm: str = CANONICAL) -> Upload:
        """Open a session; raises what ``access`` refuses."""
        await self._writer.target(actor, repository)
        now = self._clock.now_ms()
        upload = Upload(
            upload_id=str(uuid.uuid4()),
            repository=repository,
            account_id=actor.account_id,
            algorithm=algorithm,
            offset=0,
            hash_state=b"",
            store_state=b"",
            started_ms=now,
            touched_ms=now,
        )
        await self._sessions.add(upload)
        return upload

    async def status(self, actor: Actor, repository: RepositoryName, upload_id: str) -> Upload:
        """Return the caller's session; raises UploadUnknown."""
        await self._writer.target(actor, repository)
        upload = await self._sessions.get(upload_id) if _ID.fullmatch(upload_id) else None
        if upload is None or upload.repository != repository or upload.account_id != actor.account_id:
            raise UploadUnknown("no such upload: it ended, expired, or is not yours; start a new one")
        return upload

    async def append(
        self, actor: Actor, repository: RepositoryName, upload_id: str, chunk: Chunk, body: Body
    ) -> Upload:
        """Add a chunk; returns the session as it then stands.

        When the client breaks off, what came in stays, and a later status tells how much.
        Raises RangeInvalid, SizeInvalid, UploadUnknown, UploadConflict, TooLarge.
        """
        upload = await self.status(actor, repository, upload_id)
        _check_start(upload, chunk)
        intake = await self._open(upload)
        try:
            await intake.take(chunk, body)
        except RegistryError:
            await self._close_refused(intake)
            raise
        except BaseException:
            with contextlib.suppress(RegistryError):
                await asyncio.shield(self._advance(upload, intake))
            raise
        return await self._advance(upload, intake)

    async def finish(
        self,
        actor: Actor,
        repository: RepositoryName,
        upload_id: str,
        digest: Digest,
        chunk: Chunk,
        body: Body,
    ) -> None:
        """Add the last bytes, if any, verify ``digest``, and link the blob; the session ends.

        Raises DigestInvalid (nothing is kept) and what ``append`` raises.
        """
        upload = await self.status(actor, repository, upload_id)
        _check_start(upload, chunk)
        place = _Place(actor, repository, digest, ending=upload_id)
        try:
            if upload.offset == 0 and not upload.store_state:
                await self._store_whole(place, chunk, body, upload_id)
            else:
                await self._store_stream(place, chunk, body, await self._open(upload))
        except DigestInvalid:
            await self._sessions.remove(upload_id)
            raise

    async def whole(
        self, actor: Actor, repository: RepositoryName, digest: Digest, chunk: Chunk, body: Body
    ) -> None:
        """Store a blob that comes in one request; raises what ``finish`` raises."""
        await self._writer.target(actor, repository)
        await self._store_whole(_Place(actor, repository, digest), chunk, body, str(uuid.uuid4()))

    async def cancel(self, actor: Actor, repository: RepositoryName, upload_id: str) -> None:
        """End a session and drop its bytes; raises UploadUnknown."""
        upload = await self.status(actor, repository, upload_id)
        if not await self._sessions.remove(upload_id):
            raise UploadUnknown("no such upload: it has just ended")
        await self._store.discard(upload_id, upload.store_state)

    async def end_in_repository(self, repository: RepositoryName) -> None:
        """End every session of a repository that is being deleted."""
        await self._end_all(await self._sessions.in_repository(repository))

    async def end_in_namespace(self, namespace: str) -> None:
        """End every session of the repositories of a namespace that is being deleted."""
        await self._end_all(await self._sessions.in_namespace(namespace))

    async def _end_all(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            # The session first: whoever still writes must fail to advance, not find the bytes gone.
            if await self._sessions.remove(upload.upload_id):
                await self._store.discard(upload.upload_id, upload.store_state)

    # -- bytes ----------------------------------------------------------------------------------------------

    async def _store_whole(self, place: _Place, chunk: Chunk, body: Body, upload_id: str) -> None:
        """Store a body from its first byte: small ones in one go, others as a stream."""
        digest = place.digest
        if chunk.length is not None and chunk.length <= SMALL:
            data = await gather(chunk, body)
            if hashlib.new(algorithm_of(digest), data).hexdigest() != hex_of(digest):
                raise _mismatch(digest)
            key = await self._store.put(digest, data)
            await self._link(place, len(data), key)
            return
        hasher = self._make_hasher(algorithm_of(digest), None)
        writer = await self._store.begin(upload_id)
        await self._store_stream(place, chunk, body, self._intake(writer, hasher, 0))

    async def _store_stream(self, place: _Place, chunk: Chunk, body: Body, intake: Intake) -> None:
        """Store the rest of a body, verify the whole, make it durable, link it."""
        digest = place.digest
        announced = intake.hasher.algorithm == algorithm_of(digest)
        try:
            await intake.take(chunk, body)
        except BaseException:
            await asyncio.shield(self._close_refused(intake))
            raise
        if announced and intake.hasher.hexdigest() != hex_of(digest):
            await intake.writer.abort()
            raise _mismatch(digest)
        try:
            key = await intake.writer.commit(digest)
        except RegistryError:
            await intake.writer.abort()
            raise
        if not announced:
            await self._verify_stored(key, digest)
        await self._link(place, intake.size, key)

    async def _verify_stored(self, key: str, digest: Digest) -> None:
        """Read a stored object again: its digest's algorithm was not announced when the upload began."""
        hasher = self._make_hasher(algorithm_of(digest), None)
        async for part in self._store.read(key):
            await asyncio.to_thread(hasher.update, part)
        if hasher.hexdigest() != hex_of(digest):
            await self._store.delete(key)
            raise _mismatch(digest)

    async def _link(self, place: _Place, size: int, key: str) -> None:
        """Tell that the repository holds the blob, and at the same time end the session it came by.

        Rights are asked for again: a body may have taken hours. What began in a repository that has been deleted
        since does not make it anew. A session that outlives its blob by a failure is
        dropped as stale.
        """
        try:
            now = self._clock.now_ms()
            target = await self._writer.target(place.actor, place.repository)
            if target.create:
                await self._refuse_ended(place.ending)
            ended = asyncio.ensure_future(self._end(place.ending))
            command = LinkBlob(
                target=target,
                digest=place.digest,
                size=size,
                key=key,
                keep_until_ms=now + self._writer.rules.grace_ms,
                now_ms=now,
            )
            kept = await self._index.link(command)
            while kept != key and not await self._is_whole(kept, size):
                await self._index.lose(command.digest, kept)  # these bytes repair it
                kept = await self._index.link(command)
            await ended
        except Unavailable:
            raise  # the link may have been made all the same; if not, collection finds the object
        except RegistryError:
            await self._end(place.ending)
            with contextlib.suppress(RegistryError):
                await self._store.delete(key)
            raise
        if kept != key:
            await self._store.delete(key)

    async def _is_whole(self, key: str, size: int) -> bool:
        stored = await self._store.stat(key)
        return stored is not None and stored.size == size

    async def _refuse_ended(self, upload_id: str | None) -> None:
        """Raise UploadUnknown when the session is gone: the repository was deleted while the body came in."""
        if upload_id is not None and await self._sessions.get(upload_id) is None:
            raise UploadUnknown("this upload has ended with its repository: start a new one")

    async def _end(self, upload_id: str | None) -> None:
        if upload_id is not None:
            with contextlib.suppress(RegistryError):
                await self._sessions.remove(upload_id)

    # -- sessions -------------------------------------------------------------------------------------------

    async def _open(self, upload: Upload) -> Intake:
        try:
            hasher = self._make_hasher(upload.algorithm, upload.hash_state or None)
        except ValueError:
            raise UploadUnknown("this upload cannot go on: start a new one") from None
        if upload.offset == 0 and not upload.store_state:
            writer = await self._store.begin(upload.upload_id)
        else:
            try:
                writer = await self._store.resume(upload.upload_id, upload.store_state, upload.offset)
            except UploadUnknown:  # a crash or a full disk took its bytes: from now on its status says so
                await self._sessions.remove(upload.upload_id)
                raise
        return self._intake(writer, hasher, upload.offset)

    def _intake(self, writer: BlobWriter, hasher: Hasher, offset: int) -> Intake:
        return Intake(writer, hasher, offset, self._writer.rules.maximum_blob)

    async def _advance(self, upload: Upload, intake: Intake) -> Upload:
        state = await intake.writer.suspend()
        advanced = msgspec.structs.replace(
            upload,
            offset=intake.size,
            hash_state=intake.hasher.state(),
            store_state=state,
            touched_ms=self._clock.now_ms(),
        )
        if not await self._sessions.advance(advanced, upload.offset):
            raise UploadConflict("another request has moved this upload on: ask for its status")
        return advanced

    async def _close_refused(self, intake: Intake) -> None:
        """Go back to where the session stood: bytes beyond its offset are dropped, now or at the next resume."""
        with contextlib.suppress(RegistryError):
            if intake.start == 0:
                await intake.writer.abort()
            else:
                await intake.writer.suspend()


def _check_start(upload: Upload, chunk: Chunk) -> None:
    if chunk.start is not None and chunk.start != upload.offset:
        raise RangeInvalid(f"the next byte of this upload is {upload.offset}", upload.offset)


def _mismatch(digest: Digest) -> DigestInvalid:
    return DigestInvalid(f"the bytes received do not have the digest {digest}", {"digest": digest})
