"""Service keys: superusers manage them, services register, replace and withdraw their own."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from charthouse.jobs.service_keys import ServiceKeyExpiryJob
from tests.support.quay import HOST, QuayApi
from tests.support.server import Answer

KEYS = "/api/v1/superuser/keys"
APPROVED = "/api/v1/superuser/approvedkeys/"
CLAIR = "/keys/services/clair/keys"
MINUTE = 60


class Service:
    """A service with a key of its own."""

    def __init__(self, kid: str, private: Any = None) -> None:
        self.kid = kid
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        public: Any = self.private.public_key()
        rs = isinstance(public, rsa.RSAPublicKey)
        self.algorithm = "RS256" if rs else "ES256"
        made: str = RSAAlgorithm.to_jwk(public) if rs else ECAlgorithm.to_jwk(public)
        self.jwk: dict[str, Any] = json.loads(made)

    def token(self, quay: QuayApi, **claims: Any) -> dict[str, str]:
        now = quay.clock.now_ms() // 1000
        told = {"iss": "clair", "aud": f"https://{HOST}", "iat": now, "exp": now + MINUTE} | claims
        told = {name: value for name, value in told.items() if value is not None}
        signed = jwt.encode(told, self.private, self.algorithm, {"kid": self.kid})
        return {"Authorization": f"Bearer {signed}"}

    async def register(
        self, quay: QuayApi, query: str = "", signer: Service | None = None, **claims: Any
    ) -> Answer:
        headers = (signer or self).token(quay, **claims)
        return await quay.ask("PUT", f"{CLAIR}/{self.kid}{query}", headers=headers, document=self.jwk)


async def usable(quay: QuayApi) -> list[str]:
    answer = await quay.ask("GET", CLAIR)
    assert answer.status == 200
    return [key["kid"] for key in answer.json()["keys"]]


async def test_superuser_makes_a_key(superuser: QuayApi) -> None:
    expires = superuser.clock.now_ms() // 1000 + 3600
    document = {
        "service": "clair",
        "expiration": expires,
        "name": "scan",
        "metadata": {"a": 1},
        "notes": "why",
    }
    answer = await superuser.ask("POST", KEYS, who="root", document=document)
    made = answer.json()
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert set(made) == {"kid", "name", "service", "public_key", "private_key"}
    private = load_pem_private_key(made["private_key"].encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.key_size == 2048
    assert await usable(superuser) == [made["kid"]]

    answer = await superuser.ask("GET", KEYS, who="auditor")
    assert "PRIVATE" not in answer.body.decode()
    (key,) = answer.json()["keys"]
    assert set(key) == {
        "name", "kid", "service", "jwk", "metadata", "created_date", "expiration_date", "rotation_duration",
        "approval",
    }  # fmt: skip
    assert set(key["jwk"]) == {"kty", "n", "e", "kid", "use"}
    assert key["expiration_date"].endswith(" GMT")
    assert (key["metadata"]["a"], key["metadata"]["created_by"]) == (1, "Superuser root")
    assert set(key["approval"]) == {"approver", "approval_type", "approved_date", "notes"}
    assert key["approval"]["approver"]["name"] == "root"
    assert key["approval"]["notes"] == "why"
    assert (await superuser.ask("GET", f"{KEYS}/{made['kid']}", who="root")).json() == key


@pytest.mark.parametrize(
    "change",
    [
        {"service": "No Service"},
        {"service": ""},
        {"expiration": 1},
        {"expiration": 1 << 70},
        {"name": "x" * 300},
    ],
)
async def test_what_is_no_key_is_not_made(superuser: QuayApi, change: dict[str, Any]) -> None:
    document = {"service": "clair", "expiration": None} | change
    answer = await superuser.ask("POST", KEYS, who="root", document=document)
    assert answer.status == 400
    assert (await superuser.ask("GET", KEYS, who="root")).json() == {"keys": []}


async def test_superuser_changes_and_removes_a_key(superuser: QuayApi) -> None:
    document = {"service": "clair", "expiration": None}
    kid = (await superuser.ask("POST", KEYS, who="root", document=document)).json()["kid"]
    path = f"{KEYS}/{kid}"
    changed = await superuser.ask("PUT", path, who="root", document={"name": "new"})
    assert (changed.status, changed.json()["name"], changed.json()["expiration_date"]) == (200, "new", None)
    assert (await superuser.ask("PUT", path, who="root", document={"expiration": 5})).status == 400
    soon = superuser.clock.now_ms() // 1000 + 10
    await superuser.ask("PUT", path, who="root", document={"expiration": soon})
    superuser.clock.advance(11)
    assert await usable(superuser) == []
    assert (await superuser.ask("GET", f"{CLAIR}/{kid}")).status == 403
    assert (await superuser.ask("DELETE", path, who="root")).status == 204
    for method, where in (("GET", path), ("PUT", path), ("DELETE", path), ("POST", f"{APPROVED}{kid}")):
        assert (await superuser.ask(method, where, who="root", document={})).status == 404


@pytest.mark.parametrize("private", [None, rsa.generate_private_key(65537, 2048)])
async def test_a_service_registers_and_is_believed_once_approved(superuser: QuayApi, private: Any) -> None:
    clair = Service("clair-1", private)
    for _ in range(2):
        assert (await clair.register(superuser, "?rotation=60")).status == 202
    assert await usable(superuser) == []
    assert (await superuser.ask("GET", f"{CLAIR}/clair-1")).status == 409
    (waiting,) = (await superuser.ask("GET", KEYS, who="root")).json()["keys"]
    assert (waiting["approval"], waiting["rotation_duration"]) == (None, 60)
    approved = await superuser.ask("POST", f"{APPROVED}clair-1", who="root", document={"notes": "ok"})
    assert approved.status == 201
    assert await usable(superuser) == ["clair-1"]
    shown = (await superuser.ask("GET", f"{CLAIR}/clair-1")).json()
    assert shown["kid"] == "clair-1"
    assert "d" not in shown


async def test_an_approved_key_signs_for_the_next(superuser: QuayApi) -> None:
    old, new = Service("clair-1"), Service("clair-2")
    await old.register(superuser)
    assert (await new.register(superuser, signer=old)).status == 401
    await superuser.ask("POST", f"{APPROVED}clair-1", who="root", document={"notes": ""})
    assert (await new.register(superuser, signer=old)).status == 200
    assert await usable(superuser) == ["clair-2"]
    assert (await Service("clair-3").register(superuser, signer=old)).status == 401
    (key,) = (await superuser.ask("GET", KEYS, who="root")).json()["keys"]
    assert key["approval"]["approver"] is None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "other"},
        {"aud": "https://elsewhere.example.com"},
        {"aud": None},
        {"iss": None},
        {"exp": None},
        {"exp": 5},
        {"exp": 1 << 40},
        {"exp": "soon"},
    ],
)
async def test_a_token_for_something_else_registers_nothing(
    superuser: QuayApi, claims: dict[str, Any]
) -> None:
    assert (await Service("clair-1").register(superuser, **claims)).status == 401
    assert (await superuser.ask("GET", KEYS, who="root")).json() == {"keys": []}


async def test_a_token_of_another_key_registers_nothing(superuser: QuayApi) -> None:
    clair, thief = Service("clair-1"), Service("clair-1")
    headers = thief.token(superuser)
    answer = await superuser.ask("PUT", f"{CLAIR}/clair-1", headers=headers, document=clair.jwk)
    assert answer.status == 401
    for value in ("", "Bearer", "Bearer nonsense", "Bearer " + "x" * 9000):
        answer = await superuser.ask(
            "PUT", f"{CLAIR}/clair-1", headers={"Authorization": value}, document=clair.jwk
        )
        assert answer.status == 401


async def test_unsigned_and_symmetric_tokens_register_nothing(superuser: QuayApi) -> None:
    clair = Service("clair-1")
    now = superuser.clock.now_ms() // 1000
    claims = {"iss": "clair", "aud": f"https://{HOST}", "exp": now + 60}
    for token in (
        jwt.encode(claims, "", "none", {"kid": "clair-1"}),
        jwt.encode(claims, clair.jwk["x"], "HS256", {"kid": "clair-1"}),
    ):
        headers = {"Authorization": f"Bearer {token}"}
        answer = await superuser.ask("PUT", f"{CLAIR}/clair-1", headers=headers, document=clair.jwk)
        assert answer.status == 401


async def test_a_key_is_never_overwritten(superuser: QuayApi) -> None:
    await Service("clair-1").register(superuser)
    assert (await Service("clair-1").register(superuser)).status == 400


async def test_weak_and_private_keys_are_refused(superuser: QuayApi) -> None:
    clair = Service("clair-1")
    weak = Service("clair-1", rsa.generate_private_key(65537, 1024))  # noqa: S505 -- the point
    private = json.loads(ECAlgorithm.to_jwk(clair.private))
    other_curve = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key()))
    for jwk in (
        weak.jwk,
        private,
        other_curve,
        {},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
    ):
        headers = clair.token(superuser)
        answer = await superuser.ask("PUT", f"{CLAIR}/clair-1", headers=headers, document=jwk)
        assert answer.status == 400, jwk
    assert (await superuser.ask("GET", KEYS, who="root")).json() == {"keys": []}


async def test_waiting_keys_are_bounded_and_forgotten(superuser: QuayApi) -> None:
    key = Service("clair-0")
    for number in range(100):
        key.kid = f"clair-{number}"
        assert (await key.register(superuser)).status == 202
    key.kid = "one-more"
    refused = await key.register(superuser)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) > 0
    job = ServiceKeyExpiryJob(
        superuser.registry.metadata.service_keys, superuser.clock, unapproved=86400, expired=7 * 86400
    )
    assert await job.run() == {"keys": 0}
    superuser.clock.advance(86401)
    assert await job.run() == {"keys": 100}
    assert (await key.register(superuser)).status == 202


async def test_a_service_withdraws_its_key(superuser: QuayApi) -> None:
    clair, other = Service("clair-1"), Service("clair-2")
    for service in (clair, other):
        await service.register(superuser)
    path = f"{CLAIR}/clair-1"
    assert (await superuser.ask("DELETE", path)).status == 401
    assert (await superuser.ask("DELETE", path, headers=other.token(superuser))).status == 401
    assert (await superuser.ask("DELETE", path, headers=clair.token(superuser))).status == 204
    assert (await superuser.ask("DELETE", path, headers=clair.token(superuser))).status == 404
    assert (await superuser.ask("GET", path)).status == 404


async def test_services_do_not_touch_each_others_keys(superuser: QuayApi) -> None:
    clair, builder = Service("clair-1"), Service("builder-1")
    await clair.register(superuser)
    await superuser.ask("POST", f"{APPROVED}clair-1", who="root", document={"notes": ""})
    elsewhere = "/keys/services/builder/keys"
    for headers in (clair.token(superuser), clair.token(superuser, iss="builder")):
        answer = await superuser.ask("PUT", f"{elsewhere}/builder-1", headers=headers, document=builder.jwk)
        assert answer.status == 401
    assert (await superuser.ask("GET", f"{elsewhere}/clair-1")).status == 404
    answer = await superuser.ask(
        "DELETE", f"{elsewhere}/clair-1", headers=clair.token(superuser, iss="builder")
    )
    assert answer.status == 404
    assert await usable(superuser) == ["clair-1"]


@pytest.mark.parametrize(("who", "status"), [("", 401), ("alice", 403), ("auditor", 403)])
async def test_others_change_nothing(superuser: QuayApi, who: str, status: int) -> None:
    await Service("clair-1").register(superuser)
    requests: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("POST", KEYS, {"service": "clair", "expiration": None}),
        ("PUT", f"{KEYS}/clair-1", {"name": "x"}),
        ("DELETE", f"{KEYS}/clair-1", {}),
        ("POST", f"{APPROVED}clair-1", {"notes": ""}),
    )
    for method, path, document in requests:
        assert (await superuser.ask(method, path, who=who, document=document)).status == status
    (key,) = (await superuser.ask("GET", KEYS, who="root")).json()["keys"]
    assert (key["name"], key["approval"]) == ("", None)
    if who != "auditor":
        assert (await superuser.ask("GET", KEYS, who=who)).status == status
