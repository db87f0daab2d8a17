"""Labels that people gave to manifests. Those of images are in the images, and never stored again."""

from __future__ import annotations

from typing import Protocol

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.labels import Label


class AddLabel(msgspec.Struct, frozen=True):
    """Give a label to a manifest that may have ``most`` of them."""

    repository_id: int
    digest: Digest
    label: Label
    most: int


class Labels(Protocol):
    """Labels of live manifests. Writing raises RepositoryReadOnly unless the repository is in its normal state."""

    async def add(self, command: AddLabel) -> None:
        """Do it; raises ManifestUnknown, or InvalidRequest when there are too many."""

    async def all(self, repository_id: int, digest: Digest) -> list[Label]:
        """Return the labels of a manifest, by key."""

    async def remove(self, repository_id: int, digest: Digest, label_id: str) -> Label | None:
        """Take a label away and return it; None when it is not there."""
