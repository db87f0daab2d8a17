"""Keyless robots: from a pipeline's token to a robot's, over the API and a real issuer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from charthouse.config.settings import Outbound, People
from charthouse.model.errors import RegistryError, Unauthorized
from charthouse.model.names import RepositoryName
from charthouse.services.identity.federation import LONGEST_SECONDS
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
from tests.support.quay import HOST, QuayApi, quay_api
from tests.support.registry import present, push_image
from tests.support.server import Answer

ROBOT = "/api/v1/organization/acme/robots/ci"
FEDERATION = f"{ROBOT}/federation"
EXCHANGE = "/oauth2/federation/robot/token"
APP = RepositoryName("acme/app")
GITHUB_SUBJECT = "repo:acme/app:ref:refs/heads/main"
HOUR = 3600


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with issuing(tmp_path_factory.mktemp("issuer")) as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    monkeypatch.setenv("SSL_CERT_FILE", str(running.authority))
    running.answers.clear()
    running.asked.clear()
    running.extra_keys.clear()
    running.keys = {"first": rsa_key()}
    return running


@pytest.fixture
async def acme(tmp_path: Path, issuer: Issuer) -> AsyncIterator[QuayApi]:
    """A robot that may push to acme/app, and trusts the main branch of a repository."""
    outbound = Outbound(allowed_hosts=("localhost",))
    async with quay_api(tmp_path / "data", present(), outbound=outbound, server_hostname=HOST) as quay:
        await quay.organization("acme", "alice")
        await quay.repository("acme/app", "alice")
        body = {"permissions": [{"repository": "app", "role": "write"}]}
        assert (await quay.ask("PUT", ROBOT, who="alice", document=body)).status == 201
        await trust(quay, {"issuer": issuer.url, "subject": GITHUB_SUBJECT})
        yield quay


async def trust(quay: QuayApi, *entries: dict[str, Any]) -> None:
    answered = await quay.ask("POST", FEDERATION, who="alice", document=list(entries))
    assert answered.status == 200, answered.body


def github(quay: QuayApi, **changes: Any) -> dict[str, Any]:
    """The claims of a token as GitHub Actions gives them."""
    now = quay.clock.now_ms() // 1000
    claims = {
        "sub": GITHUB_SUBJECT, "aud": HOST, "iat": now, "nbf": now - 600, "exp": now + 300, "jti": "example-id",
        "ref": "refs/heads/main", "sha": "0" * 40, "repository": "acme/app", "repository_owner": "acme",
        "repository_owner_id": "65", "repository_id": "74", "repository_visibility": "private", "actor": "octocat",
        "run_id": "1", "run_number": "10", "run_attempt": "2", "workflow": "CI", "head_ref": "", "base_ref": "",
        "event_name": "push", "ref_type": "branch", "ref_protected": "true", "runner_environment": "github-hosted",
        "job_workflow_ref": "acme/app/.github/workflows/ci.yml@refs/heads/main",
    }  # fmt: skip
    return claims | changes


def gitlab(quay: QuayApi, **changes: Any) -> dict[str, Any]:
    """The claims of an ID token as GitLab CI gives them."""
    now = quay.clock.now_ms() // 1000
    claims = {
        "sub": "project_path:acme/app:ref_type:branch:ref:main", "aud": f"https://{HOST}", "iat": now,
        "nbf": now - 5, "exp": now + 7200, "jti": "x", "namespace_id": "72", "namespace_path": "acme",
        "project_id": "20", "project_path": "acme/app", "user_id": "1", "user_login": "octocat", "ref": "main",
        "pipeline_id": "574", "pipeline_source": "push", "job_id": "302", "ref_type": "branch",
        "ref_path": "refs/heads/main", "ref_protected": "true", "user_access_level": "developer",
        "groups_direct": ["acme/devs"], "runner_id": 1, "runner_environment": "self-hosted",
    }  # fmt: skip
    return claims | changes


async def exchange(quay: QuayApi, token: str, name: str = "acme+ci") -> Answer:
    credentials = b64encode(f"{name}:{token}".encode()).decode()
    return await quay.ask("GET", EXCHANGE, headers={"Authorization": f"Basic {credentials}"})


async def exchanged(quay: QuayApi, token: str) -> str:
    answered = await exchange(quay, token)
    assert answered.status == 200, answered.body
    found: str = answered.json()["token"]
    return found


async def refused(quay: QuayApi, token: str, name: str = "acme+ci") -> bytes:
    answered = await exchange(quay, token, name)
    assert answered.status == 401, answered.body
    assert set(answered.json()) == {"error"}
    assert answered.headers["www-authenticate"] == "Basic"
    return answered.body


def basic(token: str, name: str = "acme+ci") -> str:
    return "Basic " + b64encode(f"{name}:{token}".encode()).decode()


async def push(quay: QuayApi, authorization: str, content: bytes = b"layer") -> None:
    actor = await quay.registry.authenticator.authenticate(authorization, "192.0.2.1")
    await push_image(quay.registry, actor, APP, "v1", b"{}", content)


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


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: bytes) -> str:
    return f"{encoded(header)}.{encoded(claims)}." + text_of(signature)


def hmac_signed(claims: dict[str, Any], secret: bytes, kid: str = "first") -> str:
    signed = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(claims)}"
    signature = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return signed + "." + text_of(signature)
