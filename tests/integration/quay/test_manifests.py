"""Manifests and labels over Quay's REST API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import Tags
from charthouse.model.digests import Digest, digest_of
from charthouse.model.manifests import DOCKER_MANIFEST, OCI_MANIFEST
from charthouse.model.names import RepositoryName, Tag
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import image_manifest, index_manifest, present, push_blob, push_manifest

APP = RepositoryName("alice/app")
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
HOUR, DAY = 3600, 86_400


class Images:
    """Pushes images that say something of themselves."""

    def __init__(self, quay: QuayApi) -> None:
        self.quay = quay

    async def push(
        self,
        tag: str,
        config: bytes | dict[str, Any],
        *,
        config_type: str = OCI_CONFIG,
        layers: tuple[bytes, ...] = (b"layer",),
        annotations: dict[str, str] | None = None,
        urls: list[str] | None = None,
    ) -> Digest:
        registry, actor = self.quay.registry, await self.quay.actor("alice")
        raw = config if isinstance(config, bytes) else json.dumps(config).encode()
        for blob in (raw, *layers):
            await push_blob(registry, actor, APP, blob)
        kind = DOCKER_MANIFEST if config_type == DOCKER_CONFIG else OCI_MANIFEST
        document = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": {"mediaType": config_type, "digest": digest_of(raw), "size": len(raw)},
            "layers": [
                {"mediaType": "application/vnd.test", "digest": digest_of(layer), "size": len(layer)}
                | ({"urls": urls} if urls else {})
                for layer in layers
            ],
        }
        if annotations:
            document["annotations"] = annotations
        return await push_manifest(registry, actor, APP, json.dumps(document).encode(), tag)

    async def labelled(self, tag: str, labels: dict[str, Any], **image: Any) -> Digest:
        return await self.push(tag, {"config": {"Labels": labels}}, **image)

    async def tags(self) -> dict[str, dict[str, Any]]:
        answer = await self.quay.ask("GET", f"/api/v1/repository/{APP}/tag/?onlyActiveTags=true", who="alice")
        return {tag["name"]: tag for tag in answer.json()["tags"]}


@pytest.fixture
async def quay(tmp_path: Path) -> Any:
    settings = {"tags": Tags(immutable=True, reserved_label_prefixes=("com.acme.",))}
    async with quay_api(tmp_path / "data", present(), **settings) as api:
        await api.repository(APP, "alice")
        yield api


@pytest.fixture
def images(quay: QuayApi) -> Images:
    return Images(quay)


def address(digest: str, tail: str = "") -> str:
    return f"/api/v1/repository/{APP}/manifest/{digest}{tail}"


@pytest.mark.parametrize("config_type", [OCI_CONFIG, DOCKER_CONFIG])
async def test_an_image(quay: QuayApi, images: Images, config_type: str) -> None:
    config = {
        "history": [
            {
                "created": "2024-05-01T10:20:30.123Z",
                "created_by": "ADD rootfs",
                "author": "ann",
                "comment": "base",
            },
            {"created_by": "ENV a=b", "empty_layer": True},
            {"created_by": "RUN make"},
        ]
    }
    digest = await images.push("v1", config, config_type=config_type, layers=(b"one", b"three"))
    answer = await quay.ask("GET", address(digest), who="alice")
    assert answer.status == 200
    found = answer.json()
    assert digest_of(found.pop("manifest_data").encode()) == digest
    layer = {"is_remote": False, "urls": None}
    assert found == {
        "digest": digest,
        "is_manifest_list": False,
        "config_media_type": config_type,
        "layers_compressed_size": 8,
        "layers": [
            layer
            | {
                "index": 0,
                "compressed_size": 3,
                "command": ["ADD rootfs"],
                "comment": "base",
                "author": "ann",
                "blob_digest": digest_of(b"one"),
                "created_datetime": "Wed, 01 May 2024 10:20:30 -0000",
            },
            layer
            | {
                "index": 1,
                "compressed_size": 5,
                "command": ["RUN make"],
                "comment": None,
                "author": None,
                "blob_digest": digest_of(b"three"),
                "created_datetime": None,
            },
        ],
    }


async def test_an_index_an_artifact_and_what_is_neither(quay: QuayApi, images: Images) -> None:
    chart = await images.push(
        "chart", b"{}", config_type="application/vnd.cncf.helm.config.v1+json", urls=["https://x"]
    )
    found = (await quay.ask("GET", address(chart), who="alice")).json()
    assert found["config_media_type"] == "application/vnd.cncf.helm.config.v1+json"
    assert (found["layers"][0]["is_remote"], found["layers"][0]["urls"]) == (True, ["https://x"])
    assert found["layers"][0]["command"] is None
    actor = await quay.actor("alice")
    index = await push_manifest(quay.registry, actor, APP, index_manifest([chart]), "all")
    found = (await quay.ask("GET", address(index), who="alice")).json()
    assert (found["is_manifest_list"], found["layers"], found["layers_compressed_size"]) == (True, None, None)
    assert found["config_media_type"] is None
    for other in ("v1", "sha256:" + "0" * 64, "sha256:abc", "latest"):
        answer = await quay.ask("GET", address(other), who="alice")
        assert (answer.status, answer.json()["error_type"]) == (404, "not_found")


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"config": {"Labels": []}}',
        b'{"history": {}}',
        b'{"config": 5}',
        b"\xff",
        b"[" * 9999,
    ],
)
async def test_a_config_that_is_none(quay: QuayApi, images: Images, config: bytes) -> None:
    digest = await images.push("v1", config)
    assert (await quay.ask("GET", address(digest), who="alice")).status == 200
    assert (await quay.ask("GET", address(digest, "/labels"), who="alice")).json() == {"labels": []}


async def test_labels_of_an_image(quay: QuayApi, images: Images) -> None:
    digest = await images.labelled(
        "v1", {"b": "2", "a": '{"x": 1}', "n": 5}, annotations={"b": "annotated", "c": "3"}
    )
    answer = await quay.ask("GET", address(digest, "/labels"), who="alice")
    found = answer.json()["labels"]
    assert [(one["key"], one["value"], one["source_type"], one["media_type"]) for one in found] == [
        ("a", '{"x": 1}', "manifest", "application/json"),
        ("b", "2", "manifest", "text/plain"),
        ("c", "3", "manifest", "text/plain"),
    ]
    one = await quay.ask("GET", address(digest, f"/labels/{found[0]['id']}"), who="alice")
    assert (one.status, one.json()) == (200, found[0])
    gone = await quay.ask("DELETE", address(digest, f"/labels/{found[0]['id']}"), who="alice")
    assert (gone.status, gone.json()["error_type"]) == (400, "invalid_request")
    filtered = (await quay.ask("GET", address(digest, "/labels?filter=b"), who="alice")).json()
    assert [label["key"] for label in filtered["labels"]] == ["b"]


async def test_labels_that_people_add(quay: QuayApi, images: Images) -> None:
    digest = await images.labelled("v1", {})
    labels = address(digest, "/labels")
    made = []
    for body, media_type in (
        ({"key": "team", "value": "one"}, "text/plain"),
        ({"key": "team", "value": "[1]", "media_type": None}, "application/json"),
        ({"key": "a.b-c", "value": "{}", "media_type": "application/json"}, "application/json"),
        ({"key": "x", "value": "[1]", "media_type": "text/plain"}, "text/plain"),
    ):
        answer = await quay.ask("POST", labels, who="alice", document=body)
        assert answer.status == 201
        label = answer.json()["label"]
        expected = {
            "key": body["key"],
            "value": body["value"],
            "source_type": "api",
            "media_type": media_type,
        }
        assert label == expected | {"id": label["id"]}
        assert answer.headers["location"].endswith(f"/manifest/{digest}/labels/{label['id']}")
        assert (await quay.ask("GET", answer.headers["location"], who="alice")).json() == label
        made.append(label)
    assert len((await quay.ask("GET", labels, who="alice")).json()["labels"]) == 4
    for label in made:
        gone = await quay.ask("DELETE", f"{labels}/{label['id']}", who="alice", document={})
        assert (gone.status, gone.body) == (204, b"")
        assert (await quay.ask("DELETE", f"{labels}/{label['id']}", who="alice")).status == 404
    assert (await quay.ask("GET", labels, who="alice")).json() == {"labels": []}


@pytest.mark.parametrize(
    "body",
    [
        {"key": "quay.expires-after", "value": "1h"},
        {"key": "internal", "value": "x"},
        {"key": "org.opencontainers.image.title", "value": "x"},
        {"key": "com.acme.x", "value": "x"},
        {"key": "Upper", "value": "x"},
        {"key": "a..b", "value": "x"},
        {"key": "", "value": "x"},
        {"key": "k" * 256, "value": "x"},
        {"key": "k", "value": "x" * 70_000},
        {"key": "k", "value": "{", "media_type": "application/json"},
        {"key": "k", "value": "x", "media_type": "text/html"},
        {"key": "k"},
        {"value": "k"},
        {"key": "k", "value": 5},
    ],
)
async def test_labels_that_nobody_may_add(quay: QuayApi, images: Images, body: dict[str, Any]) -> None:
    digest = await images.labelled("v1", {})
    answer = await quay.ask("POST", address(digest, "/labels"), who="alice", document=body)
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_an_image_says_when_its_tags_end(quay: QuayApi, images: Images) -> None:
    now = quay.clock.now_ms() // 1000
    await images.labelled("day", {"quay.expires-after": "1d"})
    await images.labelled("short", {"quay.expires-after": "5s"})
    await images.labelled("long", {"quay.expires-after": "9999w"}, layers=(b"x",))
    await images.labelled("never", {"quay.expires-after": "soon"})
    await images.push("chart", b"{}", config_type="application/x", annotations={"quay.expires-after": "2h"})
    ends = {name: tag.get("end_ts") for name, tag in (await images.tags()).items()}
    assert ends == {
        "day": now + DAY,
        "short": now + HOUR,
        "long": now + 104 * 7 * DAY,
        "never": None,
        "chart": now + 2 * HOUR,
    }
    quay.clock.advance(HOUR)
    await images.labelled("day", {"quay.expires-after": "1d"})  # the same push again gives another day
    assert (await images.tags())["day"]["end_ts"] == now + HOUR + DAY
    assert "short" not in await images.tags()
    await images.labelled("short", {"quay.expires-after": "5s"})
    assert (await images.tags())["short"]["end_ts"] == now + 2 * HOUR


async def test_an_index_ends_with_the_first_of_its_images_when_all_have_a_date(
    quay: QuayApi, images: Images
) -> None:
    actor = await quay.actor("alice")
    dated = [await images.labelled("", {"quay.expires-after": text}) for text in ("2d", "1d")]
    free = await images.labelled("", {})
    now = quay.clock.now_ms() // 1000
    for tag, children, end in (("all", dated, now + DAY), ("some", [*dated, free], None)):
        await push_manifest(quay.registry, actor, APP, index_manifest(children), tag)
        assert (await images.tags())[tag].get("end_ts") == end


async def test_an_image_says_that_its_tags_are_immutable(quay: QuayApi, images: Images) -> None:
    actor = await quay.actor("alice")
    fixed = await images.labelled("v1", {"quay.immutable": "true", "quay.expires-after": "1d"})
    other = await images.labelled("v2", {"quay.immutable": "false"})
    for tag, children, immutable in (("all", [fixed], True), ("some", [fixed, other], False)):
        await push_manifest(quay.registry, actor, APP, index_manifest(children), tag)
        assert (await images.tags())[tag]["immutable"] is immutable
    tags = await images.tags()
    assert (tags["v1"]["immutable"], tags["v2"]["immutable"]) == (True, False)
    assert "end_ts" not in tags["v1"]


async def test_a_config_of_somebody_else_is_not_read(quay: QuayApi, images: Images) -> None:
    """A manifest may name any digest where blobs may be absent: labels come only from what the repository holds."""
    secret = json.dumps({"config": {"Labels": {"secret": "value"}}}).encode()
    await quay.repository("bob/private", "bob")
    digest = await push_blob(quay.registry, await quay.actor("bob"), RepositoryName("bob/private"), secret)
    writer = quay.registry.writer
    actor = await quay.actor("alice")
    content = json.loads(image_manifest([digest], [len(secret)]))
    content["config"]["mediaType"] = OCI_CONFIG
    raw = json.dumps(content).encode()
    quay.registry.writer.rules = type(writer.rules)(
        sparse=True,
        create_private=True,
        maximum_manifest=writer.rules.maximum_manifest,
        maximum_blob=writer.rules.maximum_blob,
        grace_ms=writer.rules.grace_ms,
    )
    stored = await writer.put_manifest(actor, APP, Tag("v1"), (), raw, None)
    found = await quay.ask("GET", address(stored.digest, "/labels"), who="alice")
    assert found.json() == {"labels": []} or "secret" not in found.body.decode()
