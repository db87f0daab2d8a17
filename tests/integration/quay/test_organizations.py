"""Organizations over Quay's REST API: what each kind of caller sees, and how one ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.config.settings import People
from charthouse.model.errors import Denied, UploadUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Role
from charthouse.services.registry.intake import Chunk
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import once, present, push_image

ORGANIZATION = "/api/v1/organization/"
ACME = "/api/v1/organization/acme"


@pytest.fixture
async def acme(quay: QuayApi) -> QuayApi:
    """An organization of alice's, with bob in a team, and carol outside."""
    made = await quay.ask(
        "POST", ORGANIZATION, who="alice", document={"name": "acme", "email": "a@example.com"}
    )
    assert (made.status, made.json()) == (201, "Created")
    await quay.ask(
        "PUT", f"{ACME}/team/dev", who="alice", document={"role": "member", "description": "builds"}
    )
    await quay.account("bob")
    await quay.account("carol")
    assert (await quay.ask("PUT", f"{ACME}/team/dev/members/bob", who="alice")).status == 200
    return quay


async def grant(quay: QuayApi, path: str, name: str, role: Role) -> None:
    access = await quay.registry.reader.access(0, path)
    await quay.registry.metadata.grants.grant(
        access.repository_id, (await quay.account(name)).account_id, role
    )


async def test_administrators_see_all(acme: QuayApi) -> None:
    answer = await acme.ask("GET", ACME, who="alice")
    assert answer.status == 200
    found = answer.json()
    assert found["avatar"].keys() == {"name", "hash", "color", "kind"}
    dev = found["teams"]["dev"]
    assert dev.pop("avatar")["kind"] == "team"
    assert dev == {
        "name": "dev", "description": "builds", "role": "member", "can_view": True, "repo_count": 0,
        "member_count": 1, "is_synced": False,
    }  # fmt: skip
    assert found["teams"]["owners"]["role"] == "admin"
    del found["avatar"], found["teams"]
    assert found == {
        "name": "acme", "email": "a@example.com", "is_admin": True, "is_member": True,
        "ordered_teams": ["owners", "dev"], "invoice_email": False, "invoice_email_address": None,
        "tag_expiration_s": 14 * 86400, "is_free_account": True,
    }  # fmt: skip


async def test_members_see_teams_and_strangers_do_not(acme: QuayApi) -> None:
    member = (await acme.ask("GET", ACME, who="bob")).json()
    assert (member["email"], member["is_admin"], member["is_member"]) == ("", False, True)
    assert [member["teams"][name]["can_view"] for name in ("owners", "dev")] == [False, True]
    assert "tag_expiration_s" not in member
    for who in ("carol", ""):
        answer = await acme.ask("GET", ACME, who=who)
        assert answer.status == 200
        assert answer.json().keys() == {"name", "email", "avatar", "is_admin", "is_member"}
        assert (answer.json()["email"], answer.json()["is_member"]) == ("", False)
    for missing in ("none", "alice"):
        assert (await acme.ask("GET", f"{ORGANIZATION}{missing}", who="alice")).status == 404


async def test_a_token_without_the_scope_sees_what_members_see(acme: QuayApi) -> None:
    headers = await acme.bearer("alice", "repo:read")
    found = (await acme.ask("GET", ACME, headers=headers)).json()
    assert (found["is_admin"], found["is_member"], found["email"]) == (False, True, "")
    assert (await acme.ask("DELETE", ACME, headers=headers)).status == 403


async def test_changes(acme: QuayApi) -> None:
    change = {"email": "new@example.com", "tag_expiration_s": 86400, "invoice_email": True}
    answer = await acme.ask(
        "PUT", ACME, who="alice", document=change | {"invoice_email_address": "i@example.com"}
    )
    assert answer.status == 200
    for found in (answer.json(), (await acme.ask("GET", ACME, who="alice")).json()):
        assert found["email"] == "new@example.com"
        assert found["tag_expiration_s"] == 86400
        assert (found["invoice_email"], found["invoice_email_address"]) == (True, "i@example.com")
    kept = await acme.ask("PUT", ACME, who="alice", document={})
    assert kept.json() == answer.json()
    for bad, text in (
        ({"tag_expiration_s": 12345}, "Invalid tag expiration option"),
        ({"email": "nobody"}, "Invalid email address: nobody"),
    ):
        refused = await acme.ask("PUT", ACME, who="alice", document=bad)
        assert (refused.status, refused.json()["detail"]) == (400, text)
    assert (await acme.ask("PUT", ACME, who="bob", document={})).status == 403
    assert (await acme.ask("PUT", ACME, document={})).status == 401


async def test_people_and_collaborators(acme: QuayApi) -> None:
    await acme.repository("acme/app", "alice")
    await grant(acme, "acme/app", "bob", Role.READ)
    await grant(acme, "acme/app", "carol", Role.READ)
    found = (await acme.ask("GET", f"{ACME}/members", who="alice")).json()["members"]
    assert [(m["name"], m["kind"], m["repositories"]) for m in found] == [
        ("alice", "user", ["app"]),
        ("bob", "user", ["app"]),
    ]
    assert [[team["name"] for team in m["teams"]] for m in found] == [["owners"], ["dev"]]
    assert (await acme.ask("GET", f"{ACME}/members/bob", who="alice")).json() == found[1]
    for missing in ("carol", "nobody", "acme"):
        assert (await acme.ask("GET", f"{ACME}/members/{missing}", who="alice")).status == 404
    outside = (await acme.ask("GET", f"{ACME}/collaborators", who="alice")).json()["collaborators"]
    assert [(c["kind"], c["name"], c["repositories"]) for c in outside] == [("user", "carol", ["app"])]
    for path in ("members", "members/bob", "collaborators"):
        assert (await acme.ask("GET", f"{ACME}/{path}", who="bob")).status == 403


async def test_a_person_is_removed_as_often_as_asked(acme: QuayApi) -> None:
    for _ in range(2):
        assert (await acme.ask("DELETE", f"{ACME}/members/bob", who="alice", document={})).status == 204
    assert (await acme.ask("GET", ACME, who="bob")).json()["is_member"] is False
    assert (await acme.ask("DELETE", f"{ACME}/members/nobody", who="alice")).status == 404
    refused = await acme.ask("DELETE", f"{ACME}/members/alice", who="alice")
    assert refused.status == 400
    assert refused.json()["detail"] == "Cannot remove user as they are the only organization admin"


async def test_a_deleted_organization_is_gone_and_its_name_free(acme: QuayApi) -> None:
    alice = await acme.actor("alice")
    app = RepositoryName("acme/app")
    await push_image(acme.registry, alice, app, "v1", b"the old layer")
    await grant(acme, app, "carol", Role.READ)
    assert (await acme.ask("DELETE", ACME, who="bob")).status == 403
    assert (await acme.ask("DELETE", ACME, who="alice", document={})).status == 204
    assert (await acme.ask("GET", ACME, who="alice")).status == 404
    assert (await acme.ask("DELETE", ACME, who="alice")).status == 404
    again = await acme.ask("POST", ORGANIZATION, who="bob", document={"name": "acme"})
    assert again.status == 201
    await acme.repository(app, "bob")
    for name in ("alice", "carol"):
        access = await acme.registry.reader.access((await acme.account(name)).account_id, app)
        assert access.role is Role.NONE
    assert await acme.registry.reader.tags(await acme.actor("bob"), app, "", 10) == []


async def test_uploads_end_with_their_organization(acme: QuayApi) -> None:
    app, alice = RepositoryName("acme/app"), await acme.actor("alice")
    upload = await acme.registry.uploads.begin(alice, app)
    chunk = Chunk(length=4)
    await acme.registry.uploads.append(alice, app, upload.upload_id, chunk, once(b"some"))
    assert (await acme.ask("DELETE", ACME, who="alice")).status == 204
    with pytest.raises(Denied):
        await acme.registry.uploads.status(alice, app, upload.upload_id)
    await acme.organization("acme", "alice")
    with pytest.raises(UploadUnknown):
        await acme.registry.uploads.status(alice, app, upload.upload_id)


async def test_who_may_make_organizations(tmp_path: Path) -> None:
    people = People(super_users=("root",), super_users_make_organizations=True)
    async with quay_api(tmp_path / "data", present(), people=people) as quay:
        refused = await quay.ask("POST", ORGANIZATION, who="alice", document={"name": "acme"})
        assert (refused.status, refused.json()["error_type"]) == (403, "insufficient_scope")
        assert (await quay.ask("POST", ORGANIZATION, who="root", document={"name": "acme"})).status == 201
    people = People(restricted=True, restricted_whitelist=("bob",))
    async with quay_api(tmp_path / "other", present(), people=people) as quay:
        assert (await quay.ask("POST", ORGANIZATION, who="alice", document={"name": "aa"})).status == 403
        assert (await quay.ask("POST", ORGANIZATION, who="bob", document={"name": "bb"})).status == 201


async def test_a_read_only_superuser_sees_and_changes_nothing(tmp_path: Path) -> None:
    people = People(read_only_super_users=("auditor",))
    async with quay_api(tmp_path / "data", present(), people=people) as quay:
        await quay.ask("POST", ORGANIZATION, who="alice", document={"name": "acme", "email": "a@example.com"})
        found = (await quay.ask("GET", ACME, who="auditor")).json()
        assert (found["email"], found["is_admin"], found["is_member"]) == ("a@example.com", False, False)
        assert found["ordered_teams"] == ["owners"]
        for path in (
            "members",
            "collaborators",
            "prototypes",
            "team/owners/members",
            "team/owners/permissions",
        ):
            assert (await quay.ask("GET", f"{ACME}/{path}", who="auditor")).status == 200
        assert (await quay.ask("PUT", ACME, who="auditor", document={})).status == 403
        assert (await quay.ask("DELETE", ACME, who="auditor")).status == 403
