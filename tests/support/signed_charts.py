"""Charts with provenance, put together piece by piece, so that tests can make each of them wrong."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from charthouse.compose import Registry
from charthouse.helm.chart.push import CHART_TYPE, CONFIG_TYPE, PROVENANCE_TYPE
from charthouse.model.digests import Digest, digest_of
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor

from .registry import push_blob, push_manifest

PACKAGE = b"as far as signatures go, any bytes are a package"


def chart_yaml(name: str = "web", version: str = "0.1.0", **fields: Any) -> dict[str, Any]:
    """Return a Chart.yaml."""
    return {"apiVersion": "v2", "name": name, "version": version, "description": "a chart", **fields}


def provenance_text(chart: dict[str, Any], package: bytes = PACKAGE, file: str = "") -> str:
    """Return what ``helm package --sign`` signs; JSON is YAML too."""
    file = file or f"{chart['name']}-{chart['version']}.tgz"
    return f"{json.dumps(chart)}\n\n...\nfiles:\n  {file}: sha256:{hashlib.sha256(package).hexdigest()}\n"


async def push_signed(
    registry: Registry,
    actor: Actor,
    repository: str,
    *provenances: bytes,
    chart: dict[str, Any] | None = None,
    package: bytes = PACKAGE,
) -> Digest:
    """Push a chart as ``helm push`` does, under the tag of its version; returns its digest."""
    chart = chart or chart_yaml()
    name = RepositoryName(repository)
    parts = [(CONFIG_TYPE, json.dumps(chart).encode()), (CHART_TYPE, package)]
    parts += [(PROVENANCE_TYPE, provenance) for provenance in provenances]
    for content in {content for _, content in parts}:
        await push_blob(registry, actor, name, content)
    config, *layers = (
        {"mediaType": kind, "digest": digest_of(content), "size": len(content)} for kind, content in parts
    )
    manifest = json.dumps({"schemaVersion": 2, "config": config, "layers": layers}).encode()
    return await push_manifest(registry, actor, name, manifest, chart["version"].replace("+", "_"))


def clear_signed(text: str) -> bytes:
    """Return a text as it would be signed; the signature is none."""
    return (
        f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{text}"
        "-----BEGIN PGP SIGNATURE-----\n\nbm90aGluZw==\n-----END PGP SIGNATURE-----\n"
    ).encode()
