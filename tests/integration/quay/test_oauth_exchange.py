"""A code becomes a token: once, for the application it was made for, within ten minutes."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from .oauth_flow import (
    APPLICATIONS,
    CALLBACK,
    CHALLENGE,
    FORM,
    VERIFIER,
    Flow,
    query_of,
)


async def test_a_code_used_twice_loses_its_token(flow: Flow) -> None:
    code = await flow.code()
    token = (await flow.redeem(code)).json()["access_token"]
    assert await flow.works(token)
    again = await flow.redeem(code)
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    assert not await flow.works(token)
    assert (await flow.redeem(code)).status == 400


async def test_a_code_of_another_application(flow: Flow) -> None:
    """Mix-up: a code that another application got hold of is worth nothing to it, nor afterwards to anybody."""
    new = {"name": "evil", "redirect_uri": CALLBACK}
    evil = (await flow.quay.ask("POST", APPLICATIONS, document=new, who="olivia")).json()
    code = await flow.code()
    stolen = {"client_id": evil["client_id"], "client_secret": evil["client_secret"]}
    answer = await flow.redeem(code, **stolen)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    assert (await flow.redeem(code)).status == 400
    code = await flow.code()
    token = (await flow.redeem(code)).json()["access_token"]
    assert (await flow.redeem(code, **stolen)).status == 400
    assert not await flow.works(token)


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_id": "NOBODY"}, 401, "invalid_client"),
        ({"client_secret": "x" * 40}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "NO\0BODY"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "x" * 40}, 400, "invalid_grant"),
        ({"redirect_uri": ""}, 400, "invalid_grant"),
        ({"redirect_uri": CALLBACK + "/other"}, 400, "invalid_grant"),
        ({"scope": "repo:admin"}, 400, "invalid_grant"),
        ({"scope": "repo:read user:read super:user"}, 400, "invalid_grant"),
        ({"code_verifier": VERIFIER}, 400, "invalid_grant"),
    ],
)
async def test_malformed_exchanges(flow: Flow, wrong: dict[str, str], status: int, error: str) -> None:
    wrong = dict(wrong)
    code = wrong.pop("code", None)
    answer = await flow.redeem(await flow.code() if code is None else code, None, **wrong)
    assert (answer.status, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert (await flow.browser.ask("GET", "/api/v1/user/authorizations")).json() == {"authorizations": []}


async def test_a_stranger_without_the_secret_does_not_use_a_code_up(flow: Flow) -> None:
    code = await flow.code()
    assert (await flow.redeem(code, client_secret="x")).status == 401
    assert (await flow.redeem(code)).status == 200


async def test_secrets_in_the_address_are_not_taken(flow: Flow) -> None:
    query = urlencode({"client_id": flow.app["client_id"], "client_secret": flow.app["client_secret"]})
    target = f"/oauth/access_token?{query}&grant_type=authorization_code&code={await flow.code()}"
    answer = await flow.quay.ask("POST", target, body=b"", headers={"Content-Type": FORM})
    assert answer.status == 401


async def test_a_code_lives_ten_minutes(flow: Flow) -> None:
    code = await flow.code()
    flow.quay.clock.advance(599)
    assert (await flow.redeem(code)).status == 200
    late = await flow.ask()
    [code] = query_of(late)["code"]
    flow.quay.clock.advance(600)
    assert (await flow.redeem(code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["", "w" * 64, VERIFIER[:-1], CHALLENGE, "short", "v" * 129])
async def test_a_wrong_verifier(flow: Flow, verifier: str) -> None:
    code = await flow.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = await flow.redeem(code, code_verifier=verifier)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    assert (await flow.redeem(code, code_verifier=VERIFIER)).status == 400


async def test_the_right_verifier(flow: Flow) -> None:
    code = await flow.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    assert (await flow.redeem(code, code_verifier=VERIFIER)).status == 200


@pytest.mark.parametrize("what", ["application", "secret", "user"])
async def test_what_ends_a_code(flow: Flow, what: str) -> None:
    code = await flow.code()
    address = f"{APPLICATIONS}/{flow.app['client_id']}"
    match what:
        case "application":
            await flow.quay.ask("DELETE", address, who="olivia")
        case "secret":
            new = await flow.quay.ask("POST", f"{address}/resetclientsecret", who="olivia")
            flow.app = new.json()
        case "user":
            account = await flow.quay.account("alice")
            await flow.quay.registry.metadata.accounts.set_enabled(account.account_id, enabled=False)
    answer = await flow.redeem(code)
    if answer.status == 200:
        assert not await flow.works(answer.json()["access_token"])
