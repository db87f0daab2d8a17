"""A user becomes an organization over Quay's REST API."""

from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import Role
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

CONVERT = "/api/v1/user/convert"
PASSWORD = "correct-horse-battery"


@pytest.fixture
async def quay_with_people(quay: QuayApi) -> QuayApi:
    for name in ("team-one", "alice"):
        await quay.registry.users.create_user(name, PASSWORD, f"{name}@example.com")
    await quay.repository("team-one/app", "team-one")
    return quay


async def convert(quay: QuayApi, administrator: str, password: str = PASSWORD) -> tuple[int, str]:
    body = {"adminUser": administrator, "adminPassword": password}
    answer = await quay.ask("POST", CONVERT, who="team-one", document=body)
    found = answer.json()
    return answer.status, str(found.get("success") or found["detail"])


async def test_a_user_becomes_an_organization(quay_with_people: QuayApi) -> None:
    quay = quay_with_people
    before = await quay.account("team-one")
    assert await convert(quay, "alice") == (200, "True")
    found = await quay.ask("GET", "/api/v1/organization/team-one", who="alice")
    assert (found.status, found.json()["is_admin"]) == (200, True)
    alice = await quay.account("alice")
    assert (await quay.registry.reader.access(alice.account_id, "team-one/app")).role is Role.ADMIN
    assert (await quay.account("team-one")).account_id == before.account_id
    with pytest.raises(Unauthorized):
        await quay.registry.credentials.verify("team-one", PASSWORD, "192.0.2.1")
    assert (await quay.ask("GET", "/api/v1/user/", who="team-one")).status == 401


@pytest.mark.parametrize(
    ("administrator", "password", "text"),
    [
        ("alice", "wrong-password", "The admin user credentials are not valid"),
        ("nobody", PASSWORD, "The admin user credentials are not valid"),
        ("team-one", PASSWORD, "The admin user is not valid"),
    ],
)
async def test_refused(quay_with_people: QuayApi, administrator: str, password: str, text: str) -> None:
    assert await convert(quay_with_people, administrator, password) == (400, text)
    assert (await quay_with_people.ask("GET", "/api/v1/user/", who="team-one")).status == 200


async def test_the_only_administrator_of_another_organization(quay_with_people: QuayApi) -> None:
    await quay_with_people.organization("acme", "team-one")
    status, text = await convert(quay_with_people, "alice")
    assert status == 400
    assert "acme" in text


@pytest.mark.parametrize("setting", ["FEATURE_SUPERUSERS_ORG_CREATION_ONLY", "FEATURE_RESTRICTED_USERS"])
async def test_who_may_make_no_organization_becomes_none(tmp_path: Path, setting: str) -> None:
    """Two accounts are easily had: by converting one, a restricted user would have a namespace to push to."""
    config = tmp_path / "config.yaml"
    config.write_text(f"{setting}: true\n")
    async with quay_api(tmp_path / "data", present(), config=config) as quay:
        for name in ("team-one", "alice"):
            await quay.registry.users.create_user(name, PASSWORD, f"{name}@example.com")
        assert (await convert(quay, "alice"))[0] == 403
        assert (await quay.ask("GET", "/api/v1/user/", who="team-one")).status == 200
