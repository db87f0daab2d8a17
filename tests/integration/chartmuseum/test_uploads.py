"""Uploads by ChartMuseum's API: what is stored, what is refused, and that nothing else changes."""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.packages import form_of, tar
from tests.support.server import Person, Server, StartServer

from .museum import Museum, chart, error, provenance

SAVED = (201, {"saved": True})


@pytest.fixture
def museum(server: Server) -> Museum:
    return Museum.new(server)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("below", ["", "/team", "/team/prod"])
def test_an_upload_is_a_chart_in_the_registry(server: Server, below: str) -> None:
    museum = Museum.new(server, below)
    package = chart("my-chart", "1.2.3-rc.1+build.5", "A chart")
    answer = museum.upload(package)
    assert (answer.status, answer.json()) == SAVED
    manifest = museum.manifest("my-chart", "1.2.3-rc.1_build.5").json()
    assert set(manifest) == {"schemaVersion", "config", "layers", "annotations"}
    assert [layer["digest"] for layer in manifest["layers"]] == [_digest(package)]
    assert manifest["annotations"]["org.opencontainers.image.version"] == "1.2.3-rc.1+build.5"
    [shown] = museum.charts()["my-chart"]
    assert (shown["version"], shown["digest"]) == ("1.2.3-rc.1+build.5", hashlib.sha256(package).hexdigest())
    assert shown["urls"] == ["charts/my-chart-1.2.3-rc.1+build.5.tgz"]


def test_a_form_brings_package_and_provenance(museum: Museum) -> None:
    package = chart("web", "1.0.0")
    signed = provenance("web", "1.0.0", package)
    assert museum.post(chart=package, prov=signed, other=b"whatever").status == 201
    layers = museum.manifest("web", "1.0.0").json()["layers"]
    assert sorted(layer["digest"] for layer in layers) == sorted([_digest(package), _digest(signed)])
    assert [layer["digest"] for layer in layers] == sorted(layer["digest"] for layer in layers)


def test_a_version_that_is_there_is_not_replaced(museum: Museum) -> None:
    package = chart("web", "1.0.0")
    assert museum.upload(package).status == 201
    before = museum.manifest("web", "1.0.0").body
    for again in (package, chart("web", "1.0.0", "another")):
        assert error(museum.upload(again)) == (409, "web-1.0.0.tgz already exists")
        assert museum.post(chart=again).status == 409
    assert museum.manifest("web", "1.0.0").body == before


@pytest.mark.parametrize("query", ["?force", "?force=", "?force=false", "?x=1&force=1"])
def test_force_replaces_by_its_presence(museum: Museum, query: str) -> None:
    museum.upload(chart("web", "1.0.0"))
    other = chart("web", "1.0.0", "another")
    assert museum.upload(other, query).status == 201
    assert museum.manifest("web", "1.0.0").json()["layers"][0]["digest"] == _digest(other)


def test_an_immutable_version_is_never_replaced(start_server: StartServer, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("FEATURE_IMMUTABLE_TAGS: true\nFEATURE_USER_INITIALIZE: true\n")
    museum = Museum.new(start_server("--config", str(config)))
    museum.upload(chart("web", "1.0.0"))
    path = f"/api/v1/repository/{museum.level}/web/tag/1.0.0"
    museum.server.api("PUT", path, {"immutable": True}, museum.server.admin)
    before = museum.manifest("web", "1.0.0").body
    for query in ("", "?force"):
        assert museum.upload(chart("web", "1.0.0", "another"), query).status == 409
    assert museum.ask("DELETE", "/charts/web/1.0.0").status == 409
    assert museum.ask("DELETE", "/charts/web").status == 409
    assert museum.manifest("web", "1.0.0").body == before


def test_what_an_operator_allows(start_server: StartServer) -> None:
    first, second = chart("web", "1.0.0"), chart("web", "1.0.0", "another")
    for name, statuses in (
        ("CHARTHOUSE_CHARTS_ALLOW_OVERWRITE", (201, 201)),
        ("CHARTHOUSE_CHARTS_DISABLE_FORCE_OVERWRITE", (409, 409)),
    ):
        museum = Museum.new(start_server(environment={name: "true"}))
        museum.upload(first)
        assert (museum.upload(second).status, museum.upload(first, "?force").status) == statuses


def test_of_many_at_once_one_is_saved(museum: Museum) -> None:
    packages = [chart("web", "1.0.0", f"number {number}") for number in range(8)]
    with ThreadPoolExecutor(len(packages)) as pool:
        statuses = sorted(answer.status for answer in pool.map(museum.upload, packages))
    assert statuses == [201] + [409] * 7
    assert [version["version"] for version in museum.charts()["web"]] == ["1.0.0"]


def test_a_later_provenance_is_a_new_manifest_under_the_tag(museum: Museum) -> None:
    package = chart("my-chart", "1.0.0+b1")
    museum.upload(package)
    before = museum.manifest("my-chart", "1.0.0_b1")
    signed = provenance("my-chart", "1.0.0+b1", package)
    answer = museum.ask("POST", "/prov", signed)
    assert (answer.status, answer.json()) == SAVED
    after = museum.manifest("my-chart", "1.0.0_b1")
    assert _digest(signed) in {layer["digest"] for layer in after.json()["layers"]}
    assert after.json()["annotations"] == before.json()["annotations"]
    history = f"/api/v1/repository/{museum.level}/my-chart/tag/?specificTag=1.0.0_b1"
    lives = museum.server.request("GET", history, headers=museum.server.admin.bearer).json()["tags"]
    assert [life["manifest_digest"] for life in lives] == [_digest(after.body), _digest(before.body)]
    assert error(museum.ask("POST", "/prov", signed))[0] == 409
    assert museum.post(prov=signed).status == 409
    assert museum.ask("POST", "/prov?force", signed).status == 201
    assert museum.post("?force", prov=signed).status == 201


def test_a_provenance_of_something_else_is_refused(museum: Museum) -> None:
    package = chart("web", "1.0.0")
    museum.upload(package)
    before = museum.manifest("web", "1.0.0").body
    for content, status in (
        (provenance("web", "1.0.0", b"another package"), 400),
        (provenance("web", "2.0.0", package), 404),
        (provenance("nothing", "1.0.0", package), 404),
        (provenance("../web", "1.0.0", package), 400),
        (b"no provenance at all", 400),
        (b"", 400),
        (b"x" * (1024**2 + 1), 413),
    ):
        assert error(museum.ask("POST", "/prov", content))[0] == status, content[:200]
    other = chart("web", "3.0.0")
    assert museum.post(chart=other, prov=provenance("web", "3.0.1", other)).status == 400
    assert museum.post(chart=other, prov=provenance("web", "3.0.0", package)).status == 400
    assert museum.manifest("web", "1.0.0").body == before
    assert list(museum.charts()) == ["web"]


def test_what_is_no_chart_is_refused_with_what_is_wrong(museum: Museum) -> None:
    for content, words in (
        (b"", "helm package"),
        (b"no package", "gzip"),
        (gzip.compress(tar({"web/README.md": b"hello"})), "Chart.yaml"),
        (chart("web", "not-a-version"), "version"),
        (chart("Web_Upper", "1.0.0"), "repository"),
        (chart("web", f"1.0.0-{'a' * 150}"), "version"),
    ):
        status, text = error(museum.upload(content))
        assert status == 400, text
        assert words in text, text
    assert museum.charts() == {}
    answer = museum.server.request("GET", "/v2/_catalog?n=1000", headers=museum.server.admin.basic)
    assert not [name for name in answer.json()["repositories"] if name.startswith(museum.level)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (form_of("x", other=b"1")[0], "multipart/form-data; boundary=x"),
        (form_of("x", chart=b"1")[0][:-4], "multipart/form-data; boundary=x"),
        (form_of("x", chart=b"1")[0][:-6] + form_of("x", chart=b"1")[0], "multipart/form-data; boundary=x"),
        (form_of("x", **{f"f{number}": b"1" for number in range(20)})[0], "multipart/form-data; boundary=x"),
        (b"--x\r\n" + b"A: b\r\n" * 20 + b"\r\n1\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=" + b"n" * 9000, "multipart/form-data; boundary=x"),
    ],
)
def test_a_form_that_is_none_is_refused(museum: Museum, body: bytes, kind: str) -> None:
    assert error(museum.ask("POST", "/charts", body, **{"Content-Type": kind}))[0] == 400


def test_a_large_package_is_refused(start_server: StartServer) -> None:
    museum = Museum.new(start_server(environment={"CHARTHOUSE_CHARTS_PACKAGE_SIZE": str(1024**2)}))
    large = chart("web", "1.0.0") + b"\0" * 1024**2
    assert error(museum.upload(large))[0] == 413
    assert error(museum.post(chart=large))[0] == 413
    assert museum.upload(chart("web", "1.0.0")).status == 201


def test_who_may_not_write_stores_nothing(museum: Museum) -> None:
    package, stranger = chart("web", "1.0.0"), museum.server.create_user(f"s-{museum.level}")
    answer = museum.upload(package, person=None)
    assert error(answer)[0] == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert error(museum.upload(package, person=stranger))[0] == 403
    assert error(museum.ask("POST", "/prov", provenance("web", "1.0.0", package), stranger))[0] == 403
    assert museum.charts() == {}
    museum.upload(package)
    assert error(museum.upload(package, person=stranger))[0] == 403
    assert error(museum.ask("DELETE", "/charts/web/1.0.0", person=stranger))[0] == 403
    assert error(museum.ask("DELETE", "/charts/web/1.0.0", person=None))[0] == 401
    assert error(museum.upload(package, person=Person(stranger.name, "wrong")))[0] == 401


@pytest.mark.parametrize("path", ["/charts/api/charts", "/charts/api/prov"])
def test_an_address_without_an_organization_says_so(server: Server, path: str) -> None:
    answer = server.request("POST", path, b"", server.admin.basic)
    status, text = error(answer)
    assert status == 404
    assert "/charts/api/ORGANIZATION/" in text


def test_a_namespaces_policy_warns_or_refuses(museum: Museum) -> None:
    organization = museum.level
    path = f"/api/v1/organization/{organization}/chartpolicy"
    for action, answered in (("warn", 201), ("refuse", 400)):
        policy = {"action": action, "severity": "warning", "exempt": []}
        museum.server.api("PUT", path, policy, museum.server.admin)
        answer = museum.upload(chart(f"chart-{action}", "1.0.0"))
        assert answer.status == answered, answer.body
        text = answer.json()["error"] if action == "refuse" else answer.headers["warning"]
        assert "-missing (warning)" in text
    stranger = museum.server.create_user(f"s-{organization}")
    assert museum.upload(chart("chart-refuse", "1.0.0"), person=stranger).status == 403
    catalog = museum.server.request("GET", "/v2/_catalog?n=1000", headers=museum.server.admin.basic)
    named = [name for name in catalog.json()["repositories"] if name.startswith(organization)]
    assert named == [f"{organization}/chart-warn"]


def test_a_registry_token_uploads_what_it_covers(museum: Museum) -> None:
    """As ``cm-push --access-token`` sends it."""
    path = f"/v2/auth?service={museum.server.host}&scope=repository:{museum.level}/web:pull,push"
    token = museum.server.request("GET", path, headers=museum.server.admin.basic).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}

    def post(name: str) -> int:
        return museum.ask("POST", "/charts", chart(name, "1.0.0"), None, **bearer).status

    assert (post("web"), post("other")) == (201, 401)
    listed = museum.ask("GET", "/charts", None, None, **bearer)
    assert list(listed.json()) == ["web"]
