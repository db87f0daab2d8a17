"""Keys fetched from a real issuer by HTTPS: what is believed, and what a bad one can do."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from charthouse.engines.identity.oidc_issuers import LARGEST_DOCUMENT, MOST_KEYS, OidcIssuers
from charthouse.model.addresses import OutboundRules
from charthouse.ports.issuers import IssuerUnusable
from tests.support.issuer import DISCOVERY, KEYS, Issuer, Misbehaviour, answer, issuing


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with issuing(tmp_path_factory.mktemp("issuer")) as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer) -> Issuer:
    running.answers.clear()
    running.asked.clear()
    running.extra_keys.clear()
    return running


def engine(issuer: Issuer, *allowed: str, seconds: float = 5.0) -> OidcIssuers:
    return OidcIssuers(OutboundRules(allowed or ("localhost",)), trust=issuer.trust, seconds=seconds)


async def refused(issuer: Issuer, **options: Any) -> str:
    with pytest.raises(IssuerUnusable) as error:
        await engine(issuer, **options).keys(issuer.url)
    return str(error.value)


def says(document: object) -> Misbehaviour:
    return lambda request: answer(request, json.dumps(document).encode())


async def test_its_keys(issuer: Issuer) -> None:
    issuer.keys["curve"] = ec.generate_private_key(ec.SECP256R1())
    issuer.keys["edwards"] = ed25519.Ed25519PrivateKey.generate()
    keys = await engine(issuer).keys(issuer.url)
    assert [(key.kid, key.kty) for key in keys] == [("first", "RSA"), ("curve", "EC"), ("edwards", "OKP")]
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}
    del issuer.keys["curve"], issuer.keys["edwards"]


async def test_what_is_no_key_is_left_out(issuer: Issuer) -> None:
    issuer.extra_keys = [{"kty": 5}, "key", {"kid": "x"}, {"kty": "EC", "kid": ["a"]}, None, {"kty": "new"}]
    keys = await engine(issuer).keys(issuer.url)
    assert [key.kid for key in keys] == ["first", ""]
    issuer.extra_keys = [{"kty": "RSA", "kid": str(number)} for number in range(MOST_KEYS * 2)]
    assert len(await engine(issuer).keys(issuer.url)) == MOST_KEYS


async def test_an_issuer_with_a_path(issuer: Issuer) -> None:
    name = issuer.url + "/realms/acme"
    document = {"issuer": name, "jwks_uri": issuer.url + KEYS}
    issuer.answers["/realms/acme" + DISCOVERY] = says(document)
    assert await engine(issuer).keys(name)
    with pytest.raises(IssuerUnusable, match="another issuer"):
        await engine(issuer).keys(name + "/")


@pytest.mark.parametrize("name", ["https://issuer.example.com", "", "HTTPS://LOCALHOST", None, 5])
async def test_a_document_of_another_issuer(issuer: Issuer, name: object) -> None:
    issuer.answers[DISCOVERY] = says({"issuer": name, "jwks_uri": issuer.url + KEYS})
    await refused(issuer)
    assert issuer.asked[KEYS] == 0


@pytest.mark.parametrize(
    "place",
    [
        "http://localhost:{port}/keys",
        "https://user:secret@localhost:{port}/keys",
        "https://:{port}/keys",
        "file:///etc/passwd",
        "ftp://localhost/keys",
        "/keys",
        "",
        "https://localhost:99999/keys",
        "https://[::1/keys",
    ],
)
async def test_keys_elsewhere(issuer: Issuer, place: str) -> None:
    port = issuer.url.rpartition(":")[2]
    issuer.answers[DISCOVERY] = says({"issuer": issuer.url, "jwks_uri": place.replace("{port}", port)})
    with pytest.raises(IssuerUnusable):
        await engine(issuer, "localhost" if not place.startswith("http:") else "127.0.0.1").keys(issuer.url)
    assert issuer.asked[KEYS] == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "0", "[::ffff:127.0.0.1]", "2130706433"]
)
async def test_this_machine_is_not_asked_unless_it_may(issuer: Issuer, host: str) -> None:
    port = issuer.url.rpartition(":")[2]
    bare = OidcIssuers(OutboundRules(), trust=issuer.trust, seconds=5)
    with pytest.raises(IssuerUnusable, match=r"ClientConnector|InvalidUrl"):
        await bare.keys(f"https://{host}:{port}")
    assert not issuer.asked


async def test_the_address_that_is_connected_to_counts(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that meant a public address when it was looked at, and means this machine when it is called."""
    loop = asyncio.get_running_loop()
    meant = iter(["93.184.215.14", "127.0.0.1"])
    port = int(issuer.url.rpartition(":")[2])

    async def rebound(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", (next(meant, "127.0.0.1"), port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebound)
    bare = OidcIssuers(OutboundRules(), trust=issuer.trust, seconds=5)
    await loop.getaddrinfo("rebinding.example.com", port)
    with pytest.raises(IssuerUnusable):
        await bare.keys(f"https://rebinding.example.com:{port}")
    assert not issuer.asked


async def test_a_stranger_with_its_name_is_not_believed(issuer: Issuer) -> None:
    strict = OidcIssuers(OutboundRules(["localhost"]), trust=ssl.create_default_context, seconds=5)
    with pytest.raises(IssuerUnusable, match="Certificate"):
        await strict.keys(issuer.url)
    assert not issuer.asked


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 404, 500])
async def test_redirects_and_refusals(issuer: Issuer, status: int) -> None:
    issuer.answers[DISCOVERY] = lambda request: answer(
        request,
        json.dumps(issuer.documents()[DISCOVERY]).encode(),
        status,
        Location=issuer.url + "/elsewhere",
    )
    assert f"status {status}" in await refused(issuer)
    assert issuer.asked == {DISCOVERY: 1}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"\xff", b'{"issuer": "x"}', b"[" * 100_000, b'{"issuer":' * 20_000],
)
@pytest.mark.parametrize("place", [DISCOVERY, KEYS])
async def test_nonsense(issuer: Issuer, place: str, body: bytes) -> None:
    issuer.answers[place] = lambda request: answer(request, body)
    await refused(issuer)


async def test_a_huge_document(issuer: Issuer) -> None:
    sent = 0

    def flood(request: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        request.send_response(200)
        request.end_headers()
        for _ in range(1000):
            sent += request.wfile.write(b" " * LARGEST_DOCUMENT)

    issuer.answers[KEYS] = flood
    assert "more than" in await refused(issuer)
    assert sent < 100 * LARGEST_DOCUMENT


async def test_a_compressed_document(issuer: Issuer) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    issuer.answers[KEYS] = lambda request: answer(request, bomb, Content_Encoding="gzip")
    assert "compresses" in await refused(issuer)


async def test_a_slow_issuer(issuer: Issuer) -> None:
    """One byte now and then keeps a connection alive, and is still too slow."""
    over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not over.wait(0.05):
            request.wfile.write(b" ")
            request.wfile.flush()

    issuer.answers[DISCOVERY] = drip
    began = time.monotonic()
    assert "did not answer" in await refused(issuer, seconds=0.5)
    assert time.monotonic() - began < 3
    over.set()


async def test_nobody_there(issuer: Issuer, tmp_path: Path) -> None:
    with issuing(tmp_path) as gone:
        url = gone.url
    with pytest.raises(IssuerUnusable):
        await engine(issuer).keys(url)


async def test_without_tls_only_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with issuing(tmp_path, tls=False) as plain:
        assert await engine(plain).keys(plain.url)
        with pytest.raises(IssuerUnusable, match="not https"):
            await engine(plain, "127.0.0.1").keys(plain.url)
        loop = asyncio.get_running_loop()

        async def elsewhere(*_: object, **__: object) -> list[Any]:
            return [(2, 1, 6, "", ("192.0.2.1", 80))]

        monkeypatch.setattr(loop, "getaddrinfo", elsewhere)
        with pytest.raises(IssuerUnusable, match="cannot be asked"):
            await engine(plain).keys(plain.url)
