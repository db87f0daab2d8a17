"""A manifest as people look at it: its text, its layers, and how each was made."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.images import History, ImageConfig, IndexEntry, Step, entries_of, steps_of
from charthouse.model.manifests import Descriptor, Manifest, layers_of, read_manifest
from charthouse.services.access.permits import RepositoryPermit

from .image_configs import ImageConfigs
from .reader import Reader

_UNKNOWN = History()


class Layer(msgspec.Struct, frozen=True):
    """A layer and how it was made."""

    descriptor: Descriptor
    history: History


class ManifestDetails(msgspec.Struct, frozen=True):
    """A manifest. ``layers`` None: it is an index, which lists ``entries``. ``config`` is empty for what is no image."""

    digest: Digest
    text: str
    manifest: Manifest
    layers: list[Layer] | None
    config: ImageConfig = ImageConfig()
    entries: list[IndexEntry] = []

    @property
    def steps(self) -> list[Step]:
        """Return how the image was made, with the steps that left no layer."""
        return steps_of([one.descriptor for one in self.layers or ()], self.config.history)


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
        layers, config = None, ImageConfig()
        if descriptors is not None:
            config = await self._configs.config(permit.actor, permit.repository, manifest)
            made = [one for one in config.history if not one.empty_layer]
            made += [_UNKNOWN] * (len(descriptors) - len(made))
            layers = [Layer(*pair) for pair in zip(descriptors, made, strict=False)]
        entries = entries_of(row.content) if layers is None else []
        return ManifestDetails(row.digest, row.content.decode(), manifest, layers, config, entries)
