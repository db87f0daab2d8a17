"""Manifests that two programs would read as two different things: what a scanner saw must be what a client runs.

Go's encoding/json, and with it docker, containerd, helm and skopeo, takes ``Digest`` for ``digest`` and lets the
last one win, also with the Kelvin sign for k and the long s for s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.protocol.client import Client
from tests.integration.protocol.content import IMAGE, INDEX, Manifest, digest_of
from tests.integration.protocol.test_manifests import pushed_image

OTHER = digest_of(b"something else")


@pytest.fixture(scope="module")
def repository(owner: Client) -> str:
    assert owner.person is not None
    name = f"{owner.person.name}/ambiguous"
    owner.push_blob(name, b"{}")
    return name


@pytest.fixture(scope="module")
def image(owner: Client, repository: str) -> dict[str, Any]:
    """A good manifest of the repository."""
    return pushed_image(owner, repository).document


def _twins(image: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield manifests in which a key has a twin that differs in case, and where that is."""
    config, layer = image["config"], image["layers"][0]
    for twin in ("Digest", "DIGEST", "dige\u017ft"):
        yield f"layer {twin}", image | {"layers": [layer | {twin: OTHER}]}
        yield f"config {twin}", image | {"config": config | {twin: OTHER}}
        yield f"subject {twin}", image | {"subject": config | {twin: OTHER}}
        yield f"child {twin}", _index(config | {"mediaType": IMAGE, twin: OTHER})
    yield "layer MediaType", image | {"layers": [layer | {"MediaType": "a/b"}]}
    yield "layer URLs", image | {"layers": [layer | {"URLs": ["https://example.com"]}]}
    yield "last of several layers", image | {"layers": [layer, layer, layer | {"Size": 1}]}
    yield "platform", _index({**config, "mediaType": IMAGE, "platform": {"os": "linux", "OS": "windows"}})
    yield "manifest", image | {"layer\u017f": []}
    yield "only the twin", image | {"layers": [layer | {"Platform": {}}]}


def _index(child: dict[str, Any]) -> dict[str, Any]:
    return {"schemaVersion": 2, "mediaType": INDEX, "manifests": [child]}


def test_keys_that_differ_in_case(owner: Client, repository: str, image: dict[str, Any]) -> None:
    for place, document in _twins(image):
        body = json.dumps(document, ensure_ascii=False).encode()
        manifest = Manifest(body, document["mediaType"])
        error = owner.put_manifest(repository, "twin", manifest).refusal(400, "MANIFEST_INVALID")
        assert "in case" in error["message"], place


def test_keys_of_annotations_and_of_extensions_are_free(
    owner: Client, repository: str, image: dict[str, Any]
) -> None:
    free = {"Digest": "x", "digest": "y", "OS": "z"}
    document = image | {
        "annotations": free,
        "layers": [image["layers"][0] | {"annotations": free, "x-mine": {"Digest": 1, "digest": 2}}],
        "x-mine": {"platform": {"OS": 1}, "Layers": [], "manifests": "y", "Size": 1},
    }
    manifest = Manifest(json.dumps(document).encode())
    owner.put_manifest(repository, "free", manifest).expect(201)
    assert owner.get_manifest(repository, "free").expect(200).body == manifest.body


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "9" * 100_000, "0." + "1" * 100_000, "1e999999"])
def test_numbers_of_any_length(owner: Client, repository: str, image: dict[str, Any], number: str) -> None:
    """Such a number in a field that nobody reads is no failure of the registry."""
    body = json.dumps(image)[:-1] + f', "x-mine": {number}}}'
    owner.put_manifest(repository, "number", Manifest(body.encode())).expect(201)
