"""Tokens: only what our own keys signed, for this use, at this time, is believed."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import ActorKind, Standing
from charthouse.services.identity.scopes import Grant
from charthouse.services.identity.tokens import ISSUER, Claims, Tokens, Use

from .conftest import World


def claims(world: World, **changes: Any) -> Claims:
    now = world.clock.now_ms() // 1000
    made = Claims(
        iss=ISSUER,
        aud="registry.example.com",
        sub="alice",
        iat=now,
        nbf=now,
        exp=now + 60,
        jti="1",
        access=(Grant("repository", "acme/web", ("pull",)),),
        account_id=7,
        kind=ActorKind.USER,
        epoch=3,
        use=Use.REGISTRY,
        standing=Standing.ORDINARY,
    )
    return msgspec.structs.replace(made, **changes)


def payload(world: World) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(claims(world))
    return made


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def refused(world: World, token: str, use: Use = Use.REGISTRY) -> str:
    with pytest.raises(Unauthorized) as refusal:
        await world.tokens.read(token, use)
    return refusal.value.message


async def test_written_and_read(world: World) -> None:
    made = claims(world)
    token = await world.tokens.write(made)
    assert await world.tokens.read(token, Use.REGISTRY) == made
    header = jwt.get_unverified_header(token)
    assert header == {"alg": "ES256", "typ": "JWT", "kid": world.signing_keys.keys[0].kid}
    # What docker's clients and other tools read stands in its usual place.
    body = jwt.decode(token, options={"verify_signature": False})
    assert body["access"] == [{"type": "repository", "name": "acme/web", "actions": ["pull"]}]
    assert body["sub"] == "alice"


async def test_expiry_is_by_our_clock(world: World) -> None:
    token = await world.tokens.write(claims(world))
    world.clock.advance(59)
    await world.tokens.read(token, Use.REGISTRY)
    world.clock.advance(1)
    assert "expired" in await refused(world, token)


async def test_a_token_from_the_future(world: World) -> None:
    now = world.clock.now_ms() // 1000
    await world.tokens.read(await world.tokens.write(claims(world, nbf=now + 60)), Use.REGISTRY)
    assert "not valid yet" in await refused(world, await world.tokens.write(claims(world, nbf=now + 61)))


async def test_one_use_never_passes_as_the_other(world: World) -> None:
    refresh = await world.tokens.write(claims(world, use=Use.REFRESH))
    assert "refresh token" in await refused(world, refresh, Use.REGISTRY)
    registry = await world.tokens.write(claims(world))
    assert "registry token" in await refused(world, registry, Use.REFRESH)


async def test_another_issuer_or_audience(world: World) -> None:
    assert "another service" in await refused(world, await world.tokens.write(claims(world, iss="quay")))
    strict = Tokens(world.keyring, world.clock, service="registry.example.com")
    await strict.read(await strict.write(claims(world)), Use.REGISTRY)
    with pytest.raises(Unauthorized, match="another service"):
        await strict.read(await strict.write(claims(world, aud="elsewhere")), Use.REGISTRY)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
async def test_unsigned(world: World, alg: str) -> None:
    kid = (await world.keyring.signer()).kid
    head = segment({"alg": alg, "typ": "JWT", "kid": kid})
    await refused(world, f"{head}.{segment(payload(world))}.")


async def test_hmac_with_the_public_key(world: World) -> None:
    import hashlib
    import hmac

    signer = await world.keyring.signer()
    pem = signer.public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': signer.kid})}.{segment(payload(world))}"
    mac = hmac.digest(pem, signed.encode(), hashlib.sha256)
    await refused(world, f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}")


async def test_a_strangers_key_under_our_kid(world: World) -> None:
    kid = (await world.keyring.signer()).kid
    stranger = ec.generate_private_key(ec.SECP256R1())
    await refused(world, jwt.encode(payload(world), stranger, "ES256", headers={"kid": kid}))


async def test_a_key_that_the_token_brings_along(world: World) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(stranger.public_key()))
    for headers in (
        {"jwk": jwk},
        {"jwk": jwk, "kid": "stranger"},
        {"jwk": jwk, "kid": (await world.keyring.signer()).kid},
        {"jku": "https://attacker.example.com/keys", "kid": "stranger"},
        {"x5c": ["MIIB"], "kid": (await world.keyring.signer()).kid},
    ):
        await refused(world, jwt.encode(payload(world), stranger, "ES256", headers=headers))


async def test_other_algorithms(world: World) -> None:
    kid = (await world.keyring.signer()).kid
    rsa_key = rsa.generate_private_key(65537, 2048)
    await refused(world, jwt.encode(payload(world), rsa_key, "RS256", headers={"kid": kid}))
    curve = ec.generate_private_key(ec.SECP384R1())
    await refused(world, jwt.encode(payload(world), curve, "ES384", headers={"kid": kid}))


@pytest.mark.parametrize("kid", [None, 7, ["a"], {"a": 1}, "", "../../etc/passwd"])
async def test_odd_kids(world: World, kid: object) -> None:
    await world.keyring.signer()
    head = segment({"alg": "ES256", "typ": "JWT", "kid": kid})
    await refused(world, f"{head}.{segment(payload(world))}.{'A' * 86}")


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "a.b.c.d", "\x00", "ä.ö.ü", "e30.e30.e30", "x" * 70_000]
)
async def test_what_is_no_token(world: World, token: str) -> None:
    await refused(world, token)


async def test_any_changed_character_is_noticed(world: World) -> None:
    token = await world.tokens.write(claims(world))
    for position in range(0, len(token) - 1, 7):  # the last one has bits that mean nothing
        other = "A" if token[position] != "A" else "B"
        await refused(world, token[:position] + other + token[position + 1 :])


@pytest.mark.parametrize(
    "changes",
    [
        {"epoch": "3"},
        {"account_id": None},
        {"kind": "god"},
        {"use": "everything"},
        {"exp": "tomorrow"},
        {"access": [{"type": "repository", "name": "acme/web"}]},
    ],
)
async def test_claims_of_other_types(world: World, changes: dict[str, Any]) -> None:
    signer = await world.keyring.signer()
    body = payload(world) | changes
    await refused(world, jwt.encode(body, signer.private, "ES256", headers={"kid": signer.kid}))


async def test_missing_claims(world: World) -> None:
    signer = await world.keyring.signer()
    for name in payload(world):
        body = {key: value for key, value in payload(world).items() if key != name}
        await refused(world, jwt.encode(body, signer.private, "ES256", headers={"kid": signer.kid}))


async def test_a_key_taken_from_the_store_is_believed_no_more(world: World) -> None:
    token = await world.tokens.write(claims(world, exp=world.clock.now_ms() // 1000 + 86_400))
    world.signing_keys.keys.clear()
    world.clock.advance(10 * 60)
    assert "not signed by this registry" in await refused(world, token)
