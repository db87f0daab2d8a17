"""Labels of manifests: those that images bring, and those that people add."""

from __future__ import annotations

import uuid

from charthouse.model.digests import Digest
from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.model.labels import Label, check_label, own_labels
from charthouse.model.manifests import read_manifest
from charthouse.ports.labels import AddLabel, Labels
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.access.repositories import refuse_unless_normal

from .image_configs import ImageConfigs
from .reader import Reader

_MOST = 1000
"""Labels that people may give to one manifest."""


class LabelService:
    """Reads and changes labels. ``reserved`` are prefixes that nobody may use, beside the built-in ones."""

    def __init__(
        self, labels: Labels, reader: Reader, configs: ImageConfigs, reserved: tuple[str, ...]
    ) -> None:
        self._labels = labels
        self._reader = reader
        self._configs = configs
        self._reserved = reserved

    async def all(self, permit: RepositoryPermit, digest: Digest, prefix: str = "") -> list[Label]:
        """Return labels whose keys begin with ``prefix``, by key; raises ManifestUnknown."""
        found = await self._own(permit, digest)
        found += await self._labels.all(permit.repository_id, digest)
        return sorted((one for one in found if one.key.startswith(prefix)), key=lambda one: one.key)

    async def get(self, permit: RepositoryPermit, digest: Digest, label_id: str) -> Label:
        """Return a label; raises ManifestUnknown, NotFound."""
        for label in await self.all(permit, digest):
            if label.label_id == label_id:
                return label
        raise NotFound("there is no such label")

    async def add(
        self, permit: RepositoryPermit, digest: Digest, key: str, value: str, media_type: str | None
    ) -> Label:
        """Give a label to a manifest; raises InvalidRequest, ManifestUnknown, RepositoryReadOnly."""
        refuse_unless_normal(permit.access, permit.repository)
        kind = check_label(key, value, media_type, self._reserved)
        label = Label(str(uuid.uuid4()), key, value, "api", kind)
        await self._labels.add(AddLabel(permit.repository_id, digest, label, _MOST))
        return label

    async def remove(self, permit: RepositoryPermit, digest: Digest, label_id: str) -> None:
        """Take a label away that somebody added; raises InvalidRequest for an image's own, NotFound."""
        refuse_unless_normal(permit.access, permit.repository)
        if await self._labels.remove(permit.repository_id, digest, label_id) is None:
            await self.get(permit, digest, label_id)
            raise InvalidRequest("Cannot delete immutable label: it is the image's own")

    async def _own(self, permit: RepositoryPermit, digest: Digest) -> list[Label]:
        row = (await self._reader.manifest(permit.actor, permit.repository, digest)).row
        manifest = read_manifest(row.content, row.media_type)
        return own_labels(digest, await self._configs.labels(permit.actor, permit.repository, manifest))
