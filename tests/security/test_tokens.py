"""Tokens that this registry never signed, or not for this; and headers that are nearly those of somebody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.protocol.client import Client
from tests.integration.protocol.test_manifests import pushed_image
from tests.integration.protocol.wire import Reply, raw
from tests.support.server import Person

Json = dict[str, Any]


@pytest.fixture(scope="module")
def repository(owner: Client) -> str:
    """A private repository with the tag v1."""
    assert owner.person is not None
    name = f"{owner.person.name}/tokens"
    owner.put_manifest(name, "v1", pushed_image(owner, name)).expect(201)
    return name


@pytest.fixture(scope="module")
def token(owner: Client, repository: str) -> str:
    """A good token for it, to be changed."""
    assert owner.person is not None
    bearer = owner.server.token(owner.person, f"repository:{repository}:pull")["Authorization"]
    return bearer.removeprefix("Bearer ")


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _part(token: str, number: int) -> Json:
    part = token.split(".")[number]
    found: Json = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    headers = {name: value for name, value in header.items() if name != "alg"}
    return jwt.encode(dict(claims), key, algorithm="ES256", headers=headers)


def _ask(client: Client, repository: str, token: str) -> Reply:
    """Ask on the way that answers from memory, and on the other."""
    bearer = {"Authorization": f"Bearer {token}"}
    client.connection.send("GET", f"/v2/{repository}/manifests/v1", headers=bearer).refusal(401)
    return client.connection.send("GET", f"/v2/{repository}/tags/list", headers=bearer)


def test_good_token_is_good(nobody: Client, repository: str, token: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    nobody.connection.send("GET", f"/v2/{repository}/manifests/v1", headers=bearer).expect(200)


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", "ES384", "HS256", ["ES256"], None])
def test_other_algorithms(nobody: Client, repository: str, token: str, algorithm: object) -> None:
    """Unsigned, or said to be of another kind; with the good token's own signature and without any."""
    header = _unpadded(json.dumps(_part(token, 0) | {"alg": algorithm}).encode())
    _, claims, signature = token.split(".")
    for forged in (f"{header}.{claims}.", f"{header}.{claims}.{signature}"):
        _ask(nobody, repository, forged).refusal(401, "UNAUTHORIZED")


def test_public_key_as_a_shared_secret(nobody: Client, repository: str, token: str) -> None:
    """Algorithm confusion: HS256 with the public key, which is no secret, as the key."""
    kid = _part(token, 0)["kid"]
    [path] = (nobody.server.data / "keys").glob(f"signing-{kid}.json")
    public = json.loads(path.read_bytes())["public_key"].encode()
    header = _unpadded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
    signed = f"{header}.{token.split('.')[1]}"
    for key in (public, public.strip(), b""):
        signature = _unpadded(hmac.digest(key, signed.encode(), hashlib.sha256))
        _ask(nobody, repository, f"{signed}.{signature}").refusal(401, "UNAUTHORIZED")


def test_keys_that_the_token_brings(nobody: Client, repository: str, token: str) -> None:
    """CVE-2025-24976: a token must not say by which key it is to be believed."""
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = (_unpadded(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    kid = _part(token, 0)["kid"]
    for extra in (
        {"jwk": jwk},
        {"jwk": {**jwk, "kid": kid}, "kid": kid},
        {"jku": "https://example.com/keys.json", "kid": kid},
        {"x5c": [_unpadded(pem)], "kid": kid},
        {"kid": "../../../../../../dev/null"},
        {"kid": ""},
        {"kid": kid.swapcase()},
        {"kid": f"{kid}\0"},
    ):
        forged = _signed(_part(token, 0) | extra, _part(token, 1), key)
        _ask(nobody, repository, forged).refusal(401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "header",
    [b"[" * 45_000, b'{"a":' * 9_000, b'{"kid":' + b"1" * 9_000 + b"}", b"1", b"null", b'{"kid":[]}'],
)
def test_headers_that_are_none(nobody: Client, repository: str, token: str, header: bytes) -> None:
    """No failure of the registry (each would fill the log), whatever stands before the first dot."""
    _, claims, signature = token.split(".")
    forged = f"{_unpadded(header)}.{claims}.{signature}"
    _ask(nobody, repository, forged).refusal(401, "UNAUTHORIZED")


def test_claims_are_bound_to_the_signature(nobody: Client, repository: str, token: str) -> None:
    header, _, signature = token.split(".")
    claims = _part(token, 1)
    changes: list[Json] = [
        {"account_id": 1}, {"exp": claims["exp"] + 1}, {"access": []}, {"kind": "robot"}, {"epoch": 2},
    ]  # fmt: skip
    for change in changes:
        forged = f"{header}.{_unpadded(json.dumps(claims | change).encode())}.{signature}"
        _ask(nobody, repository, forged).refusal(401, "UNAUTHORIZED")


def test_what_is_nearly_the_header_of_somebody_else(nobody: Client, repository: str, token: str) -> None:
    """The good one is in memory: what differs from it by a byte is not, and two are not one."""
    target = f"GET /v2/{repository}/manifests/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
    good = f"Authorization: Bearer {token}\r\n".encode()
    raw(nobody.server.port, target + good + b"\r\n").expect(200)
    for headers in (
        good.replace(b"Bearer ", b"Bearer"),
        good.replace(b"Bearer", b"Bearer x,"),
        good[:-3] + b"\r\n",
        good[:-2] + b"A\r\n",
        good[:-2] + b", Bearer x\r\n",
        good.replace(b"Authorization", b"Proxy-Authorization"),
        good.replace(b"Authorization", b"X-Authorization"),
        b"Authorization: Basic eDp5\r\n" + good,
        good + b"Authorization: Basic eDp5\r\n",
        good + good,
    ):
        raw(nobody.server.port, target + headers + b"\r\n").expect(401)


def test_refresh_token_opens_nothing_by_itself(owner: Client, nobody: Client, repository: str) -> None:
    assert owner.person is not None
    query = urlencode({"service": owner.server.host, "offline_token": "true"})
    reply = owner.connection.send("GET", f"/v2/auth?{query}", headers=owner.person.basic).expect(200)
    refresh = reply.json()["refresh_token"]
    _ask(nobody, repository, refresh).refusal(401, "UNAUTHORIZED")
    bearer = {"Authorization": f"Bearer {refresh}"}
    nobody.connection.send("GET", "/v2/_catalog", headers=bearer).refusal(401)
    nobody.connection.send("GET", "/api/v1/user/", headers=bearer).expect(401)
    nobody.connection.send("GET", f"/v2/auth?{query}", headers=bearer).refusal(401)


def test_registry_token_is_no_refresh_token(nobody: Client, token: str) -> None:
    form = urlencode({"grant_type": "refresh_token", "refresh_token": token, "service": nobody.server.host})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    nobody.connection.send("POST", "/v2/auth", form.encode(), kind).refusal(401, "UNAUTHORIZED")


@pytest.mark.parametrize("service", ["", "evil.example.com", "harbourmaster"])
def test_service_widens_no_scope(
    owner: Client, stranger: Client, stranger_person: Person, repository: str, service: str
) -> None:
    """The host that may stand before a name is what the client says it is: rights count all the same."""
    scope = f"repository:{service}/{repository}:pull,push" if service else f"repository:{repository}:pull"
    query = urlencode({"service": service, "scope": scope})
    reply = owner.connection.send("GET", f"/v2/auth?{query}", headers=stranger_person.basic).expect(200)
    claims = _part(reply.json()["token"], 1)
    assert all(not grant["actions"] for grant in claims["access"])
    _ask(stranger, repository, reply.json()["token"])
