"""Azure Blob Storage; the arguments are Quay's. Parts are blocks of a block blob.

obstore has no block-level calls, but it signs addresses (SAS), and a signature that allows writing a blob allows
its blocks too: so every block request is a plain one to such an address. Source: Azure Blob service REST API, Put
Block, Put Block List, Get Block List.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import FileIO
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

import msgspec
import obstore
from obstore.store import AzureStore

from .bucket import RETRIES, Bucket, client_options
from .objectstore import ObjectStoreBlobs
from .parts import FIRST_PART, Missing, Unfinished
from .rest import RestClient

if TYPE_CHECKING:
    from obstore.store import AzureConfig

_VERSION = {"x-ms-version": "2023-11-03"}
_BLOCK_BLOB = {"x-ms-blob-type": "BlockBlob"}


class AzureStorage(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Arguments. One of ``azure_account_key`` and ``sas_token`` is needed; the latter can't make links."""

    storage_path: str
    azure_container: str
    azure_account_name: str
    azure_account_key: str | None = None
    sas_token: str | None = None
    endpoint_url: str | None = None
    """The account's blob endpoint, for clouds other than Azure's public one."""


def azure_blobs(arguments: AzureStorage) -> ObjectStoreBlobs:
    """Return the engine for a container; raises ValueError when there is no key."""
    if not arguments.azure_account_key and not arguments.sas_token:
        raise ValueError("AzureStorage needs azure_account_key or sas_token")
    account = arguments.azure_account_name
    endpoint = (arguments.endpoint_url or f"https://{account}.blob.core.windows.net").rstrip("/")
    # An account key wins, since it can do more.
    sas = "" if arguments.azure_account_key else (arguments.sas_token or "").removeprefix("?")
    key: AzureConfig = {"sas_key": sas} if sas else {"account_key": arguments.azure_account_key or ""}
    objects = AzureStore(
        arguments.azure_container,
        config=key,
        account_name=account,
        endpoint=endpoint,
        prefix=arguments.storage_path.strip("/"),
        client_options=client_options(endpoint),
        retry_config=RETRIES,
    )
    container = f"{endpoint}/{arguments.azure_container}"
    prefix = arguments.storage_path.strip("/")
    base = f"{container}/{quote(prefix)}/" if prefix else f"{container}/"
    parts = AzureParts(objects, base, sas)
    return ObjectStoreBlobs(Bucket(objects, parts, f"container {container}", FIRST_PART, signs=not sas))


class AzureParts:
    """Blocks. A tag is a block's id: random, so that no two requests write the same block. See ``Parts``."""

    def __init__(self, objects: AzureStore, base: str, sas: str) -> None:
        """``sas``: the configured token, or empty when the account's key signs each address."""
        self._objects = objects
        self._base = base
        self._sas = sas
        self._client = RestClient(base)

    def close(self) -> None:
        self._client.close()

    def store(self, name: str, file: FileIO, size: int) -> None:
        self._send("PUT", name, {}, file, size, _BLOCK_BLOB)

    def start(self, name: str) -> str:
        """Blocks need no beginning."""
        return "blocks"

    def send(self, name: str, token: str, number: int, file: FileIO, size: int) -> str:
        tag = b64encode(secrets.token_bytes(12)).decode()
        self._send("PUT", name, {"comp": "block", "blockid": tag}, file, size)
        return tag

    def complete(self, name: str, token: str, tags: list[str]) -> None:
        blocks = "".join(f"<Uncommitted>{tag}</Uncommitted>" for tag in tags)
        body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{blocks}</BlockList>'.encode()
        self._send("PUT", name, {"comp": "blocklist"}, body)

    def exists(self, name: str, token: str) -> bool:
        try:
            answer = self._send("GET", name, {"comp": "blocklist", "blocklisttype": "uncommitted"})
        except Missing:
            return False
        return b"<Block>" in answer.data

    def abort(self, name: str, token: str) -> None:
        """Overwrite the blocks with an empty blob, unless they have become one, and delete that."""
        with suppress(Missing):
            empty = self._send("PUT", name, {}, headers={**_BLOCK_BLOB, "If-None-Match": "*"})
            self._send("DELETE", name, {}, headers={"If-Match": empty.headers["ETag"]})

    def delete(self, name: str) -> None:
        with suppress(Missing):
            self._send("DELETE", name, {})

    def unfinished(self, prefix: str) -> Iterator[Unfinished]:
        """Yield nothing: a signature for blobs cannot list blocks. Azure itself drops them after a week."""
        yield from ()

    def _send(
        self,
        method: Literal["GET", "PUT", "DELETE"],
        name: str,
        query: dict[str, str],
        body: FileIO | bytes = b"",
        size: int = 0,
        headers: dict[str, str] | None = None,
    ) -> Any:
        if self._sas:
            url = f"{self._base}{name}?{self._sas}"
        else:
            url = obstore.sign(self._objects, method, name, timedelta(hours=1))
        if query:
            url += "&" + urlencode(query)
        return self._client.send(method, url, {**_VERSION, **(headers or {})}, body, size)
