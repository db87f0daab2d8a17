"""Requests to an object store that stream a file, from a thread: bounded in time and in attempts.

urllib3 in threads rather than an asynchronous client: a part is read from its file and written to the socket
in one thread, and the library costs a quarter of the memory (docs/adr/0002).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import FileIO
from typing import Any, NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.util import Retry, Timeout

from charthouse.model.errors import StorageFull, Unavailable

from .parts import Missing

_BLOCK = 64 * 1024
"""Bytes that must leave within the time for connecting: urllib3 limits a write by it."""
_CONNECTIONS = 32
_FULL = {"QuotaExceeded", "InsufficientStorage", "InsufficientAccountResources", "XMinioStorageFull"}
_MISSING = {
    *("NoSuchUpload", "NoSuchKey", "InvalidPart", "InvalidPartOrder"),
    *("BlobNotFound", "BlobAlreadyExists", "ConditionNotMet", "InvalidBlockList", "InvalidBlobOrBlock"),
}
_CODE = re.compile(rb"<Code>([A-Za-z]{1,60})</Code>")


class RestClient:
    """Connections to one endpoint (scheme, host and port)."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        proxy = None if proxy_bypass(address.netloc) else getproxies().get(address.scheme)
        options: dict[str, Any] = {"maxsize": _CONNECTIONS, "blocksize": _BLOCK}
        self._pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
        self._retries = Retry(
            total=3,
            read=1,
            backoff_factor=0.2,
            status_forcelist=(500, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
            respect_retry_after_header=False,
        )

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: FileIO | bytes = b"",
        size: int = 0,
        read_seconds: float = 60,
    ) -> urllib3.BaseHTTPResponse:
        """Send ``body``, of ``size`` bytes when it is a file, and return the good answer, read.

        ``read_seconds``: how long the store may be silent. Raises Missing, StorageFull, Unavailable. No error
        holds the address: it may be signed.
        """
        length = {"Content-Length": str(len(body) if isinstance(body, bytes) else size)}
        try:
            answer = self._pool.request(
                method,
                url,
                body=body,
                headers={**headers, **length},
                timeout=Timeout(connect=10, read=read_seconds),
                retries=self._retries,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            reason = type(getattr(error, "reason", None) or error).__name__
            raise Unavailable(f"the object store does not answer ({reason}); try again later") from None
        code = _CODE.search(answer.data)
        # S3 may answer 200 to CompleteMultipartUpload and put the error into the body.
        if answer.status >= 300 or code:
            refuse(answer.status, code[1].decode() if code else answer.headers.get("x-ms-error-code", ""))
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def refuse(status: int, code: str) -> NoReturn:
    """Raise what an object store's refusal means."""
    if code in _FULL or status == 507:
        raise StorageFull("the object store is full; its operator must make room")
    if code in ("NoSuchBucket", "ContainerNotFound"):
        raise Unavailable("the object store has no such bucket")
    # An answer to HEAD has no code. With one, 404 may mean anything, and nothing must seem gone that is not.
    if code in _MISSING or (status == 404 and not code):
        raise Missing(code)
    if status in (401, 403):
        raise Unavailable(f"the object store refused the registry's credentials ({code or status})")
    raise Unavailable(f"the object store answered {status} {code}".rstrip() + "; try again later")
