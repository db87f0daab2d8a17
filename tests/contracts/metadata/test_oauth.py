"""OAuth applications, and the tokens, codes and offers that belong to them."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.ports.accounts import AccessToken, AccountKind
from charthouse.ports.oauth import (
    Application,
    Assignment,
    AuthorizationCode,
    Details,
    Redemption,
)

from .world import NOW, World

DETAILS = Details(
    "Über CI", "builds ☸", "https://ci.example.com", "https://ci.example.com/cb", "ci@example.com"
)
LATER = NOW + 600_000


async def application(world: World, owner: int, client_id: str = "CLIENT") -> Application:
    await world.store.applications.add(owner, client_id, DETAILS, b"\0sealed", NOW)
    found = await world.store.applications.by_client_id(client_id)
    assert found is not None
    return found


def token(name: str, account_id: int, application_id: int | None, **more: object) -> AccessToken:
    plain = AccessToken(
        f"hash-{name}", account_id, "", ("repo:read",), NOW, LATER, f"uuid-{name}", application_id
    )
    return msgspec.structs.replace(plain, **more)


def code(app: Application, account_id: int, **more: object) -> AuthorizationCode:
    plain = AuthorizationCode(
        "code",
        app.application_id,
        account_id,
        ("repo:read", "user:read"),
        "https://ci.example.com/cb",
        "",
        LATER,
    )
    return msgspec.structs.replace(plain, **more)


def redemption(app: Application, **more: object) -> Redemption:
    plain = Redemption(
        code_hash="code",
        application_id=app.application_id,
        redirect_uri="https://ci.example.com/cb",
        challenge="",
        scopes=None,
        token_hash="hash-new",
        token_uuid="uuid-of-code",
        now_ms=NOW,
        expires_ms=LATER,
    )
    return msgspec.structs.replace(plain, **more)


async def epoch(world: World, account_id: int) -> int:
    account = await world.store.accounts.by_id(account_id)
    assert account is not None
    return account.epoch


async def test_an_application_is_found_and_changed(world: World) -> None:
    acme = await world.organization("acme", await world.user("alice"))
    app = await application(world, acme)
    assert (app.owner.account_id, app.owner.name, app.owner.kind) == (acme, "acme", AccountKind.ORGANIZATION)
    assert (app.details, app.sealed_secret, app.created_ms) == (DETAILS, b"\0sealed", NOW)
    await world.store.applications.change(app.application_id, Details("other"))
    await world.store.applications.set_secret(app.application_id, b"new")
    changed = await world.store.applications.by_client_id("CLIENT")
    assert changed == msgspec.structs.replace(app, details=Details("other"), sealed_secret=b"new")
    assert await world.store.applications.of_namespace(acme) == [changed]


@pytest.mark.parametrize("client_id", ["client", "CLIENT ", "", "CLI\0ENT", "cliënt"])
async def test_client_ids_compare_by_bytes(world: World, client_id: str) -> None:
    await application(world, await world.user("alice"))
    assert await world.store.applications.by_client_id(client_id) is None


async def test_a_namespace_has_its_own_applications(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    await application(world, acme, "B")
    await application(world, acme, "A")
    await application(world, alice, "C")
    found = await world.store.applications.of_namespace(acme)
    assert [app.client_id for app in found] == ["B", "A"]


async def test_removal_takes_everything_and_ends_the_tokens_of_its_users(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    app = await application(world, await world.organization("acme", alice))
    before = await world.harness.counts()
    other = await application(world, alice, "OTHER")
    number = other.application_id
    await world.store.authorizations.add(token("1", bob, number), None)
    await world.store.codes.add(code(other, bob))
    await world.store.assignments.add(Assignment("u", other, bob, ("repo:read",), "", "token"))
    epochs = await epoch(world, alice), await epoch(world, bob)
    await world.store.applications.remove(number)
    left = await world.harness.counts()
    assert {name: rows for name, rows in left.items() if name != "change_log"} == {
        name: rows for name, rows in before.items() if name != "change_log"
    }
    assert await world.store.applications.by_client_id("OTHER") is None
    assert await world.store.applications.by_client_id("CLIENT") == app
    assert (await epoch(world, alice), await epoch(world, bob)) == (epochs[0], epochs[1] + 1)


async def test_tokens_of_an_application_in_pages(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    other = await application(world, alice, "OTHER")
    for name in "cab":
        await world.store.authorizations.add(token(name, alice, app.application_id, creator="alice"), None)
    await world.store.authorizations.add(token("d", alice, other.application_id), None)
    first = await world.store.authorizations.of_application(app.application_id, "", 2)
    assert [made.token.uuid for made in first] == ["uuid-a", "uuid-b"]
    assert first[0].user == "alice"
    assert first[0].token == token("a", alice, app.application_id, creator="alice")
    rest = await world.store.authorizations.of_application(app.application_id, "uuid-b", 2)
    assert [made.token.uuid for made in rest] == ["uuid-c"]


async def test_made_tokens_are_counted(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    granted = token("granted", alice, app.application_id)
    assert await world.store.authorizations.add(granted, 1)
    stores = [world.harness.store, world.harness.peer] * 3
    made = [token(str(n), alice, app.application_id, creator="alice") for n in range(len(stores))]
    kept = await asyncio.gather(
        *(store.authorizations.add(one, 2) for store, one in zip(stores, made, strict=True))
    )
    assert sum(kept) == 2


async def test_authorizations_of_a_user(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    app = await application(world, bob)
    await world.store.authorizations.add(token("1", alice, app.application_id), None)
    own = token("2", alice, None, created_ms=NOW + 1, application="automation")
    await world.store.accounts.add_token(own)
    await world.store.authorizations.add(token("3", alice, app.application_id, expires_ms=NOW + 5), None)
    await world.store.authorizations.add(token("4", bob, app.application_id), None)
    found = await world.store.authorizations.of_account(alice, NOW + 5)
    assert [(one.token.uuid, one.application) for one in found] == [("uuid-1", app), ("uuid-2", None)]
    assert found[1].token == own


async def test_what_a_user_has_granted(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    app = await application(world, bob)
    number = app.application_id
    for one in (
        token("1", alice, number, scopes=("repo:read", "user:read")),
        token("2", alice, number, scopes=("repo:create",)),
        token("3", alice, number, scopes=("repo:admin",), expires_ms=NOW),
        token("4", alice, number, scopes=("user:admin",), creator="bob"),
        token("5", bob, number, scopes=("org:admin",)),
    ):
        await world.store.authorizations.add(one, None)
    granted = await world.store.authorizations.granted(alice, number, NOW)
    assert set(granted) == {"repo:read", "user:read", "repo:create"}


async def test_only_its_own_can_revoke_a_token(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    app, other = await application(world, bob), await application(world, bob, "OTHER")
    authorizations = world.store.authorizations
    for name in "12":
        await authorizations.add(token(name, alice, app.application_id), None)
    before = await epoch(world, alice)
    assert not await authorizations.remove_of_account(bob, "uuid-1")
    assert not await authorizations.remove_of_application(other.application_id, "uuid-1")
    assert await epoch(world, alice) == before
    assert await authorizations.remove_of_account(alice, "uuid-1")
    assert await epoch(world, alice) == before + 1
    assert await authorizations.remove_of_application(app.application_id, "uuid-2")
    assert await epoch(world, alice) == before + 2
    assert not await authorizations.remove_of_application(app.application_id, "uuid-2")
    assert await world.store.accounts.token("hash-1") is None


async def test_a_code_becomes_a_token_once(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    await world.store.codes.add(code(app, alice))
    made = await world.store.codes.redeem(redemption(app))
    assert made is not None
    assert (made.scopes, made.account_id) == (("repo:read", "user:read"), alice)
    assert await world.store.accounts.token("hash-new") == made
    before = await epoch(world, alice)
    assert await world.store.codes.redeem(redemption(app, token_hash="hash-again")) is None
    assert await world.store.accounts.token("hash-new") is None
    assert await world.store.accounts.token("hash-again") is None
    assert await epoch(world, alice) == before + 1


async def test_of_many_at_once_none_keeps_a_token(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    await world.store.codes.add(code(app, alice))
    stores = [world.harness.store, world.harness.peer] * 2
    made = await asyncio.gather(
        *(store.codes.redeem(redemption(app, token_hash=f"hash-{n}")) for n, store in enumerate(stores))
    )
    assert sum(one is not None for one in made) == 1
    assert await world.store.authorizations.of_account(alice, NOW) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://ci.example.com/cb/"},
        {"redirect_uri": "https://CI.example.com/cb"},
        {"challenge": "guess"},
        {"scopes": frozenset({"repo:read"})},
        {"scopes": frozenset({"repo:read", "user:read", "super:user"})},
        {"now_ms": LATER},
    ],
)
async def test_a_code_is_lost_on_whoever_may_not_have_it(world: World, wrong: dict[str, object]) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    await world.store.codes.add(code(app, alice))
    assert await world.store.codes.redeem(redemption(app, **wrong)) is None
    assert await world.store.codes.redeem(redemption(app)) is None
    assert await world.store.authorizations.of_account(alice, 0) == []


async def test_a_code_with_a_challenge(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    await world.store.codes.add(code(app, alice, challenge="right"))
    assert await world.store.codes.redeem(redemption(app)) is None
    await world.store.codes.add(code(app, alice, challenge="right"))
    named = frozenset({"user:read", "repo:read"})
    assert await world.store.codes.redeem(redemption(app, challenge="right", scopes=named)) is not None


async def test_a_code_of_another_application(world: World) -> None:
    alice = await world.user("alice")
    app, other = await application(world, alice), await application(world, alice, "OTHER")
    await world.store.codes.add(code(app, alice))
    assert await world.store.codes.redeem(redemption(other)) is None


async def test_a_new_secret_ends_codes(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    await world.store.codes.add(code(app, alice))
    await world.store.applications.set_secret(app.application_id, b"new")
    assert await world.store.codes.redeem(redemption(app)) is None


async def test_codes_expire(world: World) -> None:
    alice = await world.user("alice")
    app = await application(world, alice)
    await world.store.codes.add(code(app, alice))
    await world.store.codes.add(code(app, alice, code_hash="old", expires_ms=NOW - 1))
    assert await world.store.codes.remove_expired(NOW) == 1
    assert await world.store.codes.redeem(redemption(app)) is not None


async def test_offers(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    app, other = await application(world, alice), await application(world, alice, "OTHER")
    assignments = world.store.assignments
    first = Assignment("1", app, bob, ("repo:read", "repo:write"), "https://ci.example.com/cb", "token")
    await assignments.add(first)
    await assignments.add(msgspec.structs.replace(first, uuid="2", scopes=("repo:read",)))
    await assignments.add(msgspec.structs.replace(first, uuid="3", application=other))
    await assignments.add(msgspec.structs.replace(first, uuid="4", account_id=alice))
    found = await assignments.of_account(bob)
    assert [(one.uuid, one.application.client_id, one.scopes) for one in found] == [
        ("2", "CLIENT", ("repo:read",)),
        ("3", "OTHER", ("repo:read", "repo:write")),
    ]
    assert not await assignments.remove(alice, "2")
    assert await assignments.remove(bob, "2")
    assert not await assignments.remove(bob, "2")


async def test_a_deleted_organization_ends_what_its_applications_were_granted(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    app = await application(world, acme)
    await world.store.authorizations.add(token("1", bob, app.application_id), None)
    before = await epoch(world, bob)
    await world.store.namespaces.delete(acme)
    assert await world.store.accounts.token("hash-1") is None
    assert await epoch(world, bob) == before + 1
