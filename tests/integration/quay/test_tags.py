"""Tags over Quay's REST API: list and history, moving, dates, the time machine, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.api.quay.dates import rfc2822
from charthouse.compose import Upkeep
from charthouse.config.settings import Repositories, Tags
from charthouse.model.digests import Digest
from charthouse.model.errors import ManifestUnknown
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import RepositoryState, Role
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import index_manifest, present, push_image, push_manifest

from .awkward_names import awkward

APP = RepositoryName("alice/app")
TAGS = f"/api/v1/repository/{APP}/tag/"
HOUR, DAY = 3600, 86_400


@pytest.fixture
async def quay(tmp_path: Path) -> AsyncIterator[QuayApi]:
    settings = {"tags": Tags(permanent_delete=True), "repositories": Repositories(pull_statistics=True)}
    async with quay_api(tmp_path / "data", present(), **settings) as api:
        await api.repository(APP, "alice")
        yield api


async def push(quay: QuayApi, tag: str, layer: str, repository: str = APP) -> Digest:
    actor = await quay.actor("alice")
    return await push_image(
        quay.registry, actor, RepositoryName(repository), tag, b"config of " + layer.encode(), layer.encode()
    )


async def listed(quay: QuayApi, query: str = "", **asked: Any) -> list[dict[str, Any]]:
    answer = await quay.ask("GET", TAGS + query, who="alice", **asked)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json()["tags"]
    return found


async def live(quay: QuayApi) -> dict[str, str]:
    return {tag["name"]: tag["manifest_digest"] for tag in await listed(quay, "?onlyActiveTags=true")}


async def test_the_list_field_by_field(quay: QuayApi) -> None:
    digest = await push(quay, "v1", "layer")
    pushed = quay.clock.now_ms()
    answer = await quay.ask("GET", TAGS, who="alice")
    assert answer.status == 200
    assert answer.json() == {
        "tags": [
            {
                "name": "v1",
                "reversion": False,
                "start_ts": pushed // 1000,
                "manifest_digest": digest,
                "is_manifest_list": False,
                "size": len("config of layer") + len("layer"),
                "last_modified": rfc2822(pushed),
                "immutable": False,
            }
        ],
        "page": 1,
        "has_additional": False,
    }


async def test_an_index_has_no_size(quay: QuayApi) -> None:
    child = await push(quay, "child", "layer")
    actor = await quay.actor("alice")
    await push_manifest(quay.registry, actor, APP, index_manifest([child]), "all")
    tags = {tag["name"]: tag for tag in await listed(quay)}
    assert (tags["all"]["is_manifest_list"], tags["all"]["size"]) == (True, None)


async def test_the_history_has_one_entry_a_life_newest_first(quay: QuayApi) -> None:
    first = await push(quay, "v1", "one")
    quay.clock.advance(10)
    second = await push(quay, "v1", "two")
    moved = quay.clock.now_ms()
    quay.clock.advance(10)
    await push(quay, "v2", "three")
    quay.clock.advance(10)
    assert (await quay.ask("DELETE", TAGS + "v1", who="alice", document={})).status == 204
    deleted = quay.clock.now_ms()
    found = await listed(quay)
    assert [tag["name"] for tag in found] == ["v2", "v1", "v1"]
    assert [tag["manifest_digest"] for tag in found[1:]] == [second, first]
    assert [tag["end_ts"] for tag in found[1:]] == [deleted // 1000, moved // 1000]
    assert found[1]["expiration"] == rfc2822(deleted)
    assert "end_ts" not in found[0]
    assert list(await live(quay)) == ["v2"]


async def test_pages_names_and_filters(quay: QuayApi) -> None:
    for number in range(5):
        await push(quay, f"v1.{number}", "layer")
        quay.clock.advance(1)
    await push(quay, "Latest_x", "layer")
    for page, names, more in ((1, ["Latest_x", "v1.4"], True), (3, ["v1.1", "v1.0"], False), (4, [], False)):
        answer = (
            await quay.ask("GET", f"{TAGS}?limit=2&page={page}&onlyActiveTags=True", who="alice")
        ).json()
        assert [tag["name"] for tag in answer["tags"]] == names
        assert (answer["page"], answer["has_additional"]) == (page, more)
    assert len(await listed(quay, "?limit=1000&page=0")) == 6
    for query, names in {
        "?specificTag=v1.3": ["v1.3"],
        "?specificTag=v1": [],
        "?filter_tag_name=eq:v1.2": ["v1.2"],
        "?filter_tag_name=like:LATEST": ["Latest_x"],
        "?filter_tag_name=like:1_": [],
        "?filter_tag_name=like:%25": [],
        "?filter_tag_name=like:/": [],
        "?specificTag=%C3%BC": [],
    }.items():
        assert [tag["name"] for tag in await listed(quay, query)] == names, query
    for query in ("?filter_tag_name=v1", "?filter_tag_name=regex:v1", "?limit=many"):
        assert (await quay.ask("GET", TAGS + query, who="alice")).status == 400


async def test_moving_and_making_a_tag(quay: QuayApi) -> None:
    first, second = await push(quay, "v1", "one"), await push(quay, "v2", "two")
    for name, digest in (("latest", first), ("latest", second), ("latest", second)):
        answer = await quay.ask("PUT", TAGS + name, who="alice", document={"manifest_digest": digest})
        assert (answer.status, answer.json()) == (201, "Updated")
        assert (await live(quay))["latest"] == digest
        actor = await quay.actor("alice")
        assert (await quay.registry.reader.manifest(actor, APP, Tag("latest"))).digest == digest
    unknown = "sha256:" + "0" * 64
    for body, status in (
        ({"manifest_digest": unknown}, 404),
        ({"manifest_digest": "v1"}, 404),
        ({"expiration": quay.clock.now_ms() // 1000 + DAY}, 404),
        ({}, 404),
    ):
        assert (await quay.ask("PUT", TAGS + "new", who="alice", document=body)).status == status, body
    answer = await quay.ask("PUT", TAGS + ".bad", who="alice", document={"manifest_digest": first})
    assert answer.status == 400
    assert set(await live(quay)) == {"v1", "v2", "latest"}


async def test_a_date(quay: QuayApi) -> None:
    await push(quay, "v1", "layer")
    actor = await quay.actor("alice")
    await quay.registry.reader.manifest(actor, APP, Tag("v1"))  # and is in the cache
    now = quay.clock.now_ms() // 1000
    for asked, date in (
        (now + 2 * HOUR, now + 2 * HOUR),
        (now + 10, now + HOUR),
        (now + 9e8, now + 104 * 7 * DAY),
    ):
        answer = await quay.ask("PUT", TAGS + "v1", who="alice", document={"expiration": asked})
        assert (answer.status, answer.json()) == (201, "Updated")
        [tag] = await listed(quay)
        assert tag["end_ts"] == date
        assert tag["expiration"] == rfc2822(date * 1000)
    for past in (now, now - 1, 0, -5, 1e300):
        answer = await quay.ask("PUT", TAGS + "v1", who="alice", document={"expiration": past})
        assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request"), past
    assert (await quay.ask("PUT", TAGS + "v1", who="alice", document={"expiration": None})).status == 201
    assert "expiration" not in (await listed(quay))[0]


async def test_from_its_date_on_a_tag_is_nowhere(quay: QuayApi) -> None:
    digest = await push(quay, "v1", "layer")
    actor, reader = await quay.actor("alice"), quay.registry.reader
    await reader.manifest(actor, APP, Tag("v1"))
    assert reader.peek(actor, APP, "v1") is not None
    end = quay.clock.now_ms() + HOUR * 1000
    await quay.ask("PUT", TAGS + "v1", who="alice", document={"expiration": end / 1000})
    quay.clock.advance(HOUR - 0.001)
    assert (await reader.manifest(actor, APP, Tag("v1"))).digest == digest
    assert await reader.tags(actor, APP, "", 10) == ["v1"]
    quay.clock.advance(0.001)
    with pytest.raises(ManifestUnknown):
        await reader.manifest(actor, APP, Tag("v1"))
    assert reader.peek(actor, APP, "v1") is None
    assert await reader.tags(actor, APP, "", 10) == []
    assert await reader.tag_targets((await reader.access(actor.account_id, APP)).repository_id, "", 9) == []
    assert await live(quay) == {}
    future = {"expiration": end // 1000 + DAY}
    assert (await quay.ask("PUT", TAGS + "v1", who="alice", document=future)).status == 404
    assert (await quay.ask("GET", TAGS + "v1/pull_statistics", who="alice")).status == 404
    before = await listed(quay)
    assert await Upkeep(quay.registry).collector.expire() == 1
    [tag] = after = await listed(quay)
    assert before == after
    assert tag["end_ts"] == end // 1000
    answer = await quay.ask("POST", TAGS + "v1/restore", who="alice", document={"manifest_digest": digest})
    assert answer.status == 200
    assert await live(quay) == {"v1": digest}


async def test_restoring(quay: QuayApi) -> None:
    first = await push(quay, "v1", "one")
    second = await push(quay, "v1", "two")
    restore = TAGS + "v1/restore"
    answer = await quay.ask("POST", restore, who="alice", document={"manifest_digest": first})
    assert (answer.status, answer.json()) == (200, {})
    assert await live(quay) == {"v1": first}
    assert [tag["reversion"] for tag in await listed(quay)].count(True) == 1
    await quay.ask("DELETE", TAGS + "v1", who="alice")
    assert await live(quay) == {}
    await quay.ask("POST", restore, who="alice", document={"manifest_digest": second})
    assert await live(quay) == {"v1": second}
    for body, status in (
        ({"manifest_digest": "sha256:" + "0" * 64}, 404),
        ({"manifest_digest": "v1"}, 404),
        ({}, 400),
        ({"manifest_digest": 5}, 400),
    ):
        assert (await quay.ask("POST", restore, who="alice", document=body)).status == status, body


async def test_a_manifest_deleted_by_digest_comes_back_with_its_children(quay: QuayApi) -> None:
    actor = await quay.actor("alice")
    child = await push(quay, "child", "layer")
    index = await push_manifest(quay.registry, actor, APP, index_manifest([child]), "v1")
    for digest in (index, child):
        await quay.registry.writer.delete_manifest(actor, APP, digest)
    quay.clock.advance(13 * DAY)
    quay.forget_tokens()
    await Upkeep(quay.registry).collector.collect()
    for digest in (index, child):
        with pytest.raises(ManifestUnknown):
            await quay.registry.reader.manifest(actor, APP, digest)
    answer = await quay.ask("POST", TAGS + "v1/restore", who="alice", document={"manifest_digest": index})
    assert answer.status == 200
    for reference in ("v1", index, child):
        await quay.registry.reader.manifest(actor, APP, reference)
    assert await live(quay) == {"v1": index}


async def test_the_window_is_the_namespaces_own(quay: QuayApi) -> None:
    digest = await push(quay, "v1", "layer")
    await quay.ask("DELETE", TAGS + "v1", who="alice")
    restore = {"manifest_digest": digest}
    await choose_window(quay, DAY)
    quay.clock.advance(DAY)
    assert (await quay.ask("POST", TAGS + "v1/restore", who="alice", document=restore)).status == 404
    await choose_window(quay, 28 * DAY)
    quay.clock.advance(20 * DAY)
    quay.forget_tokens()
    await Upkeep(quay.registry).collector.collect()
    assert (await quay.ask("POST", TAGS + "v1/restore", who="alice", document=restore)).status == 200


async def test_without_a_time_machine_what_is_deleted_is_gone(quay: QuayApi) -> None:
    digest = await push(quay, "v1", "layer")
    await choose_window(quay, 0)
    await quay.ask("DELETE", TAGS + "v1", who="alice")
    body = {"manifest_digest": digest}
    assert (await quay.ask("POST", TAGS + "v1/restore", who="alice", document=body)).status == 404
    quay.clock.advance(1)
    assert (await Upkeep(quay.registry).collector.collect()).manifests == 1
    assert await listed(quay) == []


async def test_permanent_deletion(quay: QuayApi) -> None:
    first = await push(quay, "v1", "one")
    second = await push(quay, "v1", "two")
    expire = TAGS + "v1/expire"
    answer = await quay.ask("POST", expire, who="alice", document={"manifest_digest": second})
    assert answer.status == 404  # that is not in the history
    answer = await quay.ask("POST", expire, who="alice", document={"manifest_digest": first})
    assert (answer.status, answer.json()) == (200, "")
    assert [tag["manifest_digest"] for tag in await listed(quay)] == [second]
    body = {"manifest_digest": second, "include_submanifests": True, "is_alive": True}
    assert (await quay.ask("POST", expire, who="alice", document=body)).status == 200
    assert await listed(quay) == []
    assert (await quay.ask("POST", expire, who="alice", document=body)).status == 404
    restore = {"manifest_digest": second}
    assert (await quay.ask("POST", TAGS + "v1/restore", who="alice", document=restore)).status == 404
    assert (await Upkeep(quay.registry).collector.collect()).manifests == 2


async def test_permanent_deletion_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "other", present()) as api:
        await api.repository(APP, "alice")
        await api.repository(
            "alice/app/tag", "alice"
        )  # without these routes, such paths are those of repositories
        policies = "/api/v1/repository/alice/app/immutabilitypolicy/"
        assert (await api.ask("POST", TAGS + "v1/expire", who="alice", document={})).status == 405
        assert (await api.ask("GET", TAGS + "v1/pull_statistics", who="alice")).status == 404
        assert (await api.ask("GET", policies, who="alice")).status == 404


async def test_pull_statistics(quay: QuayApi) -> None:
    digest = await push(quay, "v1", "layer")
    actor, reader = await quay.actor("alice"), quay.registry.reader
    entry = await reader.manifest(actor, APP, Tag("v1"))
    statistics = TAGS + "v1/pull_statistics"
    nothing = (await quay.ask("GET", statistics, who="alice")).json()
    assert nothing == {
        "tag_name": "v1",
        "tag_pull_count": 0,
        "last_tag_pull_date": None,
        "current_manifest_digest": digest,
        "manifest_pull_count": 0,
        "last_manifest_pull_date": None,
    }
    await reader.count_pull(entry, "v1", head=True)
    await reader.count_pull(entry, digest, head=False)
    await reader.count_pull(entry, "v1", head=False)
    await reader.count_pull(entry, digest, head=True)
    now = rfc2822(quay.clock.now_ms())
    found = (await quay.ask("GET", statistics, who="alice")).json()
    assert found == nothing | {
        "tag_pull_count": 2,
        "last_tag_pull_date": now,
        "manifest_pull_count": 2,
        "last_manifest_pull_date": now,
    }
    manifest = f"/api/v1/repository/{APP}/manifest/{digest}/pull_statistics"
    assert (await quay.ask("GET", manifest, who="alice")).json() == {
        "manifest_digest": digest,
        "manifest_pull_count": 2,
        "last_manifest_pull_date": now,
    }


@pytest.mark.parametrize("state", [RepositoryState.READ_ONLY, RepositoryState.MIRROR])
async def test_a_repository_that_is_not_normal(quay: QuayApi, state: RepositoryState) -> None:
    digest = await push(quay, "v1", "layer")
    await push(quay, "v2", "other")
    await quay.ask("DELETE", TAGS + "v2", who="alice")
    repository_id = (await quay.registry.reader.access(0, APP)).repository_id
    await set_state(quay, repository_id, state)
    before = await listed(quay)
    words = "read-only" if state is RepositoryState.READ_ONLY else "mirror"
    for method, target, document in (
        ("PUT", TAGS + "v3", {"manifest_digest": digest}),
        ("PUT", TAGS + "v1", {"expiration": quay.clock.now_ms() // 1000 + DAY}),
        ("DELETE", TAGS + "v1", {}),
        ("POST", TAGS + "v2/restore", {"manifest_digest": digest}),
        ("POST", TAGS + "v2/expire", {}),
        ("POST", f"/api/v1/repository/{APP}/manifest/{digest}/labels", {"key": "a", "value": "b"}),
        ("DELETE", f"/api/v1/repository/{APP}/manifest/{digest}/labels/x", {}),
    ):
        answer = await quay.ask(method, target, who="alice", document=document)
        assert answer.status == 503, target
        assert words in answer.json()["detail"]
    assert await listed(quay) == before


async def test_whoever_may_not_write_moves_no_tag(quay: QuayApi) -> None:
    """CVE-2026-31801's class: nothing but the role write in the repository moves, ends or makes a tag there."""
    await quay.organization("acme", "owner")
    path = RepositoryName("acme/app")
    await quay.repository(path, "owner")
    owner = await quay.actor("owner")
    digest = await push_image(quay.registry, owner, path, "latest", b"config", b"good")
    await push_image(quay.registry, owner, path, "gone", b"config", b"bad")
    await quay.registry.writer.delete_manifest(owner, path, Tag("gone"))
    tags = f"/api/v1/repository/{path}/tag/"
    before = (await quay.ask("GET", tags, who="owner")).json()
    await make_reader(quay, path, "reader")
    for who in ("reader", "stranger", ""):
        for method, tail, document in (
            ("PUT", "latest", {"manifest_digest": digest}),
            ("PUT", "new", {"manifest_digest": digest}),
            ("PUT", "latest", {"expiration": 9e9, "immutable": True}),
            ("DELETE", "latest", {}),
            ("POST", "gone/restore", {"manifest_digest": digest}),
            ("POST", "latest/expire", {"is_alive": True}),
        ):
            answer = await quay.ask(method, tags + tail, who=who, document=document)
            assert answer.status == (403 if who else 401), (who, method, tail)
    assert (await quay.ask("GET", tags, who="owner")).json() == before


@awkward
async def test_awkward_names(quay: QuayApi, name: str) -> None:
    name = f"alice/{name}"
    await quay.repository(name, "alice")
    digest = await push(quay, "tag", "layer", name)
    for spelled in (name, name.replace("/", "%2F")):
        tags = f"/api/v1/repository/{spelled}/tag/"
        answer = await quay.ask("GET", tags + "?onlyActiveTags=true", who="alice")
        assert [tag["manifest_digest"] for tag in answer.json()["tags"]] == [digest]
        body = {"manifest_digest": digest}
        for made in ("manifest", "labels", "restore"):
            assert (await quay.ask("PUT", tags + made, who="alice", document=body)).status == 201
            assert (await quay.ask("DELETE", tags + made, who="alice")).status == 204
            assert (
                await quay.ask("POST", tags + made + "/restore", who="alice", document=body)
            ).status == 200
            assert (await quay.ask("DELETE", tags + made, who="alice")).status == 204
        manifest = f"/api/v1/repository/{spelled}/manifest/{digest}"
        assert (await quay.ask("GET", manifest, who="alice")).json()["digest"] == digest
        assert (await quay.ask("GET", manifest + "/labels", who="alice")).status == 200


async def set_state(quay: QuayApi, repository_id: int, state: RepositoryState) -> None:
    await quay.registry.metadata.repositories.set_state(repository_id, state)


async def make_reader(quay: QuayApi, path: RepositoryName, name: str) -> None:
    account = await quay.account(name)
    repository_id = (await quay.registry.reader.access(0, path)).repository_id
    await quay.registry.metadata.grants.grant(repository_id, account.account_id, Role.READ)


async def choose_window(quay: QuayApi, seconds: int) -> None:
    answer = await quay.ask("PUT", "/api/v1/user/", who="alice", document={"tag_expiration_s": seconds})
    assert answer.status == 200
