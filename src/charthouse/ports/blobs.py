"""Where the bytes of blobs lie. Knows neither repositories nor permissions; names objects by opaque keys.

An object is written once and never changed: a key is chosen by the engine, used for one upload only, and mapped
to a digest by the metadata store alone. So deleting a key can never hit bytes that another push has just stored.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from charthouse.model.digests import Digest

from .hashing import Hasher


class StoredObject(msgspec.Struct, frozen=True):
    """One object as the engine lists it. ``size`` in bytes, ``modified_ms`` since the epoch."""

    key: str
    size: int
    modified_ms: int


class BlobWriter(Protocol):
    """One upload, open for appending by one request. Ends with exactly one of suspend, commit, abort.

    Errors: StorageFull when no space is left, Unavailable when the store does not answer. After an error the
    caller aborts; nothing of the object is ever visible under a key before ``commit`` returned.
    """

    async def append(self, data: bytes | bytearray | memoryview, hasher: Hasher) -> None:
        """Store ``data`` after what is there and feed it to ``hasher``, off the event loop.

        On return both have happened. ``data`` may be reused by the caller afterwards.
        """

    async def suspend(self) -> bytes:
        """Keep what was appended, for another request (of any replica) to resume; returns the engine's state."""

    async def commit(self, digest: Digest) -> str:
        """Make the object whole and durable (it survives a power cut on return); returns its key.

        The caller has verified the digest; the engine may use it to name the object.
        """

    async def abort(self) -> None:
        """Drop everything of this upload. Never raises for what is already gone."""


class BlobStore(Protocol):
    """An engine that keeps objects. Every method may raise Unavailable."""

    @property
    def minimum_chunk(self) -> int:
        """Bytes that each chunk but the last must have (OCI-Chunk-Min-Length); 0 when any length will do."""

    async def open(self) -> None:
        """Connect, and make directories or check the bucket; raises Unavailable with what to do."""

    async def close(self) -> None:
        """Release connections and threads."""

    async def check(self) -> None:
        """Raise Unavailable unless objects can be written and read at this moment, as far as a look tells."""

    async def begin(self, upload_id: str) -> BlobWriter:
        """Open an upload at no bytes. ``upload_id`` is unique and made of letters, digits and ``-``.

        What a crashed attempt left under this id is dropped, now or by ``discard``. Raises UploadConflict when
        another request has it open, as far as the engine can lock.
        """

    async def resume(self, upload_id: str, state: bytes, offset: int) -> BlobWriter:
        """Reopen an upload as ``suspend`` left it when it returned ``state``, at ``offset`` bytes.

        Whatever was stored since then is dropped: a request whose answer was lost may be sent again. Raises
        UploadUnknown when its bytes are gone, UploadConflict when another request has it open and the engine
        can lock. Where it cannot, two requests never mix: the commit of one of them raises UploadUnknown.
        """

    async def discard(self, upload_id: str, state: bytes) -> None:
        """Drop a suspended upload; returns quietly when it is not there."""

    async def put(self, digest: Digest, data: bytes | bytearray | memoryview) -> str:
        """Store a small object whole, durable on return; returns its key. The caller verified the digest."""

    def path(self, key: str) -> str | None:
        """Return the file that holds ``key`` when the server can send it without copying, else None."""

    async def link(self, key: str, seconds: int) -> str | None:
        """Return an address at which anyone can read ``key`` for ``seconds``, or None when there is none."""

    def read(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from ``start`` up to, not including, ``stop``; raises BlobUnknown when gone.

        ``start`` is not after ``stop`` and lies within the object, unless the range is empty. The error comes
        before the first bytes.
        """

    async def stat(self, key: str) -> StoredObject | None:
        """Return the object, or None when it is not there."""

    async def delete(self, key: str) -> None:
        """Remove the object; quiet when it is not there."""

    async def quarantine(self, key: str) -> None:
        """Move an object that no longer matches its digest aside, out of reach but kept for inspection.

        Quiet when it is not there.
        """

    def objects(self) -> AsyncIterator[StoredObject]:
        """Yield every committed object, in no order."""

    def uploads(self) -> AsyncIterator[StoredObject]:
        """Yield what unfinished uploads hold (key: the upload's id), so that the abandoned can be dropped.

        To drop one whose state is lost, ``discard`` it with an empty state.
        """
