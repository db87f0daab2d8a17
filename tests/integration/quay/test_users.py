"""Users: their own account, what others see of it, and strangers who sign up; field by field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from charthouse.config.settings import People
from charthouse.model.errors import Unauthorized
from charthouse.ports.accounts import NewUser
from charthouse.ports.invites import NewInvite
from charthouse.services.identity.opaque import hash_of
from charthouse.services.identity.sign_up import ACCOUNTS_AN_HOUR
from tests.support.browser import Browser
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

PASSWORD, OTHER = "correct-horse", "battery-staple"
USER = "/api/v1/user/"
WEEK = 7 * 86_400
PEER = "192.0.2.1"
NEW = {"username": "bob", "password": PASSWORD, "email": "bob@example.com"}


@pytest.fixture
async def alice(quay: QuayApi) -> Browser:
    await quay.registry.users.create_user("alice", PASSWORD, "alice@example.com")
    browser = Browser(quay)
    await browser.sign_in("alice", PASSWORD)
    return browser


@asynccontextmanager
async def api(path: Path, **people: Any) -> AsyncIterator[QuayApi]:
    async with quay_api(path / "data", present(), people=People(**people)) as quay:
        yield quay


async def test_the_whole_of_a_user(alice: Browser, quay: QuayApi) -> None:
    await quay.organization("acme", "alice")
    found = (await alice.ask("GET", USER)).json()
    avatar, [organization] = found.pop("avatar"), found.pop("organizations")
    assert set(avatar) == {"name", "hash", "color", "kind"}
    assert found == {
        "anonymous": False,
        "username": "alice",
        "can_create_repo": True,
        "is_me": True,
        "verified": True,
        "email": "alice@example.com",
        "logins": [],
        "invoice_email": False,
        "invoice_email_address": None,
        "preferred_namespace": False,
        "tag_expiration_s": 2 * WEEK,
        "prompts": [],
        "company": None,
        "family_name": None,
        "given_name": None,
        "location": None,
        "is_free_account": True,
        "has_password_set": True,
    }
    del organization["avatar"]
    assert organization == {
        "name": "acme",
        "can_create_repo": True,
        "public": False,
        "is_org_admin": True,
        "preferred_namespace": False,
    }


async def test_nobody_is_told_to_log_in(quay: QuayApi) -> None:
    answer = await quay.ask("GET", USER)
    assert (answer.status, answer.json()["session_required"]) == (401, False)


async def test_what_a_user_changes(alice: Browser) -> None:
    change = {
        "email": "new@example.com",
        "invoice_email": True,
        "invoice_email_address": "invoices@example.com",
        "tag_expiration_s": WEEK,
    }
    answer = await alice.ask("PUT", USER, document=change)
    assert answer.status == 200
    for found in (answer.json(), (await alice.ask("GET", USER)).json()):
        assert {name: found[name] for name in change} == change
    left = (await alice.ask("PUT", USER, document={})).json()
    assert {name: left[name] for name in change} == change, "what is left out stays"
    cleared = (await alice.ask("PUT", USER, document={"invoice_email_address": None})).json()
    assert cleared["invoice_email_address"] is None


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"tag_expiration_s": 1}, "Invalid tag expiration option"),
        ({"tag_expiration_s": -1}, "Invalid tag expiration option"),
        ({"email": "nonsense"}, "Invalid email address"),
        ({"password": "short"}, "Invalid password"),
        ({"password": "with space 1"}, "Invalid password"),
        ({"username": "carol"}, "keeps the name"),
        ({"company": "x" * 300, "invoice_email_address": "x" * 300}, "255"),
        ({"tag_expiration_s": "a week"}, "tag_expiration_s"),
    ],
)
async def test_a_refused_change_changes_nothing(alice: Browser, change: dict[str, Any], text: str) -> None:
    before = (await alice.ask("GET", USER)).json()
    answer = await alice.ask("PUT", USER, document={"email": "new@example.com"} | change)
    assert answer.status == 400
    assert text in answer.json()["error_message"]
    assert (await alice.ask("GET", USER)).json() == before


@pytest.mark.parametrize("told", [False, True])
async def test_names_and_company_where_they_are_wanted(tmp_path: Path, told: bool) -> None:
    async with api(tmp_path, metadata=told) as quay:
        change = {"given_name": "Ada", "family_name": "L", "company": "Acme ☸", "location": "London"}
        answer = await quay.ask("PUT", USER, who="ada", document=change)
        assert answer.status == 200
        found = {name: answer.json()[name] for name in change}
        assert found == (change if told else dict.fromkeys(change))


async def test_a_new_password_ends_everything_but_robots_and_application_tokens(
    alice: Browser, quay: QuayApi
) -> None:
    registry, other = quay.registry, Browser(quay)
    await other.sign_in("alice", PASSWORD)
    made = await alice.ask("POST", "/api/v1/user/apptoken", document={"title": "laptop"})
    code = made.json()["token"]["token_code"]
    before = await registry.credentials.verify("alice", PASSWORD, PEER)
    answer = await alice.ask("PUT", USER, document={"password": OTHER})
    assert answer.status == 200
    assert (await alice.ask("GET", USER)).status == 200, "who changed it is signed in again"
    assert (await other.ask("GET", USER)).status == 401
    account = await quay.account("alice")
    assert account.epoch > before.epoch, "registry tokens of before are no longer valid"
    assert account.login_epoch > before.login_epoch, "nor are refresh tokens"
    with pytest.raises(Unauthorized):
        await registry.credentials.verify("alice", PASSWORD, PEER)
    quay.clock.advance(60)
    assert (await registry.credentials.verify("alice", OTHER, PEER)).name == "alice"
    assert (await registry.credentials.verify("$app", code, PEER)).name == "alice"


async def test_a_user_is_deleted_with_everything(alice: Browser, quay: QuayApi) -> None:
    await quay.repository("alice/app", "alice")
    quay.clock.advance(601)
    assert (await alice.ask("DELETE", USER)).status == 401, "only with the password given lately"
    await alice.sign_in("alice", PASSWORD)
    answer = await alice.ask("DELETE", USER)
    assert (answer.status, answer.body) == (204, b"")
    assert alice.cookies == {}
    assert await quay.registry.users.user("alice") is None
    assert (await alice.sign_in("alice", PASSWORD)).status == 403


async def test_the_only_administrator_of_an_organization_stays(alice: Browser, quay: QuayApi) -> None:
    await quay.organization("acme", "alice")
    answer = await alice.ask("DELETE", USER)
    assert answer.status == 400
    assert "acme" in answer.json()["error_message"]
    assert (await alice.ask("GET", USER)).status == 200


async def test_what_others_see(alice: Browser, quay: QuayApi) -> None:
    await quay.organization("acme", "alice")
    for who in ("", "bob"):
        answer = await quay.ask("GET", "/api/v1/users/alice", who=who)
        assert answer.status == 200
        assert set(answer.json()) == {"anonymous", "username", "avatar"}
        assert b"alice@example.com" not in answer.body
    for name in ("nobody", "acme", "alice+robot", "Alice", "%00", "%F0%9F%9A%A2"):
        assert (await quay.ask("GET", f"/api/v1/users/{name}")).status == 404, name


async def test_the_encrypted_password(alice: Browser, quay: QuayApi) -> None:
    answer = await alice.ask("POST", "/api/v1/user/clientkey", document={"password": PASSWORD})
    key = answer.json()["key"]
    assert (answer.status, PASSWORD in key) == (200, False)
    assert (await quay.registry.credentials.verify("alice", key, PEER)).name == "alice"
    again = await alice.ask("POST", "/api/v1/user/clientkey", document={"password": key})
    assert (await quay.registry.credentials.verify("alice", again.json()["key"], PEER)).name == "alice"
    wrong = await alice.ask("POST", "/api/v1/user/clientkey", document={"password": "wrong-password"})
    assert wrong.status == 400


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com", "nonsense"])
async def test_recovery_tells_nothing(alice: Browser, email: str) -> None:
    answer = await alice.ask("POST", "/api/v1/recovery", document={"email": email})
    assert answer.status == 400
    assert "sends no mail" in answer.json()["error_message"]
    assert email not in answer.body.decode()


async def test_sign_up(tmp_path: Path) -> None:
    async with api(tmp_path, creation=True) as quay:
        browser = Browser(quay)
        await browser.begin()
        answer = await browser.ask("POST", USER, document=NEW)
        assert answer.status == 200
        assert (answer.json()["username"], answer.json()["email"]) == ("bob", "bob@example.com")
        assert "super_user" not in answer.json()
        assert (await browser.ask("GET", USER)).json()["username"] == "bob", "signed in at once"
        taken = await browser.ask("POST", USER, document=NEW)
        assert (taken.status, taken.json()["error_message"]) == (400, "The username already exists")
        same_address = await browser.ask("POST", USER, document=NEW | {"username": "carol"})
        assert same_address.status == 200, "it is not told that an address is taken"


@pytest.mark.parametrize("people", [{"creation": False}, {"creation": True, "direct_login": False}])
async def test_no_sign_up(tmp_path: Path, people: dict[str, bool]) -> None:
    async with api(tmp_path, **people) as quay:
        browser = Browser(quay)
        await browser.begin()
        assert (await browser.ask("POST", USER, document=NEW)).status in (404, 405)
        assert await quay.registry.users.user("bob") is None


async def test_no_sign_in_with_passwords(tmp_path: Path) -> None:
    async with api(tmp_path, direct_login=False) as quay:
        browser = Browser(quay)
        for path in ("signin", "signin/verify"):
            assert (await browser.ask("POST", f"/api/v1/{path}", document=NEW)).status == 404


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("bob@spam.example", 400),
        ("bob@mail.SPAM.example", 400),
        ("bob@spam.example.", 400),
        ("bob@notspam.example", 200),
    ],
)
async def test_addresses_that_make_no_account(tmp_path: Path, email: str, status: int) -> None:
    refused = {"blacklist_emails": True, "blacklisted_email_domains": ("Spam.example",)}
    async with api(tmp_path, creation=True, **refused) as quay:
        browser = Browser(quay)
        await browser.begin()
        assert (await browser.ask("POST", USER, document=NEW | {"email": email})).status == status


async def _invited(quay: QuayApi, organization_id: int, email: str) -> str:
    """Invite an address to the owners; returns the code that its mail would have."""
    team = await quay.registry.metadata.teams.find(organization_id, "owners")
    assert team is not None
    code = "INVITATION"
    new = NewInvite(hash_of(code), b"sealed", team.team_id, None, email, 1, 0)
    assert await quay.registry.metadata.invites.add(new)
    return code


async def test_sign_up_by_invitation(tmp_path: Path) -> None:
    async with api(tmp_path, creation=True, invite_only=True) as quay:
        acme = await quay.organization("acme", "alice")
        code = await _invited(quay, acme.account_id, "bob@example.com")
        browser = Browser(quay)
        await browser.begin()
        for change in ({}, {"invite_code": "WRONG"}, {"invite_code": code, "email": "eve@example.com"}):
            assert (await browser.ask("POST", USER, document=NEW | change)).status == 400
        answer = await browser.ask("POST", USER, document=NEW | {"invite_code": code})
        assert answer.status == 200, answer.body
        assert [o["name"] for o in answer.json()["organizations"]] == ["acme"]
        again = NEW | {"username": "eve", "invite_code": code}
        assert (await browser.ask("POST", USER, document=again)).status == 400


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
async def test_a_hash_of_quays_is_taken_and_replaced(quay: QuayApi, prefix: bytes) -> None:
    accounts, credentials = quay.registry.metadata.accounts, quay.registry.credentials
    kept = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, prefix)).decode()
    before = await accounts.add_user(NewUser("alice", "", kept, False, 0))
    with pytest.raises(Unauthorized):
        await credentials.verify("alice", "wrong-password", PEER)
    assert (await quay.account("alice")).password_hash == kept
    quay.clock.advance(60)
    assert (await credentials.verify("alice", PASSWORD, PEER)).epoch == before.epoch
    after = await quay.account("alice")
    assert after.password_hash.startswith("$argon2id$")
    assert (after.epoch, after.login_epoch) == (before.epoch, before.login_epoch), "nothing ends by that"
    quay.clock.advance(61)
    assert (await credentials.verify("alice", PASSWORD, PEER)).name == "alice"


async def test_nobody_signs_up_as_who_the_configuration_trusts(tmp_path: Path) -> None:
    """A name of SUPER_USERS that is still free would make a stranger one."""
    trusted: dict[str, Any] = {
        "super_users": ("root",),
        "read_only_super_users": ("auditor",),
        "restricted_whitelist": ("ci",),
    }
    async with quay_api(
        tmp_path / "data", present(), people=People(creation=True, **trusted), library_namespace="library"
    ) as quay:
        browser = Browser(quay)
        await browser.begin()
        for name in ("root", "auditor", "ci", "library"):
            answer = await browser.ask("POST", USER, document=NEW | {"username": name})
            assert (answer.status, answer.json()["error_message"]) == (400, "The username already exists")
            assert await quay.registry.users.user(name) is None
        assert (await browser.ask("POST", USER, document=NEW)).status == 200


async def test_an_address_with_a_plus_sign_is_no_robots_name(quay: QuayApi) -> None:
    await quay.registry.users.create_user("alice", PASSWORD, "alice+registry@example.com")
    actor = await quay.registry.credentials.verify("alice+registry@example.com", PASSWORD, PEER)
    assert actor.name == "alice"


async def test_a_stranger_does_not_fill_the_registry_with_accounts(tmp_path: Path) -> None:
    async with api(tmp_path, creation=True) as quay:
        browser = Browser(quay)
        await browser.begin()
        for _ in range(ACCOUNTS_AN_HOUR):
            await browser.ask("POST", USER, document=NEW | {"password": "short"})
        answer = await browser.ask("POST", USER, document=NEW)
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) <= 3600
        other = Browser(quay, peer="198.51.100.1")
        await other.begin()
        assert (await other.ask("POST", USER, document=NEW)).status == 200


async def test_a_session_opened_for_a_password_of_before_does_not_count(quay: QuayApi) -> None:
    """The password is changed between its check and the session's first row."""
    sessions, users = quay.registry.sessions, quay.registry.users
    checked = await users.create_user("alice", PASSWORD, "")
    await users.set_password(checked, OTHER)
    opened = await sessions.open(checked, PEER, "")
    assert await sessions.find(opened.cookie) is None
