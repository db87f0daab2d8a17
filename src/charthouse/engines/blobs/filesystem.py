"""Blobs in a directory (Quay's ``LocalStorage``): durable on return, sent by the server without copying.

Layout under ``storage_path``::

    blobs/sha256/ab/<hex>.<random>   objects; the path is the key, random so that no two uploads share one
    uploads/<upload id>              what an unfinished upload has so far
    quarantine/                      objects that no longer match their digest

An object is written, fsynced, renamed into place, and its directory fsynced, in this order: a crash leaves it
whole or not there. All directories are made (and fsynced) by ``open``, so no write has to make one.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

from charthouse.model.digests import ALGORITHMS, Digest, algorithm_of, hex_of
from charthouse.model.errors import BlobUnknown, Unavailable, UploadConflict, UploadUnknown
from charthouse.ports.blobs import StoredObject
from charthouse.ports.hashing import Hasher

from .disk import disk_errors, write_all
from .offloop import Threads

_KEY = re.compile(
    r"blobs/(sha256/([0-9a-f]{2})/\2[0-9a-f]{62}|sha512/([0-9a-f]{2})/\3[0-9a-f]{126})\.[0-9a-f]{16}"
)
_UPLOAD_ID = re.compile(r"[A-Za-z0-9-]{1,128}")

_THREADS = 16
_PIECE = 128 * 1024  # the server holds some twenty of them for a slow reader


class FilesystemBlobs:
    """The engine. One instance a process; any number of processes may share the directory."""

    minimum_chunk = 0

    def __init__(self, storage_path: Path) -> None:
        self._root = storage_path
        self._prefix = f"{storage_path}/"
        self._uploads = storage_path / "uploads"
        self._quarantine = storage_path / "quarantine"
        self._threads = Threads("blobs", _THREADS)

    async def open(self) -> None:
        await self._threads.run(self._make_directories)

    async def close(self) -> None:
        self._threads.close()

    async def check(self) -> None:
        await self._threads.run(self._require_writable)

    async def begin(self, upload_id: str) -> FileWriter:
        path = self._upload_path(upload_id)
        return FileWriter(self, await self._threads.run(_open_upload, path, 0, True), path, self._threads)

    async def resume(self, upload_id: str, state: bytes, offset: int) -> FileWriter:
        path = self._upload_path(upload_id)
        return FileWriter(
            self, await self._threads.run(_open_upload, path, offset, False), path, self._threads
        )

    async def discard(self, upload_id: str, state: bytes) -> None:
        if _UPLOAD_ID.fullmatch(upload_id):
            await self._threads.run(_remove, self._uploads / upload_id)

    async def put(self, digest: Digest, data: bytes | bytearray | memoryview) -> str:
        return await self._threads.run(self._put, digest, data)

    def path(self, key: str) -> str | None:
        return self._prefix + key if _KEY.fullmatch(key) else None

    async def link(self, key: str, seconds: int) -> str | None:
        return None

    async def read(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        file = await self._threads.run(_open_object, self.path(key))
        with file:
            while stop is None or start < stop:
                length = _PIECE if stop is None else min(_PIECE, stop - start)
                piece = await self._threads.run(_read, file, length, start)
                if not piece:
                    return
                start += len(piece)
                yield piece

    async def stat(self, key: str) -> StoredObject | None:
        path = self.path(key)
        return await self._threads.run(_stat, path, key) if path else None

    async def delete(self, key: str) -> None:
        if path := self.path(key):
            await self._threads.run(_remove, Path(path))

    async def quarantine(self, key: str) -> None:
        if path := self.path(key):
            await self._threads.run(self._set_aside, Path(path))

    def objects(self) -> AsyncIterator[StoredObject]:
        return self._threads.iterate(self._scan_objects())

    def uploads(self) -> AsyncIterator[StoredObject]:
        return self._threads.iterate(_scan(self._uploads, ""))

    # What follows runs in threads.

    def place(self, upload: Path, digest: Digest) -> str:
        """Rename a fsynced upload to the object ``digest`` and make that durable; returns the key."""
        text = hex_of(digest)
        directory = f"blobs/{algorithm_of(digest)}/{text[:2]}"
        key = f"{directory}/{text}.{secrets.token_hex(8)}"
        upload.rename(self._prefix + key)
        _sync_directory(self._prefix + directory)
        return key

    def _put(self, digest: Digest, data: bytes | bytearray | memoryview) -> str:
        # Listed among the uploads, where a crash leaves it to be dropped with them.
        path = self._uploads / f"put-{secrets.token_hex(8)}"
        with disk_errors(), FileIO(path, "xb", opener=_private) as file:
            try:
                write_all(file, data)
                os.fsync(file)
                return self.place(path, digest)
            except BaseException:
                _remove(path)
                raise

    def _make_directories(self) -> None:
        """Make and fsync every directory; each process does, since another may not have come to the fsync."""
        algorithms = [self._root / "blobs" / name for name in ALGORITHMS]
        shards = [path / f"{number:02x}" for path in algorithms for number in range(256)]
        try:
            self._root.mkdir(0o700, parents=True, exist_ok=True)
            for path in (self._uploads, self._quarantine, self._root / "blobs", *algorithms, *shards):
                path.mkdir(0o700, exist_ok=True)
            for path in (*algorithms, self._root / "blobs", self._root):
                _sync_directory(path)
            for path in self._root.parents:
                # Nothing of ours can be new in a directory that we may not even read.
                with suppress(PermissionError):
                    _sync_directory(path)
        except OSError as error:
            raise Unavailable(
                f"storage_path {self._root} cannot be used: {error.strerror}; make it a directory that this user may write"
            ) from error

    def _require_writable(self) -> None:
        with disk_errors():
            self._uploads.stat()
            (self._root / "blobs").stat()
        if not os.access(self._uploads, os.W_OK | os.X_OK):
            raise Unavailable("the registry's disk takes no writes; its operator must mount it for writing")

    def _set_aside(self, path: Path) -> None:
        with disk_errors(), suppress(FileNotFoundError):
            path.rename(self._quarantine / path.name)
            _sync_directory(self._quarantine)

    def _scan_objects(self) -> Iterator[StoredObject]:
        for algorithm in ALGORITHMS:
            for number in range(256):
                directory = f"blobs/{algorithm}/{number:02x}"
                yield from _scan(self._root / directory, f"{directory}/")

    def _upload_path(self, upload_id: str) -> Path:
        if _UPLOAD_ID.fullmatch(upload_id) is None:
            raise UploadUnknown("no such upload")
        return self._uploads / upload_id


class FileWriter:
    """An open upload: a file under an exclusive lock, which another process sees too."""

    def __init__(self, store: FilesystemBlobs, file: FileIO, path: Path, threads: Threads) -> None:
        self._store = store
        self._file = file
        self._path = path
        self._threads = threads
        self._dirty = False

    async def append(self, data: bytes | bytearray | memoryview, hasher: Hasher) -> None:
        self._dirty = True
        await self._threads.run(self._append, data, hasher)

    async def suspend(self) -> bytes:
        """Keep the file; fsynced, since the state of the digest survives a power cut and must not outlive it."""
        await self._threads.run(self._suspend)
        return b""

    async def commit(self, digest: Digest) -> str:
        return await self._threads.run(self._commit, digest)

    async def abort(self) -> None:
        await self._threads.run(self._abort)

    def _append(self, data: bytes | bytearray | memoryview, hasher: Hasher) -> None:
        with disk_errors():
            write_all(self._file, data)
        hasher.update(data)

    def _suspend(self) -> None:
        with disk_errors(), self._file:
            if self._dirty:
                os.fsync(self._file)

    def _commit(self, digest: Digest) -> str:
        with disk_errors():
            os.fsync(self._file)
            try:
                key = self._store.place(self._path, digest)
            except FileNotFoundError as error:
                _require_directory(self._path)
                raise UploadUnknown("this upload was cancelled") from error
            self._file.close()
            return key

    def _abort(self) -> None:
        if not self._file.closed:
            _remove(self._path)
            self._file.close()


def _open_upload(path: Path, offset: int, create: bool) -> FileIO:
    """Lock an upload and cut it to ``offset``; raises UploadConflict or UploadUnknown.

    A file closes itself when the request that waited for it was cancelled.
    """
    with disk_errors():
        try:
            file = FileIO(path, "rb+", opener=_private_new if create else _private)
        except FileNotFoundError as error:
            _require_directory(path)
            raise UploadUnknown("no such upload") from error
        try:
            _claim(file, path, offset)
        except BaseException:
            file.close()
            raise
        return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _private_new(path: str, flags: int) -> int:
    return _private(path, flags | os.O_CREAT)


def _claim(file: FileIO, path: Path, offset: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UploadConflict("another request is writing to this upload; wait for it to end") from error
    status = os.fstat(file.fileno())
    # Whoever held the lock may have committed meanwhile: then this file is an object, not to be touched.
    if not path.exists() or path.stat().st_ino != status.st_ino:
        raise UploadUnknown("no such upload")
    if status.st_size < offset:
        raise UploadUnknown("bytes of this upload were lost; start it again")
    file.truncate(offset)
    file.seek(offset)


def _open_object(path: str | None) -> FileIO:
    """Open an object; raises BlobUnknown when it is gone or the key was none."""
    with disk_errors():
        try:
            if path is not None:
                return FileIO(path, "rb", opener=_private)
        except FileNotFoundError:
            _require_directory(str(path))
    raise BlobUnknown("the bytes of this blob are gone")


def _read(file: FileIO, length: int, offset: int) -> bytes:
    with disk_errors():
        return os.pread(file.fileno(), length, offset)


def _stat(path: str, key: str) -> StoredObject | None:
    with disk_errors():
        try:
            status = os.stat(path, follow_symlinks=False)  # noqa: PTH116
        except FileNotFoundError:
            _require_directory(path)
            return None
    return StoredObject(key, status.st_size, status.st_mtime_ns // 1_000_000)


def _require_directory(path: Path | str) -> None:
    """Raise Unavailable when not only a file is gone but its directory, which every start makes."""
    if not Path(path).parent.is_dir():
        raise Unavailable(
            "the registry's storage is not there: its operator must see that its disk is mounted"
        )


def _remove(path: Path) -> None:
    """Unlink, quietly when it is not there. Not fsynced: after a power cut it may be back, and be found again."""
    with disk_errors():
        path.unlink(missing_ok=True)


def _scan(directory: Path, prefix: str) -> Iterator[StoredObject]:
    """Yield the files of a directory; what is deleted meanwhile is left out."""
    with disk_errors(), os.scandir(directory) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield StoredObject(prefix + entry.name, status.st_size, status.st_mtime_ns // 1_000_000)


def _sync_directory(path: str | Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
