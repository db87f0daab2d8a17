"""What a manifest is to people: a chart, an image or something else.

Sources: OCI Image Specification 1.1 (manifest.md, "Guidelines for Artifact Usage"), Helm's "Use OCI-based registries".
"""

from __future__ import annotations

import enum

CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json"
IMAGE_CONFIGS = frozenset(
    {
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.oci.image.config.v1+json",
    }
)


class Kind(enum.StrEnum):
    """What a manifest is; of a repository: what it is used for."""

    CHART = "chart"
    IMAGE = "image"
    ARTIFACT = "artifact"
    NOTHING = "nothing"
    """A repository without tags."""


def kind_of(config_media_type: str, artifact_type: str) -> Kind:
    """Return what a manifest is by two fields of ``manifests.Manifest``.

    An index that names no artifact type is an image for several platforms.
    """
    if config_media_type == CHART_CONFIG:
        return Kind.CHART
    if not artifact_type or artifact_type in IMAGE_CONFIGS:
        return Kind.IMAGE
    return Kind.ARTIFACT
