"""OCI image layouts (image-layout.md of the image specification), made and read without any client."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def write_image(directory: Path, files: Mapping[str, bytes], *architectures: str) -> str:
    """Write a layout with one image that holds ``files``, and return the digest to ask a registry for.

    With several ``architectures`` the layout's root is an index with an image for each.
    """
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    images = [_image(blobs, files, architecture) for architecture in architectures or ("amd64",)]
    root = images[0] if len(images) == 1 else _index(blobs, images)
    (directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (directory / "index.json").write_text(_document(INDEX, manifests=[root]))
    return str(root["digest"])


def read_blobs(directory: Path) -> dict[str, bytes]:
    """Return every blob of a layout by its digest."""
    return {f"sha256:{path.name}": path.read_bytes() for path in (directory / "blobs" / "sha256").iterdir()}


def _image(blobs: Path, files: Mapping[str, bytes], architecture: str) -> dict[str, Any]:
    layer = _tar({**files, "architecture": architecture.encode()})
    rootfs = {"type": "layers", "diff_ids": [_digest(layer)]}
    config = json.dumps({"architecture": architecture, "os": "linux", "rootfs": rootfs, "config": {}})
    manifest = _document(
        MANIFEST,
        config=_store(blobs, config.encode(), CONFIG),
        layers=[_store(blobs, gzip.compress(layer, mtime=0), LAYER)],
    )
    platform = {"platform": {"architecture": architecture, "os": "linux"}}
    return {**_store(blobs, manifest.encode(), MANIFEST), **platform}


def _index(blobs: Path, images: list[dict[str, Any]]) -> dict[str, Any]:
    return _store(blobs, _document(INDEX, manifests=images).encode(), INDEX)


def _document(media_type: str, **fields: object) -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": media_type, **fields})


def _store(blobs: Path, content: bytes, media_type: str) -> dict[str, Any]:
    digest = _digest(content)
    (blobs / digest.partition(":")[2]).write_bytes(content)
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


def _tar(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
