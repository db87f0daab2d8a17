"""A bucket (or container) by names: whole objects through obstore, parts through the vendor's ``Parts``.

Layout under the configured ``storage_path``::

    blobs/<label>.<random>        objects, written once; label: the upload's id, or the digest of a small one
    uploads/<upload id>/<random>  the end of an unfinished upload that is shorter than a part
    quarantine/…                  objects that no longer match their digest
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, S3Store

from charthouse.model.errors import Unavailable
from charthouse.ports.blobs import StoredObject

from .offloop import Threads
from .parts import Missing, Parts
from .rest import refuse

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta
    from obstore.store import ClientConfig, RetryConfig

RETRIES: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}

_PIECE = 256 * 1024
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")


def client_options(endpoint: str) -> ClientConfig:
    """Return obstore's time limits: an answer may take as long as its reader, but a silent store is noticed."""
    return {
        "allow_http": endpoint.startswith("http:"),
        "connect_timeout": "5s",
        "read_timeout": "60s",
        "timeout": "24h",
    }


class Bucket:
    """One configured place. ``parts`` blocks: call it in ``network``."""

    def __init__(
        self, objects: S3Store | AzureStore, parts: Parts, place: str, first_part: int, signs: bool = True
    ) -> None:
        """``place``: what to call it in errors; ``first_part``: bytes; ``signs``: it can make links."""
        self.parts = parts
        self.first_part = first_part
        self.disk = Threads("spool", 8)
        self.network = Threads("parts", 32)
        self._objects = objects
        self._place = place
        self._signs = signs

    async def check(self) -> None:
        """Raise Unavailable unless the bucket can be listed."""
        try:
            async for _ in self.list("uploads/"):
                break
        except Unavailable as error:
            raise Unavailable(f"{self._place} cannot be used: {error}; check its address and keys") from None

    def close(self) -> None:
        self.parts.close()
        self.disk.close()
        self.network.close()

    async def put(self, name: str, data: bytes | bytearray | memoryview) -> None:
        """Store a small object whole."""
        with _store_errors():
            await obstore.put_async(self._objects, name, data, use_multipart=False)

    async def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield an object's bytes; raises Missing before the first."""
        if start == stop:  # HTTP has no empty range
            return
        options: GetOptions = {}
        if stop is not None:
            options = {"range": (start, stop)}
        elif start:
            options = {"range": {"offset": start}}
        with _store_errors():
            result = await obstore.get_async(self._objects, name, options=options)
            async for piece in result.stream(_PIECE):
                yield piece

    async def stat(self, name: str) -> StoredObject | None:
        """Return the object, or None when it is not there."""
        try:
            with _store_errors():
                return _stored(await obstore.head_async(self._objects, name))
        except Missing:
            return None

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Yield every object under ``prefix``, which ends with ``/``."""
        with _store_errors():
            async for batch in obstore.list(self._objects, prefix, chunk_size=500):
                for found in batch:
                    yield _stored(found)

    async def delete(self, name: str) -> None:
        """Remove an object; quiet when it is not there."""
        await self.network.run(self.parts.delete, name)

    async def link(self, name: str, seconds: int) -> str | None:
        """Return an address that anyone can read for ``seconds``, or None when the keys cannot sign one."""
        if not self._signs:
            return None
        with _store_errors():
            return await obstore.sign_async(self._objects, "GET", name, timedelta(seconds=seconds))


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn obstore's errors into the port's. Their own text is dropped: it may hold a signed address."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        text = str(error)
        status, code = _STATUS.search(text), _CODE.search(text)
        if isinstance(error, FileNotFoundError) or status or code:
            refuse(int(status[1]) if status else 404, code[1] if code else "")
        raise Unavailable(
            f"the object store does not answer ({type(error).__name__}); try again later"
        ) from None


def _stored(found: ObjectMeta) -> StoredObject:
    return StoredObject(found["path"], found["size"], int(found["last_modified"].timestamp() * 1000))
