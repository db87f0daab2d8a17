"""Charts over the REST API: what is inside, what changed, what is wrong with them; and who finds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import Repositories
from charthouse.model.names import RepositoryName
from charthouse.ports.charts import ChartFacts, ChartState
from tests.support.packages import package, push_chart
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present, push_image
from tests.support.server import Answer

WEB = "/api/v1/repository/acme/web/chart"
FIND = "/api/v1/find/charts"
PARTS = ("values", "schema", "readme", "templates", "crds", "files", "dependencies", "images")
NAMELESS = ("3.0.0", "sha256:" + "0" * 64, "sha256:x", "%00", "캐시", "x" * 200, "lates", "'")
SCRIPT = "<script>alert('x')</script>"

YAML = (
    "appVersion: '1.25.3'",
    "description: A web server",
    "icon: https://example.com/icon.svg",
    "kubeVersion: '>=1.30'",
    "deprecated: true",
    "keywords: [http, 데이터베이스]",
    "maintainers: [{name: Alice, email: alice@example.com}]",
    "annotations: {artifacthub.io/license: Apache-2.0, mine: kept}",
    "unknown: {kept: too}",
    "dependencies: [{name: redis, version: ^7, repository: 'oci://example.com/charts'}]",
)
FILES = {
    "values.yaml": b"# -- How many\nreplicas: 1\nimage:\n  repository: nginx\n  tag: '1.25'\n",
    "values.schema.json": b'{"type":"object","required":["replicas"]}',
    "README.md": b"# Web",
    "templates/a.yaml": b"kind: Deployment\n",
    "crds/thing.yaml": b"kind: CustomResourceDefinition\n",
    "Chart.lock": b"dependencies: [{name: redis, version: 7.2.0, repository: 'oci://example.com/charts'}]\n",
    "LICENSE": b"Apache License\n",
}


async def push(api: QuayApi, tag: str, content: bytes, path: str = "acme/web") -> str:
    return await push_chart(api.registry, await api.actor("alice"), path, tag, content)


@pytest.fixture
async def shop(quay: QuayApi) -> QuayApi:
    """The API of a registry where alice's organization has a chart in two versions."""
    await quay.organization("acme", "alice")
    await push(quay, "1.0.0", package("web", "1.0.0", FILES, *YAML))
    newer = FILES | {
        "values.yaml": FILES["values.yaml"].replace(b"replicas: 1", b"replicas: 2"),
        "templates/b.yaml": b"kind: Service\n",
    }
    await push(quay, "2.0.0_b.1", package("web", "2.0.0+b.1", newer, *YAML))
    return quay


async def ask(api: QuayApi, path: str = "", who: str = "alice") -> Any:
    answer = await api.ask("GET", f"{WEB}{path}", who=who)
    assert answer.status == 200, (path, answer.body)
    return answer.json()


async def test_versions_are_listed_newest_first(shop: QuayApi) -> None:
    await push(shop, "stable", package("web", "1.0.0", FILES, *YAML))
    found = await ask(shop)
    shown = [(one["tag"], one["version"], one["indexed"]) for one in found["versions"]]
    assert shown == [
        ("2.0.0_b.1", "2.0.0+b.1", True),
        ("1.0.0", "1.0.0", True),
        ("stable", "1.0.0", False),
    ]
    first = found["versions"][0]
    assert (first["app_version"], first["deprecated"], first["state"], first["problems"]) == (
        "1.25.3",
        True,
        "read",
        [],
    )
    assert first["size"] > 100
    assert first["created"].endswith("Z")
    page = await ask(shop, "?limit=1&page=2")
    assert [one["tag"] for one in page["versions"]] == ["1.0.0"]
    assert (page["page"], page["has_additional"]) == (2, True)
    for wrong in ("page=0", "limit=0", "limit=101", "page=x", "page=99999999999999999999"):
        assert (await shop.ask("GET", f"{WEB}?{wrong}", who="alice")).status == 400


async def test_a_chart_is_named_by_version_tag_digest_or_latest(shop: QuayApi) -> None:
    newest = await ask(shop, "/latest")
    assert newest["version"] == "2.0.0+b.1"
    for reference in ("2.0.0+b.1", "2.0.0%2Bb.1", "2.0.0_b.1", newest["digest"]):
        assert await ask(shop, f"/{reference}") == newest
    assert (await ask(shop, "/1.0.0"))["version"] == "1.0.0"
    assert (await ask(shop, "/latest/signatures"))["digest"] == newest["digest"]
    for missing in NAMELESS:
        for part in ("", *(f"/{part}" for part in PARTS), "/signatures", "/compare/latest"):
            answer = await shop.ask("GET", f"{WEB}/{missing}{part}", who="alice")
            assert answer.status == 404, (missing, part)


async def test_a_chart_whole(shop: QuayApi) -> None:
    found = await ask(shop, "/1.0.0")
    assert found["chart_yaml"]["unknown"] == {"kept": "too"}
    expected = {
        "name": "web",
        "api_version": "v2",
        "type": "application",
        "description": "A web server",
        "kube_version": ">=1.30",
        "deprecated": True,
        "license": "Apache-2.0",
        "keywords": ["http", "데이터베이스"],
        "annotations": {"artifacthub.io/license": "Apache-2.0", "mine": "kept"},
        "maintainers": [{"name": "Alice", "email": "alice@example.com"}],
        "state": "read",
        "problems": [],
        "truncated": [],
    }
    assert {key: found[key] for key in expected} == expected
    assert found["artifact_hub"]["license"] == "Apache-2.0"
    assert found["lock"]["dependencies"][0]["version"] == "7.2.0"
    assert [image["image"] for image in found["images"]] == ["nginx:1.25"]
    assert found["counts"] == {"values": 3, "templates": 1, "crds": 1, "files": 8}


async def test_the_parts_of_a_chart(shop: QuayApi) -> None:
    values = await ask(shop, "/1.0.0/values")
    assert values["values"]["text"] == FILES["values.yaml"].decode()
    rows = {row["key"]: row for row in values["rows"]}
    assert rows["replicas"]["default"] == 1
    assert (rows["replicas"]["description"], rows["replicas"]["required"]) == ("How many", True)
    assert rows["image.tag"]["type"] == "string"
    schema = await ask(shop, "/1.0.0/schema")
    assert schema["schema"] == json.loads(FILES["values.schema.json"])
    assert (await ask(shop, "/1.0.0/readme"))["readme"]["text"] == "# Web"
    assert [one["path"] for one in (await ask(shop, "/1.0.0/templates"))["templates"]] == ["templates/a.yaml"]
    assert [one["text"] for one in (await ask(shop, "/1.0.0/crds"))["crds"]] == [
        "kind: CustomResourceDefinition\n"
    ]
    files = await ask(shop, "/1.0.0/files")
    assert {one["path"] for one in files["files"]} == {"Chart.yaml", *FILES}
    assert files["license"]["text"] == "Apache License\n"
    dependencies = await ask(shop, "/1.0.0/dependencies")
    assert dependencies["dependencies"][0]["name"] == "redis"
    assert dependencies["lock"]["dependencies"][0]["version"] == "7.2.0"
    assert (await ask(shop, "/1.0.0/images"))["images"][0]["source"] == "values"


async def test_a_chart_without_parts(shop: QuayApi) -> None:
    await push(shop, "3.0.0", package("web", "3.0.0"))
    assert (await ask(shop, "/3.0.0/values"))["values"] is None
    assert (await ask(shop, "/3.0.0/readme"))["readme"] is None
    schema = await ask(shop, "/3.0.0/schema")
    assert (schema["text"], schema["schema"]) == (None, None)
    for part in PARTS:
        assert (await ask(shop, f"/3.0.0/{part}"))["state"] == "read"


async def test_what_changed(shop: QuayApi) -> None:
    found = await ask(shop, "/1.0.0/compare/latest")
    assert (found["before"]["version"], found["after"]["version"]) == ("1.0.0", "2.0.0+b.1")
    assert found["values"] == [{"path": "replicas", "kind": "changed", "before": 1, "after": 2}]
    assert [(one["path"], one["kind"]) for one in found["templates"]] == [("templates/b.yaml", "added")]
    assert "+replicas: 2" in found["values_text"]["diff"]
    assert [one["path"] for one in found["metadata"]] == ["version"]
    assert (found["schema"], found["dependencies"], found["readme"]) == ([], [], None)
    same = await ask(shop, "/latest/compare/2.0.0_b.1")
    assert (same["values"], same["templates"], same["metadata"]) == ([], [], [])
    for missing in ("/1.0.0/compare/9.9.9", "/9.9.9/compare/1.0.0"):
        assert (await shop.ask("GET", WEB + missing, who="alice")).status == 404


async def test_a_broken_chart_says_what_is_wrong(shop: QuayApi) -> None:
    await push(shop, "broken", b"no archive at all")
    [listed] = [one for one in (await ask(shop))["versions"] if one["tag"] == "broken"]
    assert (listed["state"], listed["indexed"]) == ("broken", False)
    [problem] = listed["problems"]
    assert problem["severity"] == "error"
    for path in ("", *(f"/{part}" for part in PARTS)):
        found = await ask(shop, f"/broken{path}")
        assert (found["state"], found["problems"]) == ("broken", [problem])
    assert (await ask(shop, "/broken/compare/latest"))["before"]["state"] == "broken"
    assert (await ask(shop, "/latest"))["version"] == "2.0.0+b.1"


async def test_a_chart_that_is_not_read_yet_says_so_until_it_is(shop: QuayApi) -> None:
    charts = shop.registry.metadata.charts
    with pytest.MonkeyPatch.context() as patch:

        async def later(*_: object, **__: object) -> ChartFacts:
            return ChartFacts(
                state=ChartState.PENDING,
                problems='[{"rule":"not-read","severity":"warning","message":"later"}]',
            )

        patch.setattr(shop.registry.chart_intake, "facts", later)
        await push(shop, "4.0.0", package("web", "4.0.0", FILES))
    for path in ("", *(f"/{part}" for part in PARTS)):
        found = await ask(shop, f"/4.0.0{path}")
        assert (found["state"], found["problems"][0]["rule"]) == ("pending", "not-read")
    [waiting] = await charts.pending(10)
    facts = ChartFacts(state=ChartState.READ, tag="4.0.0", precedence="z", name="web", version="4.0.0")
    assert await charts.settle(waiting.manifest_id, facts)
    assert (await ask(shop, "/4.0.0"))["state"] == "read"


async def test_what_is_no_chart_has_none(shop: QuayApi) -> None:
    actor = await shop.actor("alice")
    digest = await push_image(shop.registry, actor, RepositoryName("acme/image"), "v1", b"{}", b"x")
    path = "/api/v1/repository/acme/image/chart"
    assert (await shop.ask("GET", path, who="alice")).json()["versions"] == []
    for reference in ("v1", "latest", digest):
        assert (await shop.ask("GET", f"{path}/{reference}", who="alice")).status == 404
    assert (await shop.ask("GET", f"{WEB}/{digest}", who="alice")).status == 404


async def test_strangers_cannot_tell_what_is_hidden_from_what_is_missing(shop: QuayApi) -> None:
    def told(answer: Answer, name: str) -> tuple[int, bytes]:
        return answer.status, answer.body.replace(name.encode(), b"NAME")

    await shop.account("bob")
    for who in ("", "bob"):
        for tail in ("", "/latest", "/1.0.0/values", "/1.0.0/compare/latest", "/9.9.9"):
            hidden = await shop.ask("GET", f"{WEB}{tail}", who=who)
            missing = await shop.ask("GET", f"/api/v1/repository/acme/nil/chart{tail}", who=who)
            assert hidden.status in {401, 403, 404}
            assert told(hidden, "acme/web") == told(missing, "acme/nil"), (who, tail)


async def test_what_a_chart_says_is_text(shop: QuayApi) -> None:
    quoted = json.dumps(SCRIPT)
    lines = (f"description: {quoted}", f"icon: {quoted}", f"home: {quoted}", f"keywords: [{quoted}]")
    files = {"README.md": SCRIPT.encode(), "values.yaml": f"# {SCRIPT}\na: {quoted}\n".encode()}
    await push(shop, "5.0.0", package("web", "5.0.0", files, *lines))
    for target in (WEB, f"{WEB}/5.0.0", f"{WEB}/5.0.0/readme", f"{WEB}/5.0.0/values", f"{FIND}?query=script"):
        answer = await shop.ask("GET", target, who="alice")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert SCRIPT in json.dumps(answer.json(), ensure_ascii=False)


async def found(api: QuayApi, query: str, who: str = "alice") -> list[str]:
    answer = await api.ask("GET", f"{FIND}?query={query}", who=who)
    assert answer.status == 200, answer.body
    return [one["repository"] for one in answer.json()["results"]]


async def test_a_pushed_chart_is_found_at_once(shop: QuayApi) -> None:
    for query in ("web", "1.25", "htt", "%EB%B2%A0%EC%9D%B4%EC%8A%A4", "alice@example.com", "Alice", "serv"):
        assert await found(shop, query) == ["acme/web"], query
    assert await found(shop, "nothing") == await found(shop, "...") == []
    assert await found(shop, "web", "") == await found(shop, "web", "bob") == []
    [result] = (await shop.ask("GET", f"{FIND}?query=web", who="alice")).json()["results"]
    assert (result["name"], result["version"], result["app_version"]) == ("web", "2.0.0+b.1", "1.25.3")
    await shop.registry.metadata.repositories.set_visibility(await _key(shop), public=True)
    assert await found(shop, "web", "") == ["acme/web"]


async def test_what_is_found_comes_in_pages(tmp_path: Path) -> None:
    rules = Repositories(search_page=2, search_pages=2)
    async with quay_api(tmp_path / "data", present(), repositories=rules) as api:
        await api.organization("acme", "alice")
        for name in ("a", "b", "c", "d", "e"):
            await push(api, "1.0.0", package(name, "1.0.0"), f"acme/{name}")
        first = (await api.ask("GET", f"{FIND}?query=", who="alice")).json()
        assert [one["name"] for one in first["results"]] == ["a", "b"]
        assert (first["has_additional"], first["page"], first["page_size"], first["start_index"]) == (
            True,
            1,
            2,
            0,
        )
        second = (await api.ask("GET", f"{FIND}?page=2", who="alice")).json()
        assert [one["name"] for one in second["results"]] == ["c", "d"]
        assert second["has_additional"] is False
        assert (await api.ask("GET", f"{FIND}?page=3", who="alice")).status == 400
        assert (await api.ask("GET", f"{FIND}?page=0", who="alice")).status == 400


async def test_where_people_log_in_strangers_search_nothing(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), anonymous_access=False) as api:
        assert (await api.ask("GET", f"{FIND}?query=web")).status == 401
        assert (await api.ask("GET", f"{FIND}?query=web", who="alice")).status == 200


async def _key(api: QuayApi) -> int:
    account = await api.account("alice")
    return (await api.registry.reader.access(account.account_id, "acme/web")).repository_id
