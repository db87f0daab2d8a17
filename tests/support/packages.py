"""Charts as tests make them: packages, and the artifacts that carry them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping

from charthouse.compose import Registry
from charthouse.model.digests import Digest, digest_of
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.services.charts.layers import CONFIG_TYPE, PACKAGE_TYPE, PROVENANCE_TYPE

from .registry import push_blob, push_manifest


def chart_yaml(name: str, version: str, *lines: str) -> bytes:
    """Return a Chart.yaml, with further lines."""
    return "\n".join(["apiVersion: v2", f"name: {name}", f"version: {version}", *lines, ""]).encode()


def tar(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files by their paths."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return content.getvalue()


def package(name: str, version: str, files: Mapping[str, bytes] | None = None, *lines: str) -> bytes:
    """Return a chart's package: ``files`` by paths below its directory, ``lines`` of Chart.yaml."""
    whole = {"Chart.yaml": chart_yaml(name, version, *lines), **(files or {})}
    return gzip.compress(tar({f"{name}/{path}": data for path, data in whole.items()}), 1, mtime=0)


def chart_manifest(
    config: bytes, content: bytes, provenance: bytes | None = None, layer_type: str = PACKAGE_TYPE
) -> bytes:
    """Return the manifest of a chart, as ``helm push`` writes it but for its annotations."""
    layers = [(layer_type, content)]
    if provenance is not None:
        layers.append((PROVENANCE_TYPE, provenance))
    document = {
        "schemaVersion": 2,
        "config": _descriptor(CONFIG_TYPE, config),
        "layers": [_descriptor(kind, data) for kind, data in layers],
    }
    return json.dumps(document).encode()


def form_of(boundary: str = "b0undary", /, **fields: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a form with a file for each field, and the header that says so."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in fields.items()
    ]
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


async def push_chart(
    registry: Registry,
    actor: Actor,
    repository: str,
    tag: str,
    content: bytes,
    provenance: bytes | None = None,
) -> Digest:
    """Push a package as an OCI artifact; returns the digest of its manifest."""
    name = RepositoryName(repository)
    for blob in (b"{}", content, *([provenance] if provenance else [])):
        await push_blob(registry, actor, name, blob)
    return await push_manifest(registry, actor, name, chart_manifest(b"{}", content, provenance), tag)


def _descriptor(kind: str, data: bytes) -> dict[str, object]:
    return {"mediaType": kind, "digest": digest_of(data), "size": len(data)}
