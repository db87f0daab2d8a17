"""Keyless robots: from a pipeline's token to a robot's, over the API and a real issuer."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from charthouse.config.settings import Outbound, People
from charthouse.model.errors import RegistryError, Unauthorized
from charthouse.services.identity.federation import LONGEST_SECONDS
from tests.support.issuer import (
    DISCOVERY,
    KEYS,
    Issuer,
    rsa_key,
)
from tests.support.quay import HOST, QuayApi, quay_api
from tests.support.registry import present

from .pipeline import (
    EXCHANGE,
    FEDERATION,
    GITHUB_SUBJECT,
    ROBOT,
    basic,
    exchange,
    exchanged,
    github,
    gitlab,
    push,
    refused,
    trust,
)


async def test_whose_tokens_are_trusted(acme: QuayApi, issuer: Issuer) -> None:
    found = await acme.ask("GET", FEDERATION, who="alice")
    assert found.json() == [{"issuer": issuer.url, "subject": GITHUB_SUBJECT}]
    entries = [
        {"issuer": issuer.url, "subject": "a", "audiences": ["x"], "claims": {"ref": "refs/heads/*"}},
        {"issuer": "https://gitlab.com", "subject": "b"},
    ]
    made = await acme.ask("POST", FEDERATION, who="alice", document=entries)
    assert (made.status, made.json()) == (200, entries)
    assert (await acme.ask("GET", FEDERATION, who="alice")).json() == entries
    gone = await acme.ask("DELETE", FEDERATION, who="alice", document={})
    assert (gone.status, gone.body) == (204, b"")
    assert (await acme.ask("GET", FEDERATION, who="alice")).json() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [{}],
        [{"issuer": "https://a.example.com"}],
        [{"issuer": "http://a.example.com", "subject": "s"}],
        [{"issuer": "https://a.example.com", "subject": "s"}] * 2,
        [{"issuer": "https://a.example.com", "subject": "s*"}],
        [{"issuer": "https://a.example.com", "subject": "s", "claims": {"ref": 5}}],
        [{"issuer": "https://a.example.com", "subject": str(number)} for number in range(51)],
    ],
)
async def test_what_cannot_be_trusted(acme: QuayApi, issuer: Issuer, body: Any) -> None:
    answered = await acme.ask("POST", FEDERATION, who="alice", document=body)
    assert (answered.status, answered.json()["error_type"]) == (400, "invalid_request")
    assert len((await acme.ask("GET", FEDERATION, who="alice")).json()) == 1


async def test_only_administrators_say_who_is_trusted(acme: QuayApi) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert (await acme.ask(method, FEDERATION, who="mallory", document=[])).status == 403
        assert (await acme.ask(method, FEDERATION, document=[])).status == 401
        assert (
            await acme.ask(method, FEDERATION.replace("ci", "no"), who="alice", document=[])
        ).status == 404
    assert len((await acme.ask("GET", FEDERATION, who="alice")).json()) == 1


async def test_robots_of_users_too(acme: QuayApi, issuer: Issuer) -> None:
    base = "/api/v1/user/robots/ci"
    await acme.ask("PUT", base, who="bob", document={})
    entry = {"issuer": issuer.url, "subject": GITHUB_SUBJECT}
    assert (await acme.ask("POST", f"{base}/federation", who="bob", document=[entry])).json() == [entry]
    assert (await exchange(acme, issuer.token(github(acme)), "bob+ci")).status == 200
    assert (await acme.ask("DELETE", f"{base}/federation", who="bob")).status == 204
    await refused(acme, issuer.token(github(acme)), "bob+ci")


async def test_a_token_of_github_actions(acme: QuayApi, issuer: Issuer) -> None:
    answered = await exchange(acme, issuer.token(github(acme)))
    assert answered.status == 200
    assert answered.headers["cache-control"] == "no-store"
    assert set(answered.json()) == {"token"}
    token = answered.json()["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    now = acme.clock.now_ms() // 1000
    assert (claims["aud"], claims["sub"], claims["exp"]) == (HOST, "acme+ci", now + 300)
    await push(acme, basic(token))
    await push(acme, f"Bearer {token}", b"another layer")
    issued = await acme.registry.tokens.issue(
        basic(token), service=HOST, scopes=["repository:acme/app:pull,push"], offline=True, peer=""
    )
    assert issued.scope == "repository:acme/app:pull,push"
    assert issued.refresh_token is None
    assert issued.expires_in <= 300
    await push(acme, f"Bearer {issued.token}", b"a third")
    shown = (await acme.ask("GET", ROBOT, who="alice")).json()
    assert shown["last_accessed"] is not None


async def test_a_token_of_gitlab(acme: QuayApi, issuer: Issuer) -> None:
    await trust(
        acme,
        {
            "issuer": issuer.url,
            "subject": "project_path:acme/app:*",
            "claims": {"project_path": "acme/app", "ref_protected": "true", "groups_direct": "acme/*"},
        },
    )
    token = await exchanged(acme, issuer.token(gitlab(acme)))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] == acme.clock.now_ms() // 1000 + LONGEST_SECONDS, "an hour, though theirs lives two"
    await push(acme, basic(token))
    await refused(acme, issuer.token(gitlab(acme, ref_protected="false")))
    await refused(acme, issuer.token(gitlab(acme, project_path="mallory/app")))


@pytest.mark.parametrize(
    "authorization", ["", "Bearer x", "Basic", "Basic !", "Basic " + b64encode(b"no colon").decode()]
)
async def test_no_credentials(acme: QuayApi, authorization: str) -> None:
    answered = await acme.ask("GET", EXCHANGE, headers={"Authorization": authorization})
    assert answered.status == 401


async def test_a_stranger_learns_nothing(acme: QuayApi, issuer: Issuer) -> None:
    """A robot that is not there, one that trusts nobody, and one that trusts another answer alike."""
    await acme.ask("PUT", ROBOT.replace("ci", "bare"), who="alice", document={})
    valid, foreign = issuer.token(github(acme)), issuer.token(github(acme, sub="repo:mallory/app:x"))
    answers = {
        await refused(acme, valid, "acme+missing"),
        await refused(acme, valid, "acme+bare"),
        await refused(acme, valid, "nobody+ci"),
        await refused(acme, valid, "alice"),
        await refused(acme, valid, "acme"),
        await refused(acme, valid, "acme+\0"),
        await refused(acme, valid, "acme+ü"),
        await refused(acme, foreign),
        await refused(acme, issuer.token(github(acme), key=rsa_key(2))),
        await refused(acme, "x"),
    }
    assert len(answers) == 1


async def test_only_trusted_issuers_are_asked(acme: QuayApi, issuer: Issuer) -> None:
    await trust(acme, {"issuer": "https://elsewhere.example.com", "subject": GITHUB_SUBJECT})
    await refused(acme, issuer.token(github(acme)))
    assert not issuer.asked


async def test_many_at_once(acme: QuayApi, issuer: Issuer) -> None:
    tokens = [issuer.token(github(acme, jti=str(number))) for number in range(40)]
    answers = await asyncio.gather(*(exchange(acme, token) for token in tokens))
    assert {answered.status for answered in answers} == {200}
    assert len({answered.json()["token"] for answered in answers}) == 40
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}


async def regenerate(quay: QuayApi) -> None:
    assert (await quay.ask("POST", f"{ROBOT}/regenerate", who="alice")).status == 200


async def delete(quay: QuayApi) -> None:
    assert (await quay.ask("DELETE", ROBOT, who="alice")).status == 204


async def distrust(quay: QuayApi) -> None:
    assert (await quay.ask("DELETE", FEDERATION, who="alice")).status == 204


@pytest.mark.parametrize("end", [regenerate, delete, distrust])
async def test_what_ends_exchanged_tokens(
    acme: QuayApi, issuer: Issuer, end: Callable[[QuayApi], Awaitable[None]]
) -> None:
    token = await exchanged(acme, issuer.token(github(acme)))
    for authorization in (basic(token), f"Bearer {token}"):
        await push(acme, authorization)
    await end(acme)
    for authorization in (basic(token), f"Bearer {token}"):
        with pytest.raises(RegistryError):
            await push(acme, authorization, b"late")


async def test_a_robots_token_is_that_robots(acme: QuayApi, issuer: Issuer) -> None:
    await acme.ask("PUT", ROBOT.replace("ci", "other"), who="alice", document={})
    token = await exchanged(acme, issuer.token(github(acme)))
    for name in ("acme+other", "acme+missing", "alice"):
        with pytest.raises(Unauthorized):
            await push(acme, basic(token, name))
    issued = await acme.registry.tokens.issue(
        basic(token), service=HOST, scopes=["repository:acme/app:pull"], offline=False, peer=""
    )
    with pytest.raises(Unauthorized):
        await push(acme, basic(issued.token))
    me = await acme.ask("GET", "/api/v1/user/", headers={"Authorization": f"Bearer {token}"})
    assert me.status == 401


async def test_disallowed_robots(tmp_path: Path, issuer: Issuer) -> None:
    outbound = Outbound(allowed_hosts=("localhost",))
    place = tmp_path / "data"
    async with quay_api(place, present(), outbound=outbound, server_hostname=HOST) as quay:
        await quay.organization("acme", "alice")
        await quay.ask("PUT", ROBOT, who="alice", document={})
        await trust(quay, {"issuer": issuer.url, "subject": GITHUB_SUBJECT})
    people = People(robots_disallowed=True)
    async with quay_api(place, present(), outbound=outbound, server_hostname=HOST, people=people) as quay:
        await refused(quay, issuer.token(github(quay)))
    assert not issuer.asked


async def test_a_disabled_owner(acme: QuayApi, issuer: Issuer) -> None:
    owner = await acme.account("acme")
    await acme.registry.metadata.accounts.set_enabled(owner.account_id, enabled=False)
    await refused(acme, issuer.token(github(acme)))
