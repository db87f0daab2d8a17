"""What images say of themselves: labels and history in their config, and annotations in their manifest.

A config is a blob like any other, read only as far as the caller may read the repository.
"""

from __future__ import annotations

import asyncio

from charthouse.model.digests import Digest
from charthouse.model.errors import RegistryError
from charthouse.model.images import ImageConfig, read_config
from charthouse.model.kinds import IMAGE_CONFIGS
from charthouse.model.labels import NO_WISHES, Wishes, common_wishes, wishes_of
from charthouse.model.manifests import Manifest, read_manifest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor

from .contents import BlobContents
from .reader import Reader

_LARGEST = 1024**2
"""Bytes of a config that is read; a larger one has no labels here."""
_REMEMBERED = 256
_REMEMBERED_SIZE = 16 * 1024
"""How many configs are kept in memory, and up to which size: many images are pushed with one config, and its tags."""
_CHILDREN = 64
"""Images of an index that are asked what they wish."""
_NOTHING = ImageConfig()


class ImageConfigs:
    """Reads configs, as an actor."""

    def __init__(self, reader: Reader, contents: BlobContents) -> None:
        self._reader = reader
        self._contents = contents
        self._remembered: dict[Digest, ImageConfig] = {}

    async def config(self, actor: Actor, repository: RepositoryName, manifest: Manifest) -> ImageConfig:
        """Return an image's config; an empty one for what is no image, or can't be read."""
        if manifest.config_media_type not in IMAGE_CONFIGS or not manifest.blobs:
            return _NOTHING
        digest = manifest.blobs[0]
        try:
            entry = await self._reader.blob(actor, repository, digest)
            known = self._remembered.get(digest)
            if known is not None:
                return known
            size = entry.row.size
            if size > _LARGEST:
                return _NOTHING
            stream = await self._contents.stream(entry, 0, size)
            config = read_config(b"".join([part async for part in stream]))
        except RegistryError:
            return _NOTHING
        if size <= _REMEMBERED_SIZE:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[digest] = config
        return config

    async def named(self, actor: Actor, repository: RepositoryName, digest: Digest) -> ImageConfig:
        """Return the config of the image that a digest names; an empty one when there is none."""
        try:
            row = (await self._reader.manifest(actor, repository, digest)).row
            manifest = read_manifest(row.content, row.media_type)
        except RegistryError:
            return _NOTHING
        return await self.config(actor, repository, manifest)

    async def labels(self, actor: Actor, repository: RepositoryName, manifest: Manifest) -> dict[str, str]:
        """Return the labels of an image and its annotations; a label wins."""
        config = await self.config(actor, repository, manifest)
        return {**manifest.annotations, **config.labels}

    async def wishes(self, actor: Actor, repository: RepositoryName, manifest: Manifest) -> Wishes:
        """Return what an image asks of its tags; an index that says nothing asks for what all its images ask for."""
        own = wishes_of(await self.labels(actor, repository, manifest))
        children = manifest.children
        if own != NO_WISHES or not children or len(children) > _CHILDREN:
            return own
        return common_wishes(
            await asyncio.gather(*(self._child_wishes(actor, repository, digest) for digest in children))
        )

    async def _child_wishes(self, actor: Actor, repository: RepositoryName, digest: Digest) -> Wishes:
        try:
            row = (await self._reader.manifest(actor, repository, digest)).row
            child = read_manifest(row.content, row.media_type)
        except RegistryError:
            return NO_WISHES
        return wishes_of(await self.labels(actor, repository, child))
