"""Classic repositories by HTTP: headers, conditions, files, and who sees what."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from charthouse.api.kit.front import Front
from charthouse.compose import Registry, server
from charthouse.config.loader import load
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.ports.charts import ChartState
from tests.security.authorization.world import served
from tests.support.asgi import ask
from tests.support.registry import push_image, registry_in
from tests.support.server import Answer, Person
from tests.support.stored_charts import package_of, put_chart

ALICE, BOB = Person("alice", "alice-correct-horse"), Person("bob", "bob-correct-horse")
INDEX = "/charts/acme/index.yaml"


@dataclass
class Shop:
    """A server, and beside it a registry that changes the same store, as another process does."""

    front: Front
    registry: Registry
    alice: Actor
    data: Path

    async def get(self, path: str, person: Person | None = ALICE, **headers: str) -> Answer:
        return await self.ask("GET", path, person, **headers)

    async def ask(self, method: str, path: str, person: Person | None = ALICE, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await ask(self.front, method, path, headers=(person.basic if person else {}) | named)

    async def put(self, path: str, version: str, **how: Any) -> None:
        await put_chart(self.registry, self.alice, path, version, **how)

    async def publish(self, path: str) -> None:
        key = (await self.registry.reader.access(self.alice.account_id, path)).repository_id
        await self.registry.metadata.repositories.set_visibility(key, public=True)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    data = tmp_path / "data"
    async with registry_in(data) as registry:
        for person in (ALICE, BOB):
            await registry.users.create_user(person.name, person.password, f"{person.name}@example.com")
        alice = await registry.users.user("alice")
        assert alice is not None
        await registry.users.create_organization("acme", "acme@example.com", alice)
        front = server(load(data=data, environment={}, access_log="off"))
        async with served(front):
            yield Shop(front, registry, registry.standings.actor(alice), data)


async def test_an_index_is_whole_zipped_or_unchanged(shop: Shop) -> None:
    await shop.put("acme/web", "1.0.0")
    plain = await shop.get(INDEX)
    assert (plain.status, plain.headers["content-type"]) == (200, "application/x-yaml")
    assert plain.headers["cache-control"] == "private, no-cache"
    assert plain.headers["vary"] == "accept-encoding, authorization"
    assert int(plain.headers["content-length"]) == len(plain.body)
    assert yaml.safe_load(plain.body)["entries"]["web"][0]["version"] == "1.0.0"
    zipped = await shop.get(INDEX, accept_encoding="br, gzip;q=0.5")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["etag"] != plain.headers["etag"]
    refused = await shop.get(INDEX, accept_encoding="gzip;q=0, identity")
    assert "content-encoding" not in refused.headers
    for answer, encoding in ((plain, "identity"), (zipped, "gzip")):
        etag = answer.headers["etag"]
        for condition in (etag, f'"other", W/{etag}', "*"):
            again = await shop.get(INDEX, if_none_match=condition, accept_encoding=encoding)
            assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
            assert again.headers["vary"] == answer.headers["vary"]
            assert again.headers["x-request-id"]
        assert (await shop.get(INDEX, if_none_match='"other"', accept_encoding=encoding)).status == 200
    head = await shop.ask("HEAD", INDEX)
    assert (head.status, head.body) == (200, b"")
    assert dict(head.headers) | {"x-request-id": ""} == dict(plain.headers) | {"x-request-id": ""}


async def test_a_condition_never_outlives_a_change(shop: Shop) -> None:
    await shop.put("acme/web", "1.0.0")
    etags = set()
    for version in ("1.0.1", "1.0.2", "1.0.3"):
        etag = (await shop.get(INDEX)).headers["etag"]
        assert (await shop.get(INDEX, if_none_match=etag)).status == 304
        await shop.put("acme/web", version)
        changed = await shop.get(INDEX, if_none_match=etag)
        assert changed.status == 200
        assert version.encode() in changed.body
        etags.add(etag)
    assert len(etags) == 3


async def test_an_index_is_written_once_and_streamed_where_it_cannot_be(shop: Shop) -> None:
    await shop.put("acme/web", "1.0.0")
    first = await shop.get(INDEX)
    [file] = (shop.data / "cache" / "charts").rglob("*.yaml")
    assert file.read_bytes() == first.body
    await shop.put("acme/db", "1.0.0")
    cache = shop.data / "cache" / "charts"
    for found in cache.rglob("*.yaml"):
        found.unlink()
    file.parent.rmdir()
    file.parent.write_text("no directory, as on a disk that is full")
    second = await shop.get(INDEX)
    assert list(yaml.safe_load(second.body)["entries"]) == ["db", "web"]
    assert not list(cache.rglob("*.yaml"))


async def test_callers_see_what_they_may_read(shop: Shop) -> None:
    for name in ("web", "db"):
        await shop.put(f"acme/{name}", "1.0.0")
    missing, hidden = await shop.get("/charts/nobody/index.yaml", BOB), await shop.get(INDEX, BOB)
    assert (hidden.status, hidden.body) == (missing.status, missing.body) == (404, b'{"error":"not found"}')
    for level in ("nobody", "acme"):
        refused = await shop.get(f"/charts/{level}/index.yaml", None)
        assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Basic realm="localhost:5000"')
        assert refused.json() == {"error": "authentication required"}
    await shop.publish("acme/web")
    theirs, everybodys = await shop.get(INDEX, BOB), await shop.get(INDEX, None)
    assert theirs.body == everybodys.body
    assert theirs.headers["etag"] == everybodys.headers["etag"] != (await shop.get(INDEX)).headers["etag"]
    assert everybodys.headers["cache-control"] == "no-cache"
    assert (await shop.get(INDEX, Person("bob", "wrong"))).status == 401


async def test_a_token_for_one_repository_sees_that_one(shop: Shop) -> None:
    for name in ("web", "db"):
        await shop.put(f"acme/{name}", "1.0.0")
    scope = "/v2/auth?service=localhost:5000&scope=repository:acme/web:pull"
    token = (await shop.get(scope)).json()["token"]
    bearer = {"authorization": f"Bearer {token}"}
    found = await shop.get(INDEX, None, **bearer)
    assert list(yaml.safe_load(found.body)["entries"]) == ["web"]
    assert (await shop.get("/charts/acme/charts/web-1.0.0.tgz", None, **bearer)).status == 200
    assert (await shop.get("/charts/acme/charts/db-1.0.0.tgz", None, **bearer)).status == 401


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("acme/web", "1.0.0"),
        ("acme/web", "1.0.0-rc.1+b.2"),
        ("acme/web-2-go", "1.0.0-alpha-2"),
        ("acme/team/web-1.2.3", "0.1.0"),
    ],
)
async def test_a_package_is_had_by_name_and_version(shop: Shop, path: str, version: str) -> None:
    await shop.put(path, version, signed=True)
    level, _, name = path.rpartition("/")
    address = f"/charts/{level}/charts/{name}-{version}.tgz"
    package = package_of(path, version)
    for quoted in (address, address.replace("+", "%2B")):
        whole = await shop.get(quoted)
        assert (whole.status, whole.body) == (200, package)
    assert whole.headers["content-type"] == "application/x-tar"
    part = await shop.get(address, range="bytes=2-5")
    assert (part.status, part.body) == (206, package[2:6])
    assert (await shop.get(address, range="bytes=90000-")).status == 416
    assert (await shop.get(address, if_none_match=whole.headers["etag"])).status == 304
    head = await shop.ask("HEAD", address)
    assert (head.status, head.headers["content-length"], head.body) == (200, str(len(package)), b"")
    signature = await shop.get(f"{address}.prov")
    assert (signature.body, signature.headers["content-type"]) == (
        b"signed " + package,
        "application/pgp-signature",
    )


async def test_what_no_index_names_is_not_found(shop: Shop) -> None:
    await shop.put("acme/web", "1.0.0")
    await shop.put("acme/web", "2.0.0", state=ChartState.BROKEN)
    await push_image(shop.registry, shop.alice, RepositoryName("acme/image"), "1.0.0", b"{}", b"layer")
    for file in (
        "web-2.0.0.tgz",
        "web-1.0.1.tgz",
        "web-1.0.0.tgz.prov",
        "image-1.0.0.tgz",
        "web.tgz",
        "x-1.tgz",
    ):
        answer = await shop.get(f"/charts/acme/charts/{file}")
        assert (answer.status, answer.json()) == (404, {"error": "not found"}), file
    bobs = [await shop.get(f"/charts/acme/charts/{f}", BOB) for f in ("web-1.0.0.tgz", "x-1.tgz", "web.tgz")]
    assert {(answer.status, answer.body) for answer in bobs} == {(404, b'{"error":"not found"}')}
    nobodys = [
        await shop.get(f"/charts/acme/charts/{f}", None) for f in ("web-1.0.0.tgz", "x-1.tgz", "web.tgz")
    ]
    assert {(answer.status, answer.body) for answer in nobodys} == {
        (401, b'{"error":"authentication required"}')
    }


async def test_a_package_that_was_deleted_is_gone_at_once(shop: Shop) -> None:
    await shop.put("acme/web", "1.0.0")
    address = "/charts/acme/charts/web-1.0.0.tgz"
    assert (await shop.get(address)).status == 200
    await shop.registry.writer.delete_manifest(shop.alice, RepositoryName("acme/web"), Tag("1.0.0"))
    assert (await shop.get(address)).status == 404


async def test_a_pull_counts_for_the_tag(shop: Shop) -> None:
    await shop.put("acme/web", "1.0.0", signed=True)
    address = "/charts/acme/charts/web-1.0.0.tgz"
    strict = server(load(data=shop.data, environment={}, access_log="off", pull_log="strict"))
    async with served(strict):
        for method, path in (
            ("GET", address),
            ("HEAD", address),
            ("GET", f"{address}.prov"),
            ("GET", address),
        ):
            assert (await ask(strict, method, path, headers=ALICE.basic)).status == 200
    key = (await shop.registry.reader.access(shop.alice.account_id, "acme/web")).repository_id
    assert (await shop.registry.metadata.pulls.count(key, "1.0.0"))[0] == 2


@pytest.mark.parametrize(
    "path",
    [
        "/charts/index.yaml",
        "/charts/api/index.yaml",
        "/charts/acme/charts/index.yaml",
        "/charts/acme/charts/team/index.yaml",
        "/charts/acme%2Fteam/index.yaml",
        "/charts/acme/charts/team/charts/web-1.0.0.tgz",
        "/charts/acme/charts/web-1.0.0.zip",
    ],
)
async def test_reserved_segments_and_odd_paths_are_nowhere(shop: Shop, path: str) -> None:
    await shop.put("acme/web", "1.0.0")
    await shop.put("acme/charts/web", "1.0.0")
    assert (await shop.get(path)).status == 404
