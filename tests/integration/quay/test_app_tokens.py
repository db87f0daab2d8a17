"""Application tokens over /api/v1, and docker's login with them; field by field."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from charthouse.config.settings import Tokens
from charthouse.jobs.app_tokens import AppTokenExpiryJob
from charthouse.model.errors import Unauthorized
from charthouse.services.identity.token_service import IssuedToken
from tests.support.browser import Browser
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

PASSWORD = "correct-horse"
TOKENS = "/api/v1/user/apptoken"
PEER = "192.0.2.1"
DAY = 86_400


@pytest.fixture
async def alice(quay: QuayApi) -> Browser:
    return await signed_in(quay)


async def signed_in(quay: QuayApi) -> Browser:
    await quay.registry.users.create_user("alice", PASSWORD, "")
    browser = Browser(quay)
    await browser.sign_in("alice", PASSWORD)
    return browser


async def made(browser: Browser, title: str = "laptop") -> tuple[str, str]:
    """Make a token; return its uuid and its secret."""
    token = (await browser.ask("POST", TOKENS, document={"title": title})).json()["token"]
    return token["uuid"], token["token_code"]


async def docker_login(quay: QuayApi, name: str, secret: str, scope: str = "") -> IssuedToken:
    basic = "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()
    scopes = [scope] if scope else []
    return await quay.registry.tokens.issue(basic, service="", scopes=scopes, offline=True, peer=PEER)


async def test_a_token_is_made_listed_and_shown_again(alice: Browser, quay: QuayApi) -> None:
    answer = await alice.ask("POST", TOKENS, document={"title": "my laptop ☸"})
    assert answer.status == 200
    token = answer.json()["token"]
    code = token.pop("token_code")
    assert len(code) == 120
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    assert set(token) == {"uuid", "title", "last_accessed", "created", "expiration"}
    assert (token["title"], token["last_accessed"], token["expiration"]) == ("my laptop ☸", None, None)
    listed = await alice.ask("GET", TOKENS)
    assert listed.json() == {"tokens": [token], "only_expiring": False}
    shown = await alice.ask("GET", f"{TOKENS}/{token['uuid']}")
    assert shown.json() == {"token": token | {"token_code": code}}
    assert (await alice.ask("GET", f"{TOKENS}?expiring=true")).json() == {"tokens": [], "only_expiring": True}


async def test_secrets_ask_for_the_password_again(alice: Browser, quay: QuayApi) -> None:
    uuid, _ = await made(alice)
    quay.clock.advance(601)
    for method, path in (("POST", TOKENS), ("GET", f"{TOKENS}/{uuid}"), ("DELETE", f"{TOKENS}/{uuid}")):
        answer = await alice.ask(method, path, document={"title": "x"} if method == "POST" else None)
        assert (answer.status, answer.json()["error_type"]) == (401, "fresh_login_required"), path
    assert (await alice.ask("GET", TOKENS)).status == 200
    assert len((await alice.ask("GET", TOKENS)).json()["tokens"]) == 1


async def test_docker_logs_in(alice: Browser, quay: QuayApi) -> None:
    await quay.repository("alice/app", "alice")
    uuid, code = await made(alice)
    issued = await docker_login(quay, "$app", code, "repository:alice/app:pull,push")
    assert issued.scope == "repository:alice/app:pull,push"
    assert issued.refresh_token is None, "only a password's login can be renewed"
    shown = (await alice.ask("GET", TOKENS)).json()["tokens"][0]
    assert (shown["uuid"], shown["last_accessed"] is None) == (uuid, False)


async def test_it_is_no_credential_of_the_api(alice: Browser, quay: QuayApi) -> None:
    _, code = await made(alice)
    basic = base64.b64encode(f"$app:{code}".encode()).decode()
    for authorization in (f"Basic {basic}", f"Bearer {code}"):
        answer = await quay.ask("GET", "/api/v1/user/", headers={"Authorization": authorization})
        assert answer.status == 401


@pytest.mark.parametrize("secret", ["", "A" * 120, "a" * 120, "A" * 119, "É" * 120, "A" * 100_000, PASSWORD])
async def test_what_is_no_token(alice: Browser, quay: QuayApi, secret: str) -> None:
    with pytest.raises(Unauthorized, match="Invalid token"):
        await docker_login(quay, "$app", secret)


async def test_a_token_goes_with_its_name_only(alice: Browser, quay: QuayApi) -> None:
    _, code = await made(alice)
    for name in ("alice", "$oauthtoken", "$token", "$App", "alice+robot"):
        with pytest.raises(Unauthorized):
            await docker_login(quay, name, code)
        quay.clock.advance(60)


async def test_a_revoked_token_ends_at_once_with_what_was_given_for_it(alice: Browser, quay: QuayApi) -> None:
    uuid, code = await made(alice)
    issued = await docker_login(quay, "$app", code)
    authenticator, metadata = quay.registry.authenticator, quay.registry.metadata
    actor = await authenticator.authenticate(f"Bearer {issued.token}", PEER)
    answer = await alice.ask("DELETE", f"{TOKENS}/{uuid}")
    assert (answer.status, answer.body) == (204, b"")
    access = await quay.registry.reader.access(actor.account_id, "alice/app")
    assert access.epoch != actor.epoch
    with pytest.raises(Unauthorized):
        await docker_login(quay, "$app", code)
    assert (await alice.ask("GET", TOKENS)).status == 200, "who revoked it stays signed in"
    assert (await alice.ask("DELETE", f"{TOKENS}/{uuid}")).status == 404
    assert await metadata.app_tokens.of(actor.account_id) == []


async def test_nobody_reaches_the_tokens_of_another(alice: Browser, quay: QuayApi) -> None:
    uuid, code = await made(alice)
    for method in ("GET", "DELETE"):
        assert (await quay.ask(method, f"{TOKENS}/{uuid}", who="mallory")).status == 404
    assert (await quay.ask("GET", TOKENS, who="mallory")).json()["tokens"] == []
    assert await docker_login(quay, "$app", code)
    await quay.registry.metadata.accounts.set_enabled((await quay.account("alice")).account_id, enabled=False)
    with pytest.raises(Unauthorized, match="disabled"):
        await docker_login(quay, "$app", code)


@pytest.mark.parametrize("title", ["", "   ", "x" * 256, "line\nbreak", None, 7])
async def test_titles(alice: Browser, title: object) -> None:
    assert (await alice.ask("POST", TOKENS, document={"title": title})).status == 400
    assert (await alice.ask("GET", TOKENS)).json()["tokens"] == []


async def test_tokens_expire(tmp_path: Path) -> None:
    settings = Tokens(app_specific_seconds=DAY)
    async with quay_api(tmp_path / "data", present(), tokens=settings) as quay:
        alice = await signed_in(quay)
        uuid, code = await made(alice)
        listed = (await alice.ask("GET", f"{TOKENS}?expiring=true")).json()["tokens"]
        assert [token["uuid"] for token in listed] == [uuid]
        assert listed[0]["expiration"].endswith("-0000")
        quay.clock.advance(DAY - 60)
        assert (await docker_login(quay, "$app", code)).expires_in == 60, "no longer than the token itself"
        basic = "Basic " + base64.b64encode(f"$app:{code}".encode()).decode()
        await quay.registry.authenticator.authenticate(basic, PEER)
        assert quay.registry.authenticator.recognize(basic.encode()) is not None
        quay.clock.advance(60)
        assert quay.registry.authenticator.recognize(basic.encode()) is None
        with pytest.raises(Unauthorized, match="expired"):
            await docker_login(quay, "$app", code)
        assert len((await alice.ask("GET", TOKENS)).json()["tokens"]) == 1, "listed for a while"
        job = AppTokenExpiryJob(quay.registry.metadata.app_tokens, quay.clock, DAY)
        assert await job.run() == {"tokens": 0}
        quay.clock.advance(DAY + 1)
        assert await job.run() == {"tokens": 1}
        assert (await alice.ask("GET", TOKENS)).json()["tokens"] == []


async def test_where_there_are_none(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present()) as quay:
        _, code = await made(await signed_in(quay))
    async with quay_api(tmp_path / "data", present(), tokens=Tokens(app_specific=False)) as quay:
        assert (await quay.ask("GET", TOKENS, who="alice")).status == 404
        with pytest.raises(Unauthorized):
            await docker_login(quay, "$app", code)


async def test_the_store_holds_no_secret(alice: Browser, tmp_path: Path) -> None:
    _, code = await made(alice)
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files
    assert not any(code.encode() in path.read_bytes() for path in files)
