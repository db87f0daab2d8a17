"""What is the object stores' own: faults, keys, links, memory."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import urllib3

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import digest_of
from charthouse.model.errors import BlobUnknown, StorageFull, Unavailable, UploadUnknown
from charthouse.ports.blobs import BlobStore
from tests.support import azurite
from tests.support.server import free_port
from tests.support.versitygw import ACCESS_KEY, SECRET_KEY, versitygw

from .conftest import s3_arguments
from .stub_store import Answer, Request, stub_store

MIB = 1024 * 1024
DATA = os.urandom(1000)


@asynccontextmanager
async def opened(engine: str, arguments: dict[str, Any]) -> AsyncIterator[BlobStore]:
    store = blob_store_from(engine, arguments)
    try:
        await store.open()
        yield store
    finally:
        await store.close()


async def upload(store: BlobStore, mebibytes: int) -> str:
    piece = os.urandom(MIB)
    hasher = make_hasher("sha256")
    writer = await store.begin("upload")
    try:
        for _ in range(mebibytes):
            await writer.append(piece, hasher)
        return await writer.commit(digest_of(b""))
    except BaseException:
        await writer.abort()
        raise


@pytest.mark.slow
async def test_memory_of_eight_uploads(arguments: dict[str, Any]) -> None:
    """A worker has 150 MB for everything (docs/benchmarks.md): this is the object store's share."""
    program = [sys.executable, "-m", "tests.integration.blobs.push_many"]
    done = await asyncio.create_subprocess_exec(
        *program, "S3Storage", json.dumps(arguments), "8", "256", stdout=subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(done.communicate(), 110)
    assert done.returncode == 0
    memory = json.loads(output)
    assert memory["peak"] - memory["before"] < 100_000_000


@pytest.mark.parametrize(
    ("name", "message"),
    [("s3_secret_key", "refused the registry's credentials"), ("s3_access_key", "404 XAdminUserNotFound")],
)
async def test_wrong_keys(arguments: dict[str, Any], name: str, message: str) -> None:
    with pytest.raises(Unavailable, match=message) as caught:
        async with opened("S3Storage", {**arguments, name: "another-key"}):
            pass
    assert "another-key" not in str(caught.value)
    assert arguments["s3_bucket"] in str(caught.value)


async def test_no_such_bucket(arguments: dict[str, Any]) -> None:
    with pytest.raises(Unavailable, match="no such bucket"):
        async with opened("S3Storage", {**arguments, "s3_bucket": "another-bucket"}):
            pass


async def test_nobody_listens(arguments: dict[str, Any]) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable, match=f"{address} cannot be used"):
        async with opened("S3Storage", {**arguments, "endpoint_url": address}):
            pass


async def test_the_machine_s_own_keys(arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without configured keys those of the environment are used, but never its addresses."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    without = {name: value for name, value in arguments.items() if "_key" not in name}
    async with opened("S3Storage", without) as store:
        key = await upload(store, 20)
        found = await store.stat(key)
        assert found is not None
        assert found.size == 20 * MIB


async def test_configured_keys_win(arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "another")
    async with opened("S3Storage", arguments) as store:
        await store.delete(await upload(store, 20))
        await store.delete(await store.put(digest_of(DATA), DATA))


async def test_no_keys_anywhere(
    arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    without = {name: value for name, value in arguments.items() if "_key" not in name}
    with pytest.raises(Unavailable, match=arguments["s3_bucket"]):
        async with opened("S3Storage", without):
            pass


async def test_a_link_ends(arguments: dict[str, Any]) -> None:
    async with opened("S3Storage", arguments) as store:
        key = await store.put(digest_of(DATA), DATA)
        link = await store.link(key, 1)
        assert link is not None
        assert (await asyncio.to_thread(urllib3.request, "GET", link)).data == DATA
        await asyncio.sleep(2.1)
        assert (await asyncio.to_thread(urllib3.request, "GET", link)).status == 403
        await store.delete(key)


async def test_the_store_stops_in_the_middle(tmp_path: Path) -> None:
    """The upload fails with a text for the client, within seconds; the engine works on when the store is back."""
    with versitygw(tmp_path) as server:
        arguments = s3_arguments(server)
        store = blob_store_from("S3Storage", arguments)
        await store.open()
        key = await store.put(digest_of(DATA), DATA)
        writer = await store.begin("upload")
        hasher = make_hasher("sha256")
        await writer.append(bytes(20 * MIB), hasher)
    with pytest.raises(Unavailable, match="does not answer") as caught:
        await writer.append(bytes(60 * MIB), hasher)
    assert "127.0.0.1" not in str(caught.value)
    await writer.abort()
    for attempt in (store.stat(key), store.put(digest_of(DATA), DATA), anext(store.read(key))):
        with pytest.raises(Unavailable, match="does not answer"):
            await attempt
    await store.close()


@pytest.mark.parametrize(
    "state", [b"", b"\x80", b"[]", b'{"token": 1}', b'{"colour": "red"}', b'{"name": "blobs/other.0"}']
)
async def test_what_is_no_state(arguments: dict[str, Any], state: bytes) -> None:
    async with opened("S3Storage", arguments) as store:
        with pytest.raises(UploadUnknown):
            await store.resume("upload", state, 0)
        await store.discard("upload", state)


def failing(times: int, status: int, code: str) -> Any:
    """Answer like S3, but refuse the first ``times`` puts of a part or object."""
    left = [times]

    def answer(request: Request) -> Answer:
        if request.method == "PUT" and left[0]:
            left[0] -= 1
            return status, {}, f"<Error><Code>{code}</Code></Error>".encode()
        if request.path.endswith("?uploads="):
            return (
                200,
                {},
                b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>",
            )
        return (
            200,
            {"ETag": '"1"'},
            b"<ListBucketResult><Contents/></ListBucketResult>" if request.method == "GET" else b"",
        )

    return answer


async def test_a_store_that_stumbles(arguments: dict[str, Any]) -> None:
    """A part is sent again, whole, and only so often."""
    with stub_store(failing(2, 503, "SlowDown")) as (address, received):
        store = blob_store_from("S3Storage", {**arguments, "endpoint_url": address})
        await upload(store, 20)
        parts = [request.body for request in received if request.method == "PUT"]
        assert [len(part) for part in parts] == [16 * MIB, 16 * MIB, 16 * MIB, 4 * MIB]
        assert parts[0] == parts[1] == parts[2]
        await store.close()


async def test_a_store_that_stays_down(arguments: dict[str, Any]) -> None:
    with stub_store(failing(1000, 503, "SlowDown")) as (address, received):
        store = blob_store_from("S3Storage", {**arguments, "endpoint_url": address})
        with pytest.raises(Unavailable, match="503 SlowDown"):
            await upload(store, 20)
        assert len([request for request in received if request.method == "PUT"]) == 4
        with pytest.raises(Unavailable, match="503 SlowDown"):
            await store.put(digest_of(DATA), DATA)
        await store.close()


@pytest.mark.parametrize(("status", "code"), [(403, "QuotaExceeded"), (507, "InsufficientStorage")])
async def test_a_full_store(arguments: dict[str, Any], status: int, code: str) -> None:
    with stub_store(failing(1000, status, code)) as (address, _):
        store = blob_store_from("S3Storage", {**arguments, "endpoint_url": address})
        with pytest.raises(StorageFull):
            await upload(store, 1)
        with pytest.raises(StorageFull):
            await store.put(digest_of(DATA), DATA)
        await store.close()


async def test_an_error_in_a_good_answer(arguments: dict[str, Any]) -> None:
    """CompleteMultipartUpload may answer 200 and then say that it failed."""

    def answer(request: Request) -> Answer:
        if request.method == "POST" and "uploadId" in request.path:
            return 200, {}, b"<Error><Code>InternalError</Code></Error>"
        good: Answer = failing(0, 0, "")(request)
        return good

    with stub_store(answer) as (address, _):
        store = blob_store_from("S3Storage", {**arguments, "endpoint_url": address})
        with pytest.raises(Unavailable, match="InternalError"):
            await upload(store, 20)
        await store.close()


async def test_lists_of_several_pages(arguments: dict[str, Any]) -> None:
    """Uploads, and the parts of one, are listed whole, however the store cuts its answers."""
    upload = "<Upload><Key>registry/blobs/upload-{0}.0</Key><UploadId>{0}</UploadId><Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload>"
    more = "<IsTruncated>true</IsTruncated>"

    def answer(request: Request) -> Answer:
        match parse_qs(request.path.partition("?")[2], keep_blank_values=True):
            case {"uploads": _, "key-marker": ["a&b"], "upload-id-marker": ["1"]}:
                return 200, {}, f"<R>{upload.format(2)}</R>".encode()
            case {"uploads": _}:
                next_page = "<NextKeyMarker>a&amp;b</NextKeyMarker><NextUploadIdMarker>1</NextUploadIdMarker>"
                return 200, {}, f"<R>{more}{next_page}{upload.format(1)}</R>".encode()
            case {"uploadId": ["2"], "part-number-marker": ["7"]}:
                return 200, {}, b"<R><Part><Size>5</Size></Part></R>"
            case {"uploadId": ["2"]}:
                parts = "<Part><Size>1</Size></Part><Part><Size>2</Size></Part>"
                return 200, {}, f"<R>{more}<NextPartNumberMarker>7</NextPartNumberMarker>{parts}</R>".encode()
            case _:
                return 200, {}, b"<R/>"

    with stub_store(answer) as (address, _):
        store = blob_store_from("S3Storage", {**arguments, "endpoint_url": address})
        found = {upload.key: upload.size async for upload in store.uploads()}
        assert found == {"upload-1": 0, "upload-2": 8}
        await store.close()


async def test_azure_by_a_token(tmp_path: Path) -> None:
    """A configured token opens everything but links, which would hand it out."""
    with azurite.azurite(tmp_path) as server:
        azurite.request(server, "PUT", "registry", {"restype": "container"})
        arguments = {
            "storage_path": "",
            "azure_container": "registry",
            "azure_account_name": azurite.ACCOUNT,
            "sas_token": azurite.account_token(),
            "endpoint_url": server.url,
        }
        async with opened("AzureStorage", arguments) as store:
            key = await upload(store, 20)
            found = await store.stat(key)
            assert found is not None
            assert found.size == 20 * MIB
            assert await store.link(key, 60) is None
            await store.delete(key)
            with pytest.raises(BlobUnknown):
                await anext(store.read(key))
