"""What ``helm push`` would write for a package: config, layers, annotations and the manifest, byte for byte.

Source: Helm 3.22 and 4.3, ``pkg/registry``, which write the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

from .facts import Metadata
from .metadata import config_json, go_json
from .versions import tag_of

CONFIG_TYPE = "application/vnd.cncf.helm.config.v1+json"
CHART_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
LEGACY_CHART_TYPE = "application/tar+gzip"  # Helm before 3.7
PROVENANCE_TYPE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"

_PREFIX = "org.opencontainers.image."
_IMMUTABLE = (f"{_PREFIX}version", f"{_PREFIX}title")


class Layer(msgspec.Struct, frozen=True, rename="camel"):
    """A descriptor as it stands in the manifest."""

    media_type: str
    digest: str
    size: int


class Artifact(msgspec.Struct, frozen=True):
    """A chart as an OCI artifact: what to store, and under which tag."""

    tag: str
    config: bytes
    config_digest: str
    layers: list[Layer]
    manifest: bytes
    digest: str


class _Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    schema_version: int = 2
    config: Layer
    layers: list[Layer]
    annotations: dict[str, str]


def artifact(
    metadata: Metadata, package: tuple[str, int], provenance: tuple[str, int] | None, created: datetime
) -> Artifact:
    """Return the artifact of a package.

    ``package`` and ``provenance`` are digest and size of their bytes; ``created`` is the time that the annotation
    bears (Helm takes the package file's time of change, in local time, to the second). Raises ChartInvalid when the
    version cannot be a tag.
    """
    config = config_json(metadata)
    config_layer = Layer(CONFIG_TYPE, f"sha256:{hashlib.sha256(config).hexdigest()}", len(config))
    layers = [Layer(CHART_TYPE, *package)]
    if provenance is not None:
        layers.append(Layer(PROVENANCE_TYPE, *provenance))
    layers.sort(key=lambda layer: layer.digest)
    manifest = go_json(
        _Manifest(
            config=config_layer, layers=layers, annotations=manifest_annotations(metadata, rfc3339(created))
        )
    )
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    return Artifact(tag_of(metadata.version), config, config_layer.digest, layers, manifest, digest)


def with_provenance(manifest: bytes, provenance: tuple[str, int]) -> bytes:
    """Return a chart's manifest with this provenance file (digest and size), and without the one that it had.

    All else stays as it is, so what ``artifact`` made without the file becomes what it makes with it.
    """
    document: dict[str, Any] = msgspec.json.decode(manifest)
    layers = [layer for layer in document["layers"] if layer["mediaType"] != PROVENANCE_TYPE]
    digest, size = provenance
    layers.append({"mediaType": PROVENANCE_TYPE, "digest": digest, "size": size})
    document["layers"] = sorted(layers, key=lambda layer: str(layer["digest"]))
    return go_json(document, ordered=True)


def manifest_annotations(metadata: Metadata, created: str) -> dict[str, str]:
    """Return the annotations of the manifest; the chart's own cannot override its title and version."""
    authors = ", ".join(
        person.name + (f" ({person.email})" if person.email else "") for person in metadata.maintainers
    )
    own = {
        f"{_PREFIX}description": metadata.description,
        f"{_PREFIX}title": metadata.name,
        f"{_PREFIX}version": metadata.version,
        f"{_PREFIX}url": metadata.home,
        f"{_PREFIX}created": created,
        f"{_PREFIX}source": metadata.sources[0] if metadata.sources else "",
        f"{_PREFIX}authors": authors,
    }
    found = {key: value for key, value in own.items() if value.strip()}
    found.update((key, value) for key, value in metadata.annotations.items() if key not in _IMMUTABLE)
    return found


def rfc3339(moment: datetime) -> str:
    """Return a time to the second as Go writes RFC 3339; a time without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    text = moment.replace(microsecond=0).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
