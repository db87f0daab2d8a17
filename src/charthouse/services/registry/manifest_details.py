"""A manifest as people look at it: its text, its layers, and how each was made."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.manifests import Descriptor, Manifest, layers_of, read_manifest
from charthouse.services.access.permits import RepositoryPermit

from .image_configs import History, ImageConfigs
from .reader import Reader

_UNKNOWN = History()


class Layer(msgspec.Struct, frozen=True):
    """A layer and how it was made."""

    descriptor: Descriptor
    history: History


class ManifestDetails(msgspec.Struct, frozen=True):
    """A manifest. ``layers`` None: it is an index."""

    digest: Digest
    text: str
    manifest: Manifest
    layers: list[Layer] | None


class ManifestViews:
    """Reads manifests for those who hold a permit."""

    def __init__(self, reader: Reader, configs: ImageConfigs) -> None:
        self._reader = reader
        self._configs = configs

    async def details(self, permit: RepositoryPermit, digest: Digest) -> ManifestDetails:
        """Return a manifest; raises ManifestUnknown."""
        row = (await self._reader.manifest(permit.actor, permit.repository, digest)).row
        manifest = read_manifest(row.content, row.media_type)
        descriptors = layers_of(row.content)
        layers = None
        if descriptors is not None:
            config = await self._configs.config(permit.actor, permit.repository, manifest)
            made = [one for one in config.history if not one.empty_layer]
            made += [_UNKNOWN] * (len(descriptors) - len(made))
            layers = [Layer(*pair) for pair in zip(descriptors, made, strict=False)]
        return ManifestDetails(row.digest, row.content.decode(), manifest, layers)
