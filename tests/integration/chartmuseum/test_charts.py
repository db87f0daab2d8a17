"""Charts shown and deleted by ChartMuseum's API."""

from __future__ import annotations

import secrets
from base64 import b64encode

import pytest

from tests.support.server import Server

from .museum import Museum, chart, error

VALUES = "replicas: 1 # how many\nimage:\n  tag: é\n"


@pytest.fixture(scope="module")
def shop(server: Server) -> Museum:
    """Three charts with some versions."""
    museum = Museum.new(server)
    for version in ("1.0.0", "1.10.0", "1.2.0+b1", "2.0.0-rc.1"):
        assert museum.upload(chart("my-web-chart", version, values_yaml=VALUES)).status == 201
    assert museum.upload(chart("api", "0.1.0")).status == 201
    assert museum.upload(chart("zebra", "0.1.0-alpha")).status == 201
    return museum


def test_all_charts_by_name(shop: Museum) -> None:
    charts = shop.charts()
    assert list(charts) == ["api", "my-web-chart", "zebra"]
    assert [one["version"] for one in charts["my-web-chart"]] == ["2.0.0-rc.1", "1.10.0", "1.2.0+b1", "1.0.0"]
    shown = charts["api"][0]
    assert set(shown) == {"name", "version", "description", "apiVersion", "urls", "created", "digest"}
    assert (shown["urls"], shown["created"][-1]) == (["charts/api-0.1.0.tgz"], "Z")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?limit=1", ["api"]),
        ("?offset=1", ["my-web-chart", "zebra"]),
        ("?offset=1&limit=1", ["my-web-chart"]),
        ("?offset=3", []),
        ("?offset=0&limit=1000", ["api", "my-web-chart", "zebra"]),
    ],
)
def test_some_charts(shop: Museum, query: str, names: list[str]) -> None:
    assert list(shop.charts(query)) == names


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("?offset=-1", "offset is not a valid non-negative integer"),
        ("?offset=x", "offset is not a valid non-negative integer"),
        ("?offset=", "offset is not a valid non-negative integer"),
        ("?offset=99999999999999999999", "offset is not a valid non-negative integer"),
        ("?limit=0", "limit is not a valid positive integer"),
        ("?limit=%D9%A1", "limit is not a valid positive integer"),
    ],
)
def test_a_bad_number(shop: Museum, query: str, text: str) -> None:
    assert error(shop.ask("GET", f"/charts{query}")) == (400, text)


def test_a_chart(shop: Museum) -> None:
    answer = shop.ask("GET", "/charts/my-web-chart")
    assert (answer.status, answer.json()) == (200, shop.charts()["my-web-chart"])
    head = shop.ask("HEAD", "/charts/my-web-chart")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(answer.body)))
    assert shop.ask("HEAD", "/charts/nothing").status == 404
    assert error(shop.ask("GET", "/charts/nothing"))[0] == 404


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ("1.0.0", "1.0.0"),
        ("1.2.0+b1", "1.2.0+b1"),
        ("1.2.0%2Bb1", "1.2.0+b1"),
        ("2.0.0-rc.1", "2.0.0-rc.1"),
        ("latest", "1.10.0"),
    ],
)
def test_a_version(shop: Museum, asked: str, version: str) -> None:
    answer = shop.ask("GET", f"/charts/my-web-chart/{asked}")
    assert (answer.status, answer.json()["version"]) == (200, version)
    assert shop.ask("HEAD", f"/charts/my-web-chart/{asked}").status == 200


@pytest.mark.parametrize(
    "asked", ["9.9.9", "1.2.0_b1", "1.2.0", "v1.0.0", "x", "1.0", "sha256:abc", "a" * 300]
)
def test_a_version_that_is_not_there(shop: Museum, asked: str) -> None:
    status, text = error(shop.ask("GET", f"/charts/my-web-chart/{asked}"))
    assert (status, text[:50]) == (404, f"no chart version found for my-web-chart-{asked}"[:50])
    assert shop.ask("HEAD", f"/charts/my-web-chart/{asked}").status == 404
    assert error(shop.ask("DELETE", f"/charts/my-web-chart/{asked}"))[0] == 404


def test_values_and_templates(server: Server) -> None:
    museum = Museum.new(server)
    template = "kind: {{ .Values.kind }}\n"
    files = {"values_yaml": VALUES, "templates/a_yaml": template, "templates/_tpl": "{{/* é */}}"}
    museum.upload(chart("web", "1.0.0", **files))
    museum.upload(chart("bare", "1.0.0"))
    values = museum.ask("GET", "/charts/web/1.0.0/values")
    assert (values.status, values.headers["content-type"]) == (200, "application/yaml")
    assert values.headers["x-content-type-options"] == "nosniff"
    assert values.body.decode() == VALUES
    assert museum.ask("GET", "/charts/web/latest/templates").json() == {
        "templates": [
            {"name": "templates/a.yaml", "data": b64encode(template.encode()).decode()},
            {"name": "templates/.tpl", "data": b64encode("{{/* é */}}".encode()).decode()},
        ],
        "values": {"replicas": 1, "image": {"tag": "é"}},
    }
    assert museum.ask("GET", "/charts/bare/1.0.0/templates").json() == {"templates": [], "values": {}}
    assert error(museum.ask("GET", "/charts/bare/1.0.0/values")) == (404, "values.yaml not found")
    for tail in ("values", "templates", "nothing"):
        assert error(museum.ask("GET", f"/charts/web/9.9.9/{tail}"))[0] == 404


def test_a_deleted_version_is_gone_from_the_registry_and_back(server: Server) -> None:
    museum = Museum.new(server)
    for version in ("1.0.0", "1.0.1+b-1"):
        museum.upload(chart("my-chart", version))
    digest = museum.manifest("my-chart", "1.0.1_b-1").headers["docker-content-digest"]
    answer = museum.ask("DELETE", "/charts/my-chart/1.0.1+b-1")
    assert (answer.status, answer.json()) == (200, {"deleted": True})
    assert museum.manifest("my-chart", "1.0.1_b-1").status == 404
    assert [one["version"] for one in museum.charts()["my-chart"]] == ["1.0.0"]
    assert error(museum.ask("DELETE", "/charts/my-chart/1.0.1+b-1"))[0] == 404
    restore = f"/api/v1/repository/{museum.level}/my-chart/tag/1.0.1_b-1/restore"
    server.api("POST", restore, {"manifest_digest": digest}, server.admin)
    assert museum.ask("HEAD", "/charts/my-chart/1.0.1+b-1").status == 200


def test_what_the_registry_deletes_is_gone_here(server: Server) -> None:
    museum = Museum.new(server)
    museum.upload(chart("web", "1.0.0"))
    path = f"/v2/{museum.level}/web/manifests/1.0.0"
    assert server.request("DELETE", path, headers=server.admin.basic).status == 202
    assert museum.ask("HEAD", "/charts/web/1.0.0").status == 404
    assert museum.charts() == {}
    assert museum.upload(chart("web", "1.0.0")).status == 201


def test_a_whole_chart_is_deleted(server: Server) -> None:
    museum = Museum.new(server)
    for version in ("1.0.0", "1.0.1"):
        museum.upload(chart("web", version))
    assert museum.ask("DELETE", "/charts/web").json() == {"deleted": True}
    assert museum.charts() == {}
    assert error(museum.ask("DELETE", "/charts/web")) == (404, "chart not found")


def test_a_level_shows_what_is_its_own(server: Server) -> None:
    museum = Museum.new(server)
    below = Museum(server, f"{museum.level}/team")
    assert museum.charts() == below.charts() == {}
    below.upload(chart("web", "1.0.0"))
    museum.upload(chart("api", "1.0.0"))
    assert (list(museum.charts()), list(below.charts())) == (["api"], ["web"])


def test_a_stranger_cannot_tell_what_is_hidden_from_what_is_missing(shop: Museum) -> None:
    stranger = shop.server.create_user(f"s-{secrets.token_hex(4)}")
    nothing = Museum(shop.server, f"{shop.level}-not")
    for path in ("/charts", "/charts/api", "/charts/api/0.1.0", "/charts/api/latest/values"):
        for person, status in ((None, 401), (stranger, 404)):
            hidden, missing = (museum.ask("GET", path, person=person) for museum in (shop, nothing))
            assert error(hidden)[0] == error(missing)[0] == status
            assert error(hidden)[1].replace(shop.level, "") == error(missing)[1].replace(nothing.level, "")
    for path in ("/charts/api", "/charts/api/0.1.0"):
        for person, status in ((None, 401), (stranger, 403)):
            hidden, missing = (museum.ask("DELETE", path, person=person) for museum in (shop, nothing))
            assert error(hidden)[0] == error(missing)[0] == status


@pytest.mark.parametrize("level", ["UPPER", "a//b", "..", "a/../b", "x" * 600])
def test_a_level_that_none_can_be_called(server: Server, level: str) -> None:
    for method, path in (
        ("GET", "/charts"),
        ("POST", "/charts"),
        ("GET", "/charts/x"),
        ("DELETE", "/charts/x/1"),
    ):
        answer = server.request(method, f"/charts/api/{level}{path}", headers=server.admin.basic)
        assert error(answer)[0] in {400, 404}


def test_what_is_public_is_shown_to_everybody(server: Server) -> None:
    museum = Museum.new(server)
    museum.upload(chart("web", "1.0.0"))
    museum.upload(chart("secret", "1.0.0"))
    server.set_visibility(f"{museum.level}/web", "public")
    assert list(museum.ask("GET", "/charts", person=None).json()) == ["web"]
    assert museum.ask("GET", "/charts/web/latest", person=None).status == 200
    assert museum.ask("GET", "/charts/secret/latest", person=None).status == 401
