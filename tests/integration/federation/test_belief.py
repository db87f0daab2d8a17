"""Which tokens of other issuers are believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from charthouse.model.errors import Unauthorized
from charthouse.services.identity.issuer_keys import FRESH_MS
from tests.support.issuer import (
    DISCOVERY,
    KEYS,
    Issuer,
    answer,
    encoded,
    issuing,
    public_jwk,
    rsa_key,
    text_of,
)
from tests.support.quay import HOST, QuayApi

from .pipeline import (
    GITHUB_SUBJECT,
    basic,
    by_hand,
    exchanged,
    github,
    hmac_signed,
    push,
    refused,
    trust,
)


@pytest.mark.parametrize(
    "key", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), None], ids=["ES256", "ES384", "ES512", "EdDSA"]
)
async def test_other_algorithms(acme: QuayApi, issuer: Issuer, key: Any) -> None:
    issuer.keys["other"] = (
        ed25519.Ed25519PrivateKey.generate() if key is None else ec.generate_private_key(key)
    )
    await exchanged(acme, issuer.token(github(acme), "other"))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "PS384", "PS512"])
async def test_other_ways_to_sign_by_rsa(acme: QuayApi, issuer: Issuer, algorithm: str) -> None:
    jwk = public_jwk(rsa_key(1), "second")
    del jwk["alg"]
    issuer.extra_keys = [jwk]
    await exchanged(acme, issuer.token(github(acme), "second", key=rsa_key(1), algorithm=algorithm))
    await refused(acme, issuer.token(github(acme), "first", key=rsa_key(), algorithm=algorithm))


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "repo:mallory/app:ref:refs/heads/main"},
        {"sub": ""},
        {"sub": None},
        {"sub": 5},
        {"sub": [GITHUB_SUBJECT]},
        {"aud": "https://github.com/acme"},
        {"aud": None},
        {"aud": []},
        {"aud": {"x": HOST}},
        {"iss": "https://token.actions.githubusercontent.com"},
        {"iss": None},
        {"iss": 5},
        {"exp": None},
        {"exp": 0},
        {"exp": True},
        {"exp": "tomorrow"},
        {"exp": 1e300},
        {"exp": 10**30},
        {"exp": -1},
        {"nbf": 9_999_999_999},
        {"iat": 9_999_999_999},
        {"nbf": "now"},
    ],
)
async def test_claims_that_are_not_believed(acme: QuayApi, issuer: Issuer, changes: dict[str, Any]) -> None:
    await refused(acme, issuer.token(github(acme, **changes)))


async def test_times_are_ours(acme: QuayApi, issuer: Issuer) -> None:
    token = issuer.token(github(acme))
    short = await exchanged(acme, token)
    acme.clock.advance(299)
    await push(acme, basic(short))
    acme.clock.advance(1)
    await refused(acme, token)
    for authorization in (basic(short), f"Bearer {short}"):
        with pytest.raises(Unauthorized):
            await push(acme, authorization)


async def test_what_was_not_signed_by_the_issuer(acme: QuayApi, issuer: Issuer) -> None:
    """CVE-2025-24976's class: neither a kid, nor a key that the token brings, makes it the issuer's."""
    claims = github(acme)
    public = (
        rsa_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    own = public_jwk(rsa_key(2), "first")
    forged = [
        issuer.token(claims, key=rsa_key(2)),
        issuer.token(claims, key=rsa_key(2), headers={"jwk": own}),
        issuer.token(claims, key=rsa_key(2), headers={"jku": "https://localhost:1/keys"}),
        issuer.token(claims, key=rsa_key(2), headers={"x5u": "https://localhost:1/cert"}),
        issuer.token(claims, "unknown", key=rsa_key(2)),
        issuer.token(claims, "../first", key=rsa_key()),
        issuer.token(claims, headers={"kid": ["first"]}, key=rsa_key()),
        issuer.token(claims, headers={"crit": ["x"], "x": 1}),
        by_hand({"alg": "none", "kid": "first"}, {"iss": issuer.url, **claims}, b""),
        by_hand({"alg": "None"}, {"iss": issuer.url, **claims}, b""),
        by_hand({"alg": ["RS256"]}, {"iss": issuer.url, **claims}, b"x"),
        by_hand({}, {"iss": issuer.url, **claims}, b"x"),
        hmac_signed({"iss": issuer.url, **claims}, public),
    ]
    real = issuer.token(claims)
    forged += [real[:-8] + "AAAAAAAA", real.rpartition(".")[0] + ".", real.rpartition(".")[0]]
    header, _, signature = real.split(".")
    other = github(acme, sub=GITHUB_SUBJECT, repository_id="75")
    forged.append(f"{header}.{encoded({'iss': issuer.url, **other})}.{signature}")
    for token in forged:
        await refused(acme, token)
    await exchanged(acme, real)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "..", "é.é.é", "x" * 100_000, "eyJhbGciOiJSUzI1NiJ9.W10.x", "A" * 64]
)
async def test_what_is_no_token(acme: QuayApi, issuer: Issuer, token: str) -> None:
    await refused(acme, token)
    assert not issuer.asked


async def test_nested_nonsense(acme: QuayApi, issuer: Issuer) -> None:
    deep = text_of(b"[" * 8000)
    await refused(acme, f"eyJhbGciOiJSUzI1NiJ9.{deep}.x")
    await refused(acme, f"{deep}.e30.x")


async def test_rotated_keys(acme: QuayApi, issuer: Issuer) -> None:
    await exchanged(acme, issuer.token(github(acme)))
    issuer.keys = {"second": rsa_key(1)}
    acme.clock.advance(60)
    await exchanged(acme, issuer.token(github(acme), "second"))
    await refused(acme, issuer.token(github(acme), "first", key=rsa_key()))
    for number in range(20):
        await refused(acme, issuer.token(github(acme), f"made up {number}", key=rsa_key(2)))
    assert issuer.asked[KEYS] == 2


async def test_a_weak_key(acme: QuayApi, issuer: Issuer) -> None:
    weak = rsa_key(3, 1024)
    issuer.extra_keys = [public_jwk(weak, "weak")]
    await refused(acme, issuer.token(github(acme), "weak", key=weak))


async def test_a_key_that_takes_long(acme: QuayApi, issuer: Issuer) -> None:
    honest = public_jwk(rsa_key(1), "slow")
    issuer.extra_keys = [honest | {"e": "A" * 9 + honest["e"]}, honest | {"n": "A" * 1400 + honest["n"]}]
    await refused(acme, issuer.token(github(acme), "slow", key=rsa_key(1)))
    issuer.extra_keys = [honest]
    acme.clock.advance(FRESH_MS / 1000)
    await exchanged(acme, issuer.token(github(acme), "slow", key=rsa_key(1)))


async def test_a_key_for_something_else(acme: QuayApi, issuer: Issuer) -> None:
    issuer.extra_keys = [
        public_jwk(rsa_key(1), "encrypts") | {"use": "enc"},
        public_jwk(rsa_key(1), "other") | {"alg": "PS256"},
        {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"},
    ]
    for kid in ("encrypts", "other"):
        await refused(acme, issuer.token(github(acme), kid, key=rsa_key(1)))
    shared = hmac_signed({"iss": issuer.url, **github(acme)}, b"secret", "shared")
    await refused(acme, shared)


async def test_two_issuers_with_one_kid(acme: QuayApi, issuer: Issuer, tmp_path: Path) -> None:
    """What one trusted issuer signs in the name of another is not believed."""
    with issuing(tmp_path / "other") as other:
        other.keys = {"first": rsa_key(4)}
        entries = [{"issuer": url, "subject": GITHUB_SUBJECT} for url in (issuer.url, other.url)]
        await trust(acme, *entries)
        await exchanged(acme, issuer.token(github(acme)))
        await refused(acme, issuer.token(github(acme), key=rsa_key(4)))
        await refused(acme, other.token(github(acme, iss=issuer.url)))


async def test_an_issuer_that_fails(acme: QuayApi, issuer: Issuer) -> None:
    issuer.answers[DISCOVERY] = lambda request: answer(request, b"{}", 503)
    await refused(acme, issuer.token(github(acme)))
    issuer.answers.clear()
    await refused(acme, issuer.token(github(acme)))
    acme.clock.advance(10)
    await exchanged(acme, issuer.token(github(acme)))
