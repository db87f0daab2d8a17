"""Headers: what comes in is never echoed as it is, and never costs more than it should; what goes out is inert."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from charthouse.api.kit import asgi
from charthouse.api.kit.asgi import Message
from charthouse.api.kit.conditions import LONGEST_LIST
from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.router import PrefixRouter
from charthouse.api.v2.manifests import _admits
from tests.integration.protocol.client import Client
from tests.integration.protocol.content import IMAGE
from tests.integration.protocol.test_manifests import pushed_image
from tests.integration.protocol.wire import raw
from tests.support.asgi import http_scope
from tests.support.quay import quay_api
from tests.support.registry import present


@pytest.fixture(scope="module")
def repository(owner: Client) -> str:
    assert owner.person is not None
    name = f"{owner.person.name}/headers"
    owner.put_manifest(name, "v1", pushed_image(owner, name)).expect(201)
    return name


async def nothing() -> Message:
    raise AssertionError("nobody asked for a body")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-Proto", 'https",evil="'),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Proto", "https://evil.example.com/?"),
        ("X-Forwarded-Host", 'registry.example.com",evil="'),
        ("X-Forwarded-Host", "registry.example.com/evil"),
        ("X-Forwarded-Host", "evil@example.com"),
        ("Host", 'registry.example.com" evil="'),
        ("Host", "registry.example.com\\evil"),
        ("Host", "r\u00e9gistre.example.com"),
    ],
)
def test_address_that_is_none(header: str, value: str) -> None:
    """Behind a proxy that hands on what clients say."""
    address = PublicAddress("", "", proxy_count=1)
    request = address.request(http_scope("GET", "/v2/", {header: value}, "127.0.0.1"), nothing)
    assert request.scheme in {"http", "https"}
    assert request.host in {"localhost", "localhost:5000"}


def test_forwarded_address_is_believed_as_it_was_configured() -> None:
    headers = {
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
        "X-Forwarded-Proto": "HTTPS",
        "X-Forwarded-Host": "registry.example.com",
    }
    scope = http_scope("GET", "/v2/", headers, "127.0.0.1")
    behind = PublicAddress("", "", proxy_count=1).request(scope, nothing)
    assert (behind.peer, behind.scheme, behind.host) == ("198.51.100.7", "https", "registry.example.com")
    alone = PublicAddress("", "", proxy_count=0).request(scope, nothing)
    assert (alone.peer, alone.scheme, alone.host) == ("127.0.0.1", "http", "localhost:5000")


def test_content_is_never_sniffed(owner: Client, repository: str) -> None:
    """A manifest or blob may hold a page: no browser shall take it for one, from memory or not."""
    digest = owner.get_manifest(repository, "v1").header("Docker-Content-Digest")
    blob = owner.get_manifest(repository, "v1").json()["config"]["digest"]
    for target in ("manifests/v1", "manifests/v1", f"manifests/{digest}", f"blobs/{blob}"):
        for method in ("GET", "HEAD"):
            reply = owner.send(method, f"/v2/{repository}/{target}").expect(200)
            assert reply.header("X-Content-Type-Options") == "nosniff"
            assert "html" not in reply.header("Content-Type")


@pytest.mark.parametrize("accept", ["a," * 100_000, "a;q=0," * 50_000, ",".join(["a/b;c=d"] * 40_000)])
def test_endless_accept(owner: Client, repository: str, accept: str) -> None:
    owner.get_manifest(repository, "v1").expect(200)
    started = time.monotonic()
    for _ in range(20):
        headers = {"Accept": accept, **_basic(owner)}
        owner.connection.send("GET", f"/v2/{repository}/manifests/v1", headers=headers).expect(200)
    assert time.monotonic() - started < 10


def _basic(client: Client) -> dict[str, str]:
    assert client.person is not None
    return client.person.basic


def test_memory_of_accept_headers_is_small() -> None:
    kept = _admits.cache_info().maxsize
    assert kept is not None
    assert kept * LONGEST_LIST < 4 * 1024 * 1024


@pytest.mark.parametrize("etags", ['"x",' * 90_000, "*," + '"x",' * 50_000])
def test_endless_if_none_match(owner: Client, repository: str, etags: str) -> None:
    headers = {"If-None-Match": etags, **_basic(owner)}
    owner.connection.send("GET", f"/v2/{repository}/manifests/v1", headers=headers).expect(200)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_endless_queries(nobody: Client, owner: Client, repository: str, method: str) -> None:
    """Tens of thousands of fields, to one who may and to one who is only told to log in."""
    query = "&".join(["a=b"] * 15_000)
    for client in (nobody, owner):
        headers = _basic(client) if client.person else {}
        for path in ("/v2/auth", f"/v2/{repository}/blobs/uploads/", f"/v2/{repository}/tags/list"):
            body = b"" if method == "POST" else None
            reply = client.connection.send(method, f"{path}?{query}", body, headers)
            assert reply.status in {400, 401, 405}
            reply.refusal(reply.status)


def test_endless_form(nobody: Client) -> None:
    body = ("a&" * 30_000).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    nobody.connection.send("POST", "/v2/auth", body, kind).refusal(400, "INVALID_REQUEST")


def test_very_many_headers(nobody: Client) -> None:
    head = b"GET /v2/ HTTP/1.1\r\nHost: x\r\n" + b"Accept: a\r\n" * 5000 + b"\r\n"
    reply = raw(nobody.server.port, head)
    assert reply.status in {400, 401, 431}


def test_media_types_and_annotations_split_no_answer(owner: Client, repository: str) -> None:
    """They are told in bodies alone, as JSON."""
    for spoiled in ("a/b\r\nX-Evil: 1", "a/b\nX-Evil: 1", "a/b\u2028", "a/\u0000b"):
        manifest = pushed_image(owner, repository, artifactType=spoiled)
        owner.put_manifest(repository, "evil", manifest).refusal(400, "MANIFEST_INVALID")
    annotated = pushed_image(owner, repository, annotations={"a\r\nX-Evil: 1": "b\r\nX-Evil: 1"})
    reply = owner.put_manifest(repository, "annotated", annotated).expect(201)
    assert reply.headers.get("X-Evil") is None
    reply = owner.get_manifest(repository, "annotated").expect(200)
    assert reply.headers.get("X-Evil") is None
    assert reply.header("Content-Type") == IMAGE


@pytest.mark.parametrize("path", ["/v2/auth", "/api/v1/user/initialize", "/api/v1/user/"])
async def test_body_that_never_comes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str) -> None:
    """Of no API: the connection and what it holds are given back (here in a tenth of a second)."""
    monkeypatch.setattr(asgi, "STALL_SECONDS", 0.1)
    sent: list[Message] = []

    async def silence() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("nobody waits so long")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = http_scope(
        "POST", path, {"Content-Length": "100", "Content-Type": "application/json"}, "127.0.0.1"
    )
    async with asyncio.timeout(20):
        if path == "/v2/auth":
            request = PublicAddress("", "", 0).request(scope, silence)
            with pytest.raises(asgi.ClientDisconnectedError):
                await request.body(1000)
        else:
            async with quay_api(tmp_path / "data", present()) as quay:
                mounted = quay.mounted
                await PrefixRouter({"/": lambda: mounted}).handle(scope, silence, send, b"1")
            assert sent[0]["status"] in {400, 401, 405}


async def test_long_answer_is_no_silent_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the end of the connection while an answer is sent is not told that it came."""
    monkeypatch.setattr(asgi, "STALL_SECONDS", 0.01)
    gone = asyncio.Event()
    body: list[Message] = [{"type": "http.request", "body": b"whole", "more_body": False}]

    async def receive() -> Message:
        if body:
            return body.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    patiently = asgi.Body(receive).receive
    assert (await patiently())["body"] == b"whole"
    end = asyncio.ensure_future(patiently())
    done, _ = await asyncio.wait([end], timeout=0.1)
    assert not done
    gone.set()
    assert (await end)["type"] == "http.disconnect"
