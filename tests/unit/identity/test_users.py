"""Making users and organizations, by Quay's rules and with its texts."""

from __future__ import annotations

import asyncio
import re

import pytest

from charthouse.model.errors import AlreadyExists, InvalidRequest, Unauthorized
from charthouse.model.permissions import Standing
from charthouse.model.scopes import Scope
from charthouse.services.identity.access_tokens import AccessTokenExpired
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.users import FIRST_USER_SCOPES, Users

from .conftest import PASSWORD, World

BAD_PASSWORD = "Invalid password, password must be at least 8 characters and contain no whitespace."


async def refusal_of_first(world: World, name: str, password: str, email: str) -> str:
    with pytest.raises(InvalidRequest) as refusal:
        await world.users.initialize(name, password, email, with_token=False)
    return refusal.value.message


async def test_the_first_user(world: World) -> None:
    first = await world.users.initialize("quayadmin", PASSWORD, "quayadmin@example.com", with_token=True)
    assert first.account.superuser
    assert world.sealer.open(first.encrypted_password, "quayadmin") == PASSWORD
    assert re.fullmatch(r"[A-Z0-9]{40}", first.access_token)
    grantee = await world.access_tokens.holder(first.access_token)
    assert grantee.account_id == first.account.account_id
    assert grantee.scopes == frozenset(FIRST_USER_SCOPES)
    caller = await world.credentials.verify("quayadmin", first.encrypted_password, "")
    assert caller.name == "quayadmin"


async def test_the_first_user_without_a_token(world: World) -> None:
    first = await world.users.initialize("quayadmin", PASSWORD, "", with_token=False)
    assert first.access_token == ""


async def test_there_is_one_first_user(world: World) -> None:
    answers = await asyncio.gather(
        *(world.users.initialize(f"user{number}", PASSWORD, "", with_token=False) for number in range(5)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, InvalidRequest)]
    assert len(refused) == 4
    assert {error.message for error in refused} == {"Cannot initialize user in a non-empty database"}


async def test_the_first_user_keeps_the_rules(world: World) -> None:
    assert (
        await refusal_of_first(world, "quayadmin", "short", "")
        == f"Failed to initialize user: {BAD_PASSWORD}"
    )
    assert (await refusal_of_first(world, "Q", PASSWORD, "")).startswith(
        "Failed to initialize user: Invalid namespace Q: Namespace must be between 2 and 255"
    )
    assert await refusal_of_first(world, "quayadmin", PASSWORD, "nowhere") == (
        "Failed to initialize user: Invalid email address: nowhere"
    )


async def test_configured_superusers(world: World) -> None:
    standings = Standings(superusers=("root",))
    users = Users(world.accounts, world.passwords, world.sealer, world.clock, standings)
    first = (await users.initialize("alice", PASSWORD, "", with_token=False)).account
    root = await users.create_user("root", PASSWORD, "")
    flagged = await users.create_user("flagged", PASSWORD, "", superuser=True)
    assert standings.of(first) is Standing.ORDINARY
    assert standings.of(root) is Standing.SUPERUSER
    assert standings.of(flagged) is Standing.SUPERUSER


@pytest.mark.parametrize(
    "name", ["Alice", "a", "a" * 256, "-alice", "ali ce", "alice/bob", "ns+robot", "$app", "../x"]
)
async def test_names_outside_the_rule(world: World, name: str) -> None:
    owner = await world.users.create_user("owner", PASSWORD, "")
    with pytest.raises(InvalidRequest, match="Namespace must"):
        await world.users.create_user(name, PASSWORD, "")
    with pytest.raises(InvalidRequest, match="Namespace must"):
        await world.users.create_organization(name, "", owner)


@pytest.mark.parametrize(
    "email", ["nowhere", "a@b", "a b@example.com", "a@exa\0mple.com", "x" * 250 + "@a.com"]
)
async def test_addresses_that_are_none(world: World, email: str) -> None:
    with pytest.raises(InvalidRequest, match="Invalid email address"):
        await world.users.create_user("alice", PASSWORD, email)


async def test_one_space_of_names(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "alice@example.com")
    await world.users.create_organization("acme", "", alice)
    for name in ("alice", "acme"):
        with pytest.raises(AlreadyExists) as refusal:
            await world.users.create_user(name, PASSWORD, "")
        assert refusal.value.message == "A user or organization with this name already exists"
        with pytest.raises(AlreadyExists):
            await world.users.create_organization(name, "", alice)
    assert await world.users.user("alice") == alice
    assert await world.users.user("acme") is None
    assert await world.users.user("nobody") is None


async def test_passwords_are_kept_as_hashes(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    assert alice.password_hash.startswith("$argon2id$")
    with pytest.raises(InvalidRequest, match=re.escape(BAD_PASSWORD)):
        await world.users.create_user("bob", "short", "")


async def test_access_tokens_end(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    token = await world.users.issue_access_token(alice, "ci", ("repo:read",), 60)
    world.clock.advance(59.999)
    assert (await world.access_tokens.holder(token)).scopes == frozenset({Scope.REPO_READ})
    world.clock.advance(0.001)
    with pytest.raises(AccessTokenExpired):
        await world.access_tokens.holder(token)


async def test_access_tokens_of_a_disabled_user(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    token = await world.users.issue_access_token(alice, "ci", ("repo:read",), 60)
    await world.accounts.set_enabled(alice.account_id, False)
    with pytest.raises(Unauthorized, match="could not be validated"):
        await world.access_tokens.holder(token)


async def test_unknown_access_tokens(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    token = await world.users.issue_access_token(alice, "ci", ("repo:read",), 60)
    for wrong in ("", token.lower(), token[:-1], token + "A"):
        with pytest.raises(Unauthorized):
            await world.access_tokens.holder(wrong)
    assert token not in repr(vars(world.accounts))
