"""Token requests: who asks, how much is granted, and what ends a token."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from charthouse.model.errors import InvalidRequest, NameInvalid, TooManyRequests, Unauthorized
from charthouse.model.permissions import Role
from charthouse.services.identity.token_service import IssuedToken
from charthouse.services.identity.tokens import Use

from .conftest import PASSWORD, REFRESH_SECONDS, TOKEN_SECONDS, World

PEER = "192.0.2.1"


async def get(
    world: World,
    name: str | None = None,
    *scopes: str,
    password: str = PASSWORD,
    service: str = "localhost:5000",
    offline: bool = False,
) -> IssuedToken:
    header = None
    if name is not None:
        header = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
    return await world.service.issue(header, service=service, scopes=scopes, offline=offline, peer=PEER)


async def post(world: World, **form: str) -> IssuedToken:
    return await world.service.exchange({"service": "localhost:5000"} | form, peer=PEER)


def granted(issued: IssuedToken) -> dict[str, list[str]]:
    body = jwt.decode(issued.token, options={"verify_signature": False})
    return {f"{entry['type']}:{entry['name']}": entry["actions"] for entry in body["access"]}


@pytest.fixture
async def alice(world: World) -> World:
    """A world in which alice (account 1) may do different things in different places."""
    await world.users.create_user("alice", PASSWORD, "")
    world.rights.roles |= {
        (1, "acme/read"): Role.READ,
        (1, "acme/write"): Role.WRITE,
        (1, "acme/own"): Role.ADMIN,
        (2, "acme/secret"): Role.ADMIN,
        (0, "acme/public"): Role.READ,
    }
    world.rights.creatable.add((1, "alice/new"))
    return world


@pytest.fixture
def named() -> Iterator[World]:
    made = World("registry.example.com", anonymous=False, library="library")
    yield made
    made.passwords.close()


async def test_the_answer(alice: World) -> None:
    issued = await get(alice, "alice", "repository:acme/read:pull")
    assert issued.token == issued.access_token
    assert issued.expires_in == TOKEN_SECONDS
    assert issued.issued_at == "2023-11-14T22:13:20Z"
    assert issued.scope == "repository:acme/read:pull"
    assert issued.refresh_token is None
    claims = await alice.tokens.read(issued.token, Use.REGISTRY)
    assert (claims.sub, claims.aud, claims.account_id) == ("alice", "localhost:5000", 1)
    assert claims.exp - claims.iat == TOKEN_SECONDS


async def test_only_what_is_allowed_is_granted_and_the_rest_is_named_alike(alice: World) -> None:
    scopes = [
        f"repository:{name}:pull,push,delete,*"
        for name in ("acme/read", "acme/write", "acme/own", "acme/secret", "acme/missing", "alice/new")
    ]
    assert granted(await get(alice, "alice", *scopes)) == {
        "repository:acme/read": ["pull"],
        "repository:acme/write": ["pull", "push", "delete"],
        "repository:acme/own": ["pull", "push", "delete", "*"],
        "repository:acme/secret": [],
        "repository:acme/missing": [],
        "repository:alice/new": ["pull", "push"],
    }


async def test_the_catalog(alice: World) -> None:
    assert granted(await get(alice, "alice", "registry:catalog:*")) == {"registry:catalog": ["*"]}


async def test_a_login_without_a_scope(alice: World) -> None:
    assert granted(await get(alice, "alice")) == {}


async def test_anonymous_gets_public_pulls_only(alice: World) -> None:
    scopes = [f"repository:acme/{name}:pull,push" for name in ("public", "read", "secret")]
    issued = await get(alice, None, *scopes, offline=True)
    assert granted(issued) == {
        "repository:acme/public": ["pull"],
        "repository:acme/read": [],
        "repository:acme/secret": [],
    }
    assert issued.scope == "repository:acme/public:pull"
    assert issued.refresh_token is None
    assert (await alice.tokens.read(issued.token, Use.REGISTRY)).account_id == 0


async def test_anonymous_without_a_scope_or_where_it_is_off(alice: World, named: World) -> None:
    with pytest.raises(Unauthorized):
        await get(alice, None)
    with pytest.raises(Unauthorized, match="Anonymous access is not allowed"):
        await get(named, None, "registry:catalog:*", service="registry.example.com")


async def test_bad_credentials(alice: World) -> None:
    with pytest.raises(Unauthorized):
        await get(alice, "alice", password="wrong-password")
    with pytest.raises(TooManyRequests):
        await get(alice, "alice", password="other-password")
    with pytest.raises(Unauthorized, match="Basic"):
        await alice.service.issue("Bearer abc", service="", scopes=(), offline=False, peer=PEER)
    alice.clock.advance(1)
    with pytest.raises(Unauthorized):
        await post(alice, grant_type="password", username="alice", password="x")


async def test_malformed_scopes(alice: World) -> None:
    with pytest.raises(InvalidRequest):
        await get(alice, "alice", "repository:acme/web")
    with pytest.raises(NameInvalid):
        await get(alice, "alice", "repository:ACME/web:pull")


async def test_a_named_registry_answers_for_itself_only(named: World) -> None:
    await named.users.create_user("alice", PASSWORD, "")
    with pytest.raises(InvalidRequest, match=r"registry\.example\.com"):
        await get(named, "alice", service="elsewhere")
    named.rights.roles[1, "library/web"] = Role.READ
    issued = await get(
        named, "alice", "repository:registry.example.com/acme/web:pull repository:web:pull", service=""
    )
    assert granted(issued) == {"repository:acme/web": [], "repository:library/web": ["pull"]}
    assert (await named.tokens.read(issued.token, Use.REGISTRY)).aud == "registry.example.com"


async def test_the_oauth2_form(alice: World) -> None:
    issued = await post(
        alice,
        grant_type="password",
        username="alice",
        password=PASSWORD,
        service="localhost:5000",
        client_id="docker",
        access_type="offline",
        scope="repository:acme/read:pull repository:acme/write:push",
    )
    assert granted(issued) == {"repository:acme/read": ["pull"], "repository:acme/write": ["push"]}
    assert issued.refresh_token
    again = await post(
        alice,
        grant_type="refresh_token",
        refresh_token=issued.refresh_token,
        scope="repository:acme/own:*",
    )
    assert granted(again) == {"repository:acme/own": ["*"]}
    assert again.refresh_token is None


@pytest.mark.parametrize("grant_type", ["", "authorization_code"])
async def test_other_grant_types(alice: World, grant_type: str) -> None:
    with pytest.raises(InvalidRequest):
        await post(alice, grant_type=grant_type, username="alice", password=PASSWORD)


async def refresh_token(world: World) -> str:
    issued = await get(world, "alice", offline=True)
    assert issued.refresh_token is not None
    return issued.refresh_token


async def test_a_refresh_token_dies_with_the_password(alice: World) -> None:
    token = await refresh_token(alice)
    await alice.accounts.set_password(1, await alice.passwords.hash("the-next-one"))
    with pytest.raises(Unauthorized, match="revoked"):
        await post(alice, grant_type="refresh_token", refresh_token=token)


async def test_a_refresh_token_dies_with_the_account(alice: World) -> None:
    token = await refresh_token(alice)
    await alice.accounts.set_enabled(1, False)
    with pytest.raises(Unauthorized, match="revoked"):
        await post(alice, grant_type="refresh_token", refresh_token=token)


async def test_a_refresh_token_expires(alice: World) -> None:
    token = await refresh_token(alice)
    alice.clock.advance(REFRESH_SECONDS - 1)
    await post(alice, grant_type="refresh_token", refresh_token=token)
    alice.clock.advance(1)
    with pytest.raises(Unauthorized, match="expired"):
        await post(alice, grant_type="refresh_token", refresh_token=token)


async def test_a_refresh_token_serves_its_own_service_only(alice: World) -> None:
    token = await refresh_token(alice)
    with pytest.raises(Unauthorized, match="another service"):
        await post(alice, grant_type="refresh_token", refresh_token=token, service="elsewhere:5000")


async def test_a_registry_token_is_no_refresh_token(alice: World) -> None:
    token = (await get(alice, "alice")).token
    with pytest.raises(Unauthorized):
        await post(alice, grant_type="refresh_token", refresh_token=token)


async def test_an_account_changed_while_it_asks(alice: World) -> None:
    await alice.credentials.verify("alice", PASSWORD, PEER)
    access = alice.rights.access

    async def changed(account_id: int, repository: str) -> Any:
        await alice.accounts.set_enabled(1, False)
        return await access(account_id, repository)

    alice.rights.access = changed  # type: ignore[method-assign]
    with pytest.raises(Unauthorized, match="changed"):
        await get(alice, "alice", "repository:acme/own:pull")
