"""Which blobs of an OCI artifact are the chart: what ``helm push`` writes, and what ``helm pull`` looks for."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest, parse_digest
from charthouse.model.manifests import Descriptor, Manifest, layers_of

CONFIG_TYPE = "application/vnd.cncf.helm.config.v1+json"
PACKAGE_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
PROVENANCE_TYPE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
_PACKAGE_TYPES = frozenset({PACKAGE_TYPE, "application/tar+gzip"})  # the latter by Helm before 3.7


class ChartLayers(msgspec.Struct, frozen=True):
    """Blobs of a chart, with the sizes that its manifest claims."""

    package: Digest
    package_size: int
    provenance: Digest | None = None
    provenance_size: int = 0


def is_chart(manifest: Manifest) -> bool:
    """Tell whether a manifest is a chart's."""
    return manifest.config_media_type == CONFIG_TYPE


def chart_layers(content: bytes) -> ChartLayers | str:
    """Return the blobs of a chart's manifest, or a text that says why Helm could not pull it."""
    layers = layers_of(content) or []
    packages = [layer for layer in layers if layer.media_type in _PACKAGE_TYPES]
    if len(packages) != 1:
        return f"the manifest has {len(packages) or 'no'} layers of type {PACKAGE_TYPE}, and Helm needs one"
    package, size = _blob(packages[0])
    for layer in layers:
        if layer.media_type == PROVENANCE_TYPE:
            return ChartLayers(package, size, *_blob(layer))
    return ChartLayers(package, size)


def _blob(descriptor: Descriptor) -> tuple[Digest, int]:
    return parse_digest(descriptor.digest), descriptor.size
