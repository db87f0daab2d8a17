"""Repositories over Quay's REST API: making, showing, changing, deleting."""

from __future__ import annotations

import datetime

import pytest

from charthouse.api.quay.dates import rfc2822
from charthouse.model.errors import RepositoryReadOnly
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import RepositoryState
from charthouse.ports.content import Pull
from tests.support.quay import QuayApi
from tests.support.registry import push_image

from .awkward_names import awkward

REPOSITORY = "/api/v1/repository"
WEB = {"repository": "web", "visibility": "private", "description": "a shop"}


async def state_of(quay: QuayApi, path: str) -> RepositoryState:
    owner = await quay.account("alice")
    return (await quay.registry.reader.access(owner.account_id, path)).state


async def test_making_one(quay: QuayApi) -> None:
    answer = await quay.ask("POST", REPOSITORY, who="alice", document=WEB)
    assert (answer.status, answer.json()) == (201, {"namespace": "alice", "name": "web", "kind": "image"})
    again = await quay.ask("POST", REPOSITORY, who="alice", document=WEB)
    assert again.status == 400
    assert again.json() == {
        "status": 400,
        "error_message": "Repository already exists",
        "title": "invalid_request",
        "error_type": "invalid_request",
        "detail": "Repository already exists",
        "message": "Repository already exists",
        "type": "https://registry.example.com/api/v1/error/invalid_request",
    }
    assert not (await quay.registry.reader.access(0, "alice/web")).public
    open_one = WEB | {
        "repository": "open",
        "visibility": "public",
        "repo_kind": "image",
        "namespace": "alice",
    }
    assert (await quay.ask("POST", REPOSITORY, who="alice", document=open_one)).status == 201
    assert (await quay.registry.reader.access(0, "alice/open")).public


@awkward
async def test_a_repository_of_any_name(quay: QuayApi, name: str) -> None:
    made = await quay.ask("POST", REPOSITORY, who="alice", document=WEB | {"repository": name})
    assert (made.status, made.json()["name"]) == (201, name)
    for path in (f"{REPOSITORY}/alice/{name}", f"{REPOSITORY}/alice%2F{name.replace('/', '%2F')}"):
        found = await quay.ask("GET", path, who="alice")
        assert (found.status, found.json()["name"], found.json()["description"]) == (200, name, "a shop")
    path = f"{REPOSITORY}/alice/{name}"
    done = {"success": True}
    for method, what, document in (
        ("PUT", "", {"description": "another"}),
        ("POST", "/changevisibility", {"visibility": "public"}),
        ("PUT", "/changestate", {"state": "READ_ONLY"}),
    ):
        answer = await quay.ask(method, path + what, who="alice", document=document)
        assert (answer.status, answer.json()) == (200, done), what
    found = await quay.ask("GET", path, who="alice")
    assert (found.json()["description"], found.json()["is_public"], found.json()["state"]) == (
        "another",
        True,
        "READ_ONLY",
    )
    assert (found.json()["can_write"], found.json()["can_admin"]) == (False, True)
    gone = await quay.ask("DELETE", path, who="alice", document={})
    assert (gone.status, gone.body) == (204, b"")
    assert (await quay.ask("GET", path, who="alice")).status == 404


async def test_what_is_shown(quay: QuayApi) -> None:
    await quay.ask("POST", REPOSITORY, who="alice", document=WEB)
    answer = await quay.ask("GET", f"{REPOSITORY}/alice/web", who="alice")
    assert answer.status == 200
    found = answer.json()
    assert "stats" not in found
    assert found.pop("tags") == {}
    assert found == {
        "namespace": "alice",
        "name": "web",
        "kind": "image",
        "description": "a shop",
        "is_public": False,
        "is_organization": False,
        "is_starred": False,
        "status_token": "",
        "trust_enabled": False,
        "tag_expiration_s": 14 * 86400,
        "is_free_account": True,
        "state": "NORMAL",
        "can_write": True,
        "can_admin": True,
    }
    await quay.organization("acme", "alice")
    await quay.repository("acme/open", "alice", public=True)
    found = (await quay.ask("GET", f"{REPOSITORY}/acme/open", who="bob")).json()
    assert (found["is_organization"], found["can_write"], found["can_admin"]) == (True, False, False)
    assert (await quay.ask("GET", f"{REPOSITORY}/acme/open")).status == 200


async def test_tags_are_shown(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    alice = await quay.actor("alice")
    digest = await push_image(quay.registry, alice, RepositoryName("alice/web"), "v1", b"{}", b"four")
    path = f"{REPOSITORY}/alice/web"
    found = (await quay.ask("GET", path, who="alice")).json()["tags"]
    assert set(found) == {"v1"}
    assert found["v1"] == {
        "name": "v1",
        "size": 6,
        "last_modified": rfc2822(quay.clock.now_ms()),
        "manifest_digest": digest,
    }
    expiration = quay.clock.now_ms() // 1000 + 86_400
    changed = await quay.ask("PUT", f"{path}/tag/v1", who="alice", document={"expiration": expiration})
    assert changed.status == 201
    shown = (await quay.ask("GET", f"{path}?includeTags=true", who="alice")).json()["tags"]["v1"]
    assert shown["expiration"] == rfc2822(expiration * 1000)
    assert "tags" not in (await quay.ask("GET", f"{path}?includeTags=False", who="alice")).json()
    read_only = await quay.ask("PUT", f"{path}/changestate", who="alice", document={"state": "READ_ONLY"})
    assert read_only.status == 200
    for method, document in (("PUT", {"manifest_digest": digest}), ("DELETE", None)):
        refused = await quay.ask(method, f"{path}/tag/v1", who="alice", document=document)
        assert (refused.status, refused.json()["error_type"]) == (503, "invalid_request")
    with pytest.raises(RepositoryReadOnly):
        await push_image(quay.registry, alice, RepositoryName("alice/web"), "v2", b"{}", b"five")
    assert set((await quay.ask("GET", path, who="alice")).json()["tags"]) == {"v1"}


async def test_pulls_by_day(quay: QuayApi) -> None:
    repository_id = await quay.repository("alice/web", "alice")
    now = quay.clock.now_ms()
    await quay.registry.metadata.pulls.record(
        [Pull(repository_id, "v1", 3, now), Pull(repository_id, "v2", 2, now - 2 * 86_400_000)]
    )
    found = (await quay.ask("GET", f"{REPOSITORY}/alice/web?includeStats=True", who="alice")).json()["stats"]
    today = datetime.datetime.fromtimestamp(now // 1000, datetime.UTC).date()
    assert found[-1] == {"date": today.isoformat(), "count": 3}
    assert [day["count"] for day in found] == [0] * 89 + [2, 0, 3]
    assert found[0]["date"] == (today - datetime.timedelta(days=91)).isoformat()


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"repository": "UPPER"}, "Invalid repository name"),
        ({"repository": ""}, "Invalid repository name"),
        ({"repository": "a//b"}, "Invalid repository name"),
        ({"repository": "../x"}, "Invalid repository name"),
        ({"repository": "w" * 600}, "Invalid repository name"),
        ({"namespace": "alice/x"}, "Invalid repository name"),
        ({"visibility": "secret"}, None),
        ({"description": None}, None),
        ({"repo_kind": "application"}, None),
        ({"description": "x" * 70_000}, None),
        ({"description": "\0"}, None),
    ],
    ids=str,
)
async def test_what_can_not_be_made(quay: QuayApi, change: dict[str, object], detail: str | None) -> None:
    answer = await quay.ask("POST", REPOSITORY, who="alice", document=WEB | change)
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    if detail is not None:
        assert answer.json()["detail"] == detail
    assert await quay.registry.metadata.repositories.names("", 10) == []


async def test_who_may_make_one(quay: QuayApi) -> None:
    await quay.organization("acme", "alice")
    await quay.account("bob")
    document = WEB | {"namespace": "acme"}
    assert (await quay.ask("POST", REPOSITORY, document=document)).status == 401
    for namespace in ("acme", "alice", "nobody"):
        answer = await quay.ask("POST", REPOSITORY, who="bob", document=WEB | {"namespace": namespace})
        assert (answer.status, answer.json()["detail"]) == (403, "Unauthorized")
    assert (await quay.ask("POST", REPOSITORY, who="alice", document=document)).status == 201
    # What is there already, strangers are not told.
    again = await quay.ask("POST", REPOSITORY, who="bob", document=document)
    assert (again.status, again.json()["detail"]) == (403, "Unauthorized")


async def test_what_is_missing_and_what_is_forbidden_answer_alike(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    for who, status in (("bob", 403), ("", 401)):
        answers = [await quay.ask("GET", f"{REPOSITORY}/alice/{name}", who=who) for name in ("web", "none")]
        assert [answer.status for answer in answers] == [status, status]
        assert answers[0].json() == answers[1].json()
    assert (await quay.ask("GET", f"{REPOSITORY}/alice/none", who="alice")).status == 404


async def test_deleting_what_is_not_there(quay: QuayApi) -> None:
    """Who administers the namespace may say it twice; nobody else learns anything by it."""
    await quay.repository("alice/web", "alice")
    assert (await quay.ask("DELETE", f"{REPOSITORY}/alice/none", who="alice")).status == 204
    for name in ("web", "none"):
        assert (await quay.ask("DELETE", f"{REPOSITORY}/alice/{name}", who="bob")).status == 403
        assert (await quay.ask("DELETE", f"{REPOSITORY}/alice/{name}")).status == 401
    assert await quay.registry.metadata.repositories.names("", 10) == ["alice/web"]


async def test_states(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    alice = await quay.actor("alice")
    await push_image(quay.registry, alice, RepositoryName("alice/web"), "v1", b"{}", b"one")
    path = f"{REPOSITORY}/alice/web/changestate"
    refused = await quay.ask("PUT", path, who="alice", document={"state": "MIRROR"})
    assert (refused.status, refused.json()["error_type"]) == (400, "invalid_request")
    assert (await quay.ask("PUT", path, who="alice", document={"state": "DELETED"})).status == 400
    assert await state_of(quay, "alice/web") is RepositoryState.NORMAL
    assert (await quay.ask("PUT", path, who="alice", document={"state": "READ_ONLY"})).status == 200
    assert await state_of(quay, "alice/web") is RepositoryState.READ_ONLY
    assert (await quay.ask("PUT", path, who="alice", document={"state": "NORMAL"})).status == 200
    assert await state_of(quay, "alice/web") is RepositoryState.NORMAL
