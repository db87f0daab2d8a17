"""Immutable tags: one by one and by policy, over every door."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import Tags
from charthouse.model.digests import Digest
from charthouse.model.errors import TagImmutable
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Role
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import index_manifest, present, push_image, push_manifest

APP = RepositoryName("acme/app")
OTHER = RepositoryName("acme/other")
TAGS = f"/api/v1/repository/{APP}/tag/"
ORGANIZATION = "/api/v1/organization/acme/immutabilitypolicy/"
REPOSITORY = f"/api/v1/repository/{APP}/immutabilitypolicy/"
DAY = 86_400


@pytest.fixture(params=[False, True], ids=["no dates", "dates"])
def can_expire(request: pytest.FixtureRequest) -> bool:
    found: bool = request.param
    return found


@pytest.fixture
async def quay(tmp_path: Path, can_expire: bool) -> Any:
    settings = {"tags": Tags(immutable=True, immutable_can_expire=can_expire, permanent_delete=True)}
    async with quay_api(tmp_path / "data", present(), **settings) as api:
        await api.organization("acme", "alice")
        for name in (APP, OTHER):
            await api.repository(name, "alice")
        yield api


async def push(quay: QuayApi, tag: str, layer: str, repository: RepositoryName = APP) -> Digest:
    actor = await quay.actor("alice")
    return await push_image(quay.registry, actor, repository, tag, b"config", layer.encode())


async def change(quay: QuayApi, tag: str, who: str = "alice", **body: Any) -> int:
    answer = await quay.ask("PUT", TAGS + tag, who=who, document=body)
    if answer.status == 409:
        assert answer.json()["error_type"] == "tag_immutable"
    return answer.status


async def immutable(quay: QuayApi, repository: RepositoryName = APP) -> set[str]:
    tags = f"/api/v1/repository/{repository}/tag/?onlyActiveTags=true"
    answer = await quay.ask("GET", tags, who="alice")
    return {tag["name"] for tag in answer.json()["tags"] if tag["immutable"]}


async def test_whoever_writes_locks_and_only_administrators_unlock(quay: QuayApi) -> None:
    await push(quay, "v1", "one")
    writer = await quay.account("writer")
    repository_id = (await quay.registry.reader.access(writer.account_id, APP)).repository_id
    await quay.registry.metadata.grants.grant(repository_id, writer.account_id, Role.WRITE)
    assert await change(quay, "v1", "writer", immutable=True) == 201
    assert await immutable(quay) == {"v1"}
    assert await change(quay, "v1", "writer", immutable=False) == 403
    assert await immutable(quay) == {"v1"}
    assert await change(quay, "v1", immutable=False) == 201
    assert await immutable(quay) == set()


async def test_nothing_changes_an_immutable_tag(quay: QuayApi, can_expire: bool) -> None:
    actor, writer = await quay.actor("alice"), quay.registry.writer
    old = await push(quay, "v1", "old")
    child = await push(quay, "child", "new")
    digest = await push_manifest(quay.registry, actor, APP, index_manifest([child]), "v1")
    assert await change(quay, "v1", immutable=True) == 201
    before = (await quay.ask("GET", TAGS, who="alice")).json()
    future = quay.clock.now_ms() // 1000 + DAY
    assert await change(quay, "v1", manifest_digest=old) == 409
    if not can_expire:
        assert await change(quay, "v1", expiration=future) == 409
        assert await change(quay, "v1", expiration=None) == 409
    for method, tail, body in (
        ("DELETE", "v1", {}),
        ("POST", "v1/restore", {"manifest_digest": old}),
        ("POST", "v1/expire", {"is_alive": True}),
    ):
        answer = await quay.ask(method, TAGS + tail, who="alice", document=body)
        assert (answer.status, answer.json()["error_type"]) == (409, "tag_immutable")
    for reference in (Tag("v1"), digest, child):
        with pytest.raises(TagImmutable):
            await writer.delete_manifest(actor, APP, reference)
    with pytest.raises(TagImmutable):
        await push(quay, "v1", "other")
    assert (TagImmutable.code, TagImmutable.status) == ("TAG_IMMUTABLE", 409)
    assert (await quay.ask("GET", TAGS, who="alice")).json() == before
    # What changes nothing is no error.
    await push_manifest(quay.registry, actor, APP, index_manifest([child]), "v1")
    assert await change(quay, "v1", manifest_digest=digest) == 201
    assert await change(quay, "v1", immutable=True) == 201
    body = {"manifest_digest": digest}
    assert (await quay.ask("POST", TAGS + "v1/restore", who="alice", document=body)).status == 200
    assert (await quay.ask("GET", TAGS, who="alice")).json() == before


async def test_dates_of_immutable_tags(quay: QuayApi, can_expire: bool) -> None:
    await push(quay, "v1", "one")
    future = quay.clock.now_ms() // 1000 + DAY
    assert await change(quay, "v1", expiration=future) == 201
    assert await change(quay, "v1", immutable=True) == 201
    [tag] = (await quay.ask("GET", TAGS, who="alice")).json()["tags"]
    assert ("end_ts" in tag) is can_expire
    if can_expire:
        assert await change(quay, "v1", expiration=future + DAY) == 201
        quay.clock.advance(3 * DAY)
        await push(quay, "v1", "another")  # it is over
        assert await immutable(quay) == set()


async def test_whoever_administers_deletes_the_repository_all_the_same(quay: QuayApi) -> None:
    await push(quay, "v1", "one")
    await change(quay, "v1", immutable=True)
    assert (await quay.ask("DELETE", f"/api/v1/repository/{APP}", who="alice")).status == 204


@pytest.mark.parametrize("place", [ORGANIZATION, REPOSITORY])
async def test_policies_field_by_field(quay: QuayApi, place: str) -> None:
    assert (await quay.ask("GET", place, who="alice")).json() == {"policies": []}
    made = await quay.ask("POST", place, who="alice", document={"tagPattern": "v.*"})
    assert made.status == 201
    assert set(made.json()) == {"uuid"}
    one = place + made.json()["uuid"]
    view = {"uuid": made.json()["uuid"], "tagPattern": "v.*", "tagPatternMatches": True}
    assert (await quay.ask("GET", place, who="alice")).json() == {"policies": [view]}
    assert (await quay.ask("GET", one, who="alice")).json() == view
    again = await quay.ask("POST", place, who="alice", document={"tagPattern": "v.*"})
    assert (again.status, again.json()["error_type"]) == (400, "invalid_request")
    body = {"tagPattern": "w.*", "tagPatternMatches": False}
    changed = await quay.ask("PUT", one, who="alice", document=body)
    assert (changed.status, changed.body) == (204, b"")
    assert (await quay.ask("GET", one, who="alice")).json() == body | {"uuid": view["uuid"]}
    gone = await quay.ask("DELETE", one, who="alice", document={})
    assert (gone.status, gone.json()) == (200, {"uuid": view["uuid"]})
    for method, document in (("GET", None), ("PUT", body), ("DELETE", None)):
        assert (await quay.ask(method, one, who="alice", document=document)).status == 404


@pytest.mark.parametrize(
    "pattern", ["", "(", "a{1001}", "(?=x)", r"(a)\1", "x" * 257, "((a{900}){900}){9}", 5, None]
)
async def test_patterns_that_are_none(quay: QuayApi, pattern: object) -> None:
    answer = await quay.ask("POST", REPOSITORY, who="alice", document={"tagPattern": pattern})
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    assert (await quay.ask("GET", REPOSITORY, who="alice")).json() == {"policies": []}


async def test_a_pattern_cannot_hold_the_registry_up(quay: QuayApi) -> None:
    body = {"tagPattern": "(a|a|aa)*(a*)*b"}
    assert (await quay.ask("POST", REPOSITORY, who="alice", document=body)).status == 201
    began = time.perf_counter()
    await push(quay, "a" * 128, "one")
    assert time.perf_counter() - began < 5


async def test_a_policy_of_an_organization_holds_for_old_and_new_tags_of_all_its_repositories(
    quay: QuayApi, can_expire: bool
) -> None:
    for repository in (APP, OTHER):
        for tag in ("v1", "latest", "v1-rc"):
            await push(quay, tag, "one", repository)
    await change(quay, "v1", expiration=quay.clock.now_ms() // 1000 + DAY)
    await quay.repository("alice/elsewhere", "alice")
    elsewhere = RepositoryName("alice/elsewhere")
    await push(quay, "v1", "one", elsewhere)
    made = await quay.ask("POST", ORGANIZATION, who="alice", document={"tagPattern": r"v\d+"})
    for repository in (APP, OTHER):
        assert await immutable(quay, repository) == {"v1"}
        await push(quay, "v2", "two", repository)
        await push(quay, "latest", "two", repository)
        assert await immutable(quay, repository) == {"v1", "v2"}
        with pytest.raises(TagImmutable):
            await push(quay, "v2", "three", repository)
    assert await immutable(quay, elsewhere) == set()
    tags = {tag["name"]: tag for tag in (await quay.ask("GET", TAGS, who="alice")).json()["tags"]}
    assert ("end_ts" in tags["v1"]) is can_expire
    await quay.ask("DELETE", ORGANIZATION + made.json()["uuid"], who="alice")
    assert await immutable(quay) == {"v1", "v2"}
    assert await change(quay, "v2", immutable=False) == 201
    await push(quay, "v2", "four")
    assert await immutable(quay) == {"v1"}


async def test_a_policy_of_what_does_not_match(quay: QuayApi) -> None:
    await push(quay, "latest", "one")
    await push(quay, "v1", "one")
    body = {"tagPattern": "latest|dev-.*", "tagPatternMatches": False}
    assert (await quay.ask("POST", REPOSITORY, who="alice", document=body)).status == 201
    for tag in ("v2", "dev-1", "mylatest"):
        await push(quay, tag, "one")
    assert await immutable(quay) == {"v1", "v2", "mylatest"}
