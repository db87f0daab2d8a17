"""What is no manifest: type confusion (CVE-2021-41190), broken and ambiguous JSON."""

from __future__ import annotations

import json

import pytest

from .client import Client
from .content import DOCKER_IMAGE, IMAGE, INDEX, Json, Manifest
from .test_manifests import assert_no_manifest, pushed_image


def _confused(document: Json) -> dict[str, tuple[Json, str]]:
    listed = {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
    return {
        "index sent as an image": (listed, IMAGE),
        "image sent as an index": (document, INDEX),
        "OCI sent as Docker": (document, DOCKER_IMAGE),
        "layers and manifests": (document | {"manifests": []}, IMAGE),
        "manifests and layers": (listed | {"layers": []}, INDEX),
        "manifests and config": (listed | {"config": document["config"]}, INDEX),
        "manifests in an image that names no type": (
            {k: v for k, v in document.items() if k != "mediaType"} | {"manifests": []},
            IMAGE,
        ),
        "layers in an index that names no type": ({"schemaVersion": 2, "manifests": [], "layers": []}, INDEX),
    }


@pytest.mark.parametrize("case", sorted(_confused({"config": {}})))
def test_type_confusion_is_refused(owner: Client, repository: str, case: str) -> None:
    document, content_type = _confused(pushed_image(owner, repository).document)[case]
    manifest = Manifest(json.dumps(document).encode(), content_type)
    owner.put_manifest(repository, "v1", manifest).refusal(400, "MANIFEST_INVALID")
    assert_no_manifest(owner, repository, "v1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"{",
        b"\xff\xfe{\x00}\x00",
        '{"schemaVersion": 2}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"schemaVersion": 1, "config": {}, "layers": []}',
        b'{"schemaVersion": "2", "config": {}, "layers": []}',
        b'{"schemaVersion": 2, "config": null, "layers": []}',
        b'{"schemaVersion": 2, "config": {}, "layers": [], "x": NaN}',
        b'{"schemaVersion": 2, "config": {}, "layers": [], "x": Infinity}',
        b'{"schemaVersion": 2, "layers": [{"digest": 1}]}',
        b"not json",
    ],
)
def test_what_is_no_manifest(owner: Client, repository: str, body: bytes) -> None:
    owner.put_manifest(repository, "v1", Manifest(body)).refusal(400, "MANIFEST_INVALID")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"layers":', '"layers": [], "layers":'),
        ('"config":', '"config": {}, "config":'),
        ('"digest":', '"digest": "x", "digest":'),
        ('"layers":', '"Layers": [], "layers":'),
        ('"mediaType":', '"MediaType": "text/plain", "mediaType":'),
        ('"schemaVersion":', '"annotations": {"a": "1", "a": "2"}, "schemaVersion":'),
        ('"schemaVersion":', '"x": {"y": 1, "y": 2}, "schemaVersion":'),
        ('"schemaVersion":', '"annotations": {"a": 1}, "schemaVersion":'),
        ('"schemaVersion":', '"annotations": {"a": "\\ud800"}, "schemaVersion":'),
        ('"schemaVersion":', '"x\\udfff": 1, "schemaVersion":'),
        ('"schemaVersion":', '"artifactType": "\\udc00", "schemaVersion":'),
        ('"schemaVersion":', '"x": NaN, "schemaVersion":'),
        ('"schemaVersion":', '"artifactType": "a/b\\u0000", "schemaVersion":'),
        ('"schemaVersion":', '"artifactType": "a/b\\n", "schemaVersion":'),
        ("application/vnd.oci.image.config.v1+json", "a/b\\u0000"),
        ('"size": 512', '"size": -1'),
        ('"size": 512', '"size": 1.5'),
        ('"size": 512', '"size": 99999999999999999999'),
        ('"digest": "sha256:', '"digest": "sha257:'),
        (
            '"schemaVersion":',
            '"subject": {"digest": "sha256:x", "size": 1, "mediaType": "a"}, "schemaVersion":',
        ),
    ],
)
def test_ambiguous_or_malformed_fields(owner: Client, repository: str, old: str, new: str) -> None:
    text = pushed_image(owner, repository).body.decode()
    assert old in text
    manifest = Manifest(text.replace(old, new, 1).encode("utf-8", "surrogatepass"))
    owner.put_manifest(repository, "v1", manifest).refusal(400, "MANIFEST_INVALID")


def test_deep_nesting_is_refused(owner: Client, repository: str) -> None:
    for deep in (
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"schemaVersion":2,"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ):
        owner.put_manifest(repository, "v1", Manifest(deep)).refusal(400, "MANIFEST_INVALID")


@pytest.mark.parametrize("content_type", ["text/html", "application/vnd.oci.image.config.v1+json", "x"])
def test_media_types_that_are_no_manifests(owner: Client, repository: str, content_type: str) -> None:
    document = pushed_image(owner, repository).document
    del document["mediaType"]
    manifest = Manifest(json.dumps(document).encode(), content_type)
    owner.put_manifest(repository, "v1", manifest).refusal(400, "MANIFEST_INVALID")
