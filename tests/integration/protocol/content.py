"""What is pushed: blobs, manifests and indexes, with descriptors as the OCI Image Specification writes them."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
EMPTY = "application/vnd.oci.empty.v1+json"
ARTIFACT = "application/vnd.example.charthouse.v1"

Json = dict[str, Any]


def digest_of(data: bytes, algorithm: str = "sha256") -> str:
    """Return the digest of ``data``."""
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def random_blob(size: int = 512) -> bytes:
    """Return bytes that nobody else pushes."""
    return secrets.token_bytes(size)


@dataclass(frozen=True)
class Manifest:
    """A manifest as pushed: the bytes count, not what they mean."""

    body: bytes
    media_type: str = IMAGE
    algorithm: str = "sha256"

    @property
    def digest(self) -> str:
        """Return its digest."""
        return digest_of(self.body, self.algorithm)

    @property
    def document(self) -> Json:
        """Return what the bytes mean."""
        document: Json = json.loads(self.body)
        return document


def descriptor(data: bytes, media_type: str, algorithm: str = "sha256", *, embed: bool = False) -> Json:
    """Return a descriptor of ``data``; with ``embed`` it carries the bytes too."""
    described: Json = {"mediaType": media_type, "digest": digest_of(data, algorithm), "size": len(data)}
    if embed:
        described["data"] = base64.b64encode(data).decode()
    return described


def image(
    config: Mapping[str, Any],
    layers: Iterable[Mapping[str, Any]],
    *,
    algorithm: str = "sha256",
    **fields: Any,
) -> Manifest:
    """Return an image manifest; ``fields`` (``artifactType``, ``subject``, ``annotations`` …) are added."""
    document = {"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": list(layers), **fields}
    return Manifest(json.dumps(document).encode(), IMAGE, algorithm)


def index(children: Iterable[Mapping[str, Any]], *, algorithm: str = "sha256", **fields: Any) -> Manifest:
    """Return an index of ``children``."""
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(children), **fields}
    return Manifest(json.dumps(document).encode(), INDEX, algorithm)


def described(manifest: Manifest, **fields: Any) -> Json:
    """Return the descriptor of a manifest, as an index or a subject field holds it."""
    return {**descriptor(manifest.body, manifest.media_type, manifest.algorithm), **fields}


def missing(media_type: str, **fields: Any) -> Json:
    """Return a descriptor of something that nobody has."""
    return {**descriptor(random_blob(), media_type), **fields}
