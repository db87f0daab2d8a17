"""Robots at the registry's door: who gets in, what they may do, and what ends it at once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from charthouse.config.settings import People
from charthouse.model.errors import Denied, NameUnknown, RegistryError, Unauthorized
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor, ActorKind, Role, Standing
from charthouse.ports.robots import RobotChange, RobotGrant
from charthouse.services.identity.token_service import IssuedToken
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present, push_image

ACME = "/api/v1/organization/acme/robots"
APP = RepositoryName("acme/app")
PULL_PUSH = "repository:acme/app:pull,push"


def basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


async def make(quay: QuayApi, short: str, address: str = ACME, **body: object) -> str:
    """Make a robot, return its token."""
    answer = await quay.ask("PUT", f"{address}/{short}", who="alice", document=body)
    assert answer.status == 201, answer.body
    token: str = answer.json()["token"]
    return token


async def log_in(quay: QuayApi, name: str, token: str) -> Actor:
    return await quay.registry.authenticator.authenticate(basic(name, token), "192.0.2.1")


async def issue(
    quay: QuayApi, authorization: str, scope: str = PULL_PUSH, offline: bool = False
) -> IssuedToken:
    return await quay.registry.tokens.issue(
        authorization, service="x", scopes=[scope], offline=offline, peer="192.0.2.1"
    )


@pytest.fixture
async def acme(tmp_path: Path) -> AsyncIterator[QuayApi]:
    async with quay_api(tmp_path / "data", present()) as quay:
        await quay.organization("acme", "alice")
        for path in ("acme/app", "acme/other"):
            await quay.repository(path, "alice")
        yield quay


async def test_a_robot_pushes_where_it_may(acme: QuayApi) -> None:
    token = await make(acme, "ci", permissions=[{"repository": "app", "role": "write"}])
    actor = await log_in(acme, "acme+ci", token)
    assert (actor.name, actor.kind, actor.standing) == ("acme+ci", ActorKind.ROBOT, Standing.ORDINARY)
    await push_image(acme.registry, actor, APP, "v1", b"{}", b"layer")
    for elsewhere in ("acme/other", "acme/new", "alice/new"):
        with pytest.raises((Denied, NameUnknown)):
            await push_image(acme.registry, actor, RepositoryName(elsewhere), "v1", b"{}", b"layer")
    granted = await issue(acme, basic("acme+ci", token), "repository:acme/app:pull,push,*")
    assert granted.scope == "repository:acme/app:pull,push"
    bearer = await acme.registry.authenticator.authenticate(f"Bearer {granted.token}", "192.0.2.1")
    await push_image(acme.registry, bearer, APP, "v2", b"{}", b"other layer")


async def test_a_robot_manages_what_it_creates(acme: QuayApi) -> None:
    token = await make(acme, "maker", creates_repositories=True)
    actor = await log_in(acme, "acme+maker", token)
    new = RepositoryName("acme/new")
    digest = await push_image(acme.registry, actor, new, "v1", b"{}", b"layer")
    await acme.registry.writer.delete_manifest(actor, new, digest)
    for elsewhere in (APP, RepositoryName("alice/new")):
        with pytest.raises((Denied, NameUnknown)):
            await push_image(acme.registry, actor, elsewhere, "v1", b"{}", b"layer")


async def test_what_is_wrong_and_what_is_not_there_answer_alike(acme: QuayApi) -> None:
    token = await make(acme, "ci")
    texts = set()
    for name, secret in (
        ("acme+ci", "A" * 64),
        ("acme+ci", ""),
        ("acme+ci", token[:-1]),
        ("acme+ci", token.lower()),
        ("acme+missing", token),
        ("nobody+ci", token),
        ("acme+", token),
        ("+", token),
        ("acme+ci+ci", token),
        ("ACME+CI", token),
        ("acme+ci\0", token),
        ("acme+" + "ü" * 3, token),
        ("acme+missing", "ü" * 64),
    ):
        with pytest.raises(Unauthorized) as refused:
            await log_in(acme, name, secret)
        texts.add(refused.value.message.replace(name, "NAME"))
    assert texts == {"Could not find robot with username: NAME and supplied password."}


async def test_a_robot_is_nobody_to_the_rest_api(acme: QuayApi) -> None:
    token = await make(acme, "ci", creates_repositories=True)
    registry_token = (await issue(acme, basic("acme+ci", token))).token
    for authorization in (basic("acme+ci", token), f"Bearer {token}", f"Bearer {registry_token}"):
        for target in ("/api/v1/user/", ACME):
            answer = await acme.ask("GET", target, headers={"Authorization": authorization})
            assert answer.status == 401


async def test_a_robot_gets_nothing_to_renew(acme: QuayApi) -> None:
    token = await make(acme, "ci")
    assert (await issue(acme, basic("acme+ci", token), offline=True)).refresh_token is None


async def regenerate(quay: QuayApi) -> None:
    assert (await quay.ask("POST", f"{ACME}/ci/regenerate", who="alice")).status == 200


async def delete(quay: QuayApi) -> None:
    assert (await quay.ask("DELETE", f"{ACME}/ci", who="alice")).status == 204


@pytest.mark.parametrize("end", [regenerate, delete])
async def test_what_ends_a_token_ends_all_it_opened(
    acme: QuayApi, end: Callable[[QuayApi], Awaitable[None]]
) -> None:
    token = await make(acme, "ci", permissions=[{"repository": "app", "role": "write"}])
    presented = basic("acme+ci", token)
    actor = await log_in(acme, "acme+ci", token)
    await push_image(acme.registry, actor, APP, "v1", b"{}", b"layer")
    registry_token = (await issue(acme, presented)).token
    bearer = await acme.registry.authenticator.authenticate(f"Bearer {registry_token}", "192.0.2.1")
    await end(acme)
    for known in (actor, bearer):
        with pytest.raises(Unauthorized):
            await acme.registry.reader.manifest(known, APP, "v1")
    with pytest.raises(Unauthorized):
        await issue(acme, presented)
    assert acme.registry.authenticator.recognize(presented.encode()) is None


async def test_a_new_robot_of_an_old_name_inherits_nothing(acme: QuayApi) -> None:
    token = await make(acme, "ci", permissions=[{"repository": "app", "role": "write"}])
    bearer = f"Bearer {(await issue(acme, basic('acme+ci', token))).token}"
    await delete(acme)
    await make(acme, "ci", permissions=[{"repository": "app", "role": "write"}])
    actor = await acme.registry.authenticator.authenticate(bearer, "192.0.2.1")
    with pytest.raises(Unauthorized):
        await push_image(acme.registry, actor, APP, "v1", b"{}", b"layer")


async def test_a_disabled_owner_takes_its_robots_along(acme: QuayApi) -> None:
    await acme.repository("alice/app", "alice", public=True)
    token = await make(acme, "ci", "/api/v1/user/robots", permissions=[{"repository": "app", "role": "read"}])
    actor = await log_in(acme, "alice+ci", token)
    alice = await acme.account("alice")
    await acme.registry.metadata.accounts.set_enabled(alice.account_id, enabled=False)
    with pytest.raises(RegistryError):
        await acme.registry.reader.manifest(actor, RepositoryName("alice/app"), "v1")
    with pytest.raises(Unauthorized, match="has been disabled"):
        await log_in(acme, "alice+ci", token)
    with pytest.raises(Unauthorized, match="Could not find robot"):
        await log_in(acme, "alice+ci", "A" * 64)
    await acme.registry.metadata.accounts.set_enabled(alice.account_id, enabled=True)
    await log_in(acme, "alice+ci", token)


async def test_uses_are_told(acme: QuayApi) -> None:
    token = await make(acme, "ci")
    await log_in(acme, "acme+ci", token)
    seen = (await acme.ask("GET", f"{ACME}/ci", who="alice")).json()["last_accessed"]
    assert seen is not None
    await acme.registry.last_uses.flush()
    acme.clock.advance(61)
    assert (await acme.ask("GET", f"{ACME}/ci", who="alice")).json()["last_accessed"] == seen
    await log_in(acme, "acme+ci", token)
    [listed] = (await acme.ask("GET", ACME, who="alice")).json()["robots"]
    assert listed["last_accessed"] != seen
    with pytest.raises(Unauthorized):
        await log_in(acme, "acme+ci", "A" * 64)


async def test_disallowed_robots_do_not_get_in(tmp_path: Path) -> None:
    tokens, bearers = {}, {}
    async with quay_api(tmp_path / "data", present()) as quay:
        await quay.organization("acme", "alice")
        for short in ("good", "bad"):
            tokens[short] = await make(quay, short)
            bearers[short] = (await issue(quay, basic(f"acme+{short}", tokens[short]))).token
    people = People(robots_disallowed=True, robots_whitelist=("acme+good",))
    async with quay_api(tmp_path / "data", present(), people=people) as quay:
        await log_in(quay, "acme+good", tokens["good"])
        for name, token in (("acme+bad", tokens["bad"]), ("acme+missing", "A" * 64)):
            with pytest.raises(Unauthorized, match="Robot accounts have been disabled"):
                await log_in(quay, name, token)
        await quay.registry.authenticator.authenticate(f"Bearer {bearers['good']}", "")
        with pytest.raises(Unauthorized, match="Robot accounts have been disabled"):
            await quay.registry.authenticator.authenticate(f"Bearer {bearers['bad']}", "")


async def test_a_restricted_user_has_restricted_robots(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), people=People(restricted=True)) as quay:
        await quay.repository("alice/app", "alice")
        token = await make(quay, "ci", "/api/v1/user/robots", creates_repositories=True)
        robot = await quay.account("alice+ci")
        change = RobotChange(grants=[RobotGrant("alice/app", Role.ADMIN)])
        await quay.registry.metadata.robots.change(robot.account_id, change)
        actor = await log_in(quay, "alice+ci", token)
        for repository in ("alice/app", "alice/new"):
            with pytest.raises((Denied, NameUnknown)):
                await push_image(quay.registry, actor, RepositoryName(repository), "v1", b"{}", b"layer")


@pytest.mark.parametrize("superuser", ["alice+ci", "alice"])
async def test_no_robot_is_a_superuser(tmp_path: Path, superuser: str) -> None:
    people = People(super_users=(superuser,), super_users_full_access=True)
    async with quay_api(tmp_path / "data", present(), people=people) as quay:
        token = await make(quay, "ci", "/api/v1/user/robots")
        actor = await log_in(quay, "alice+ci", token)
        assert actor.standing is Standing.ORDINARY
