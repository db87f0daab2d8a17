"""Manifests and their labels."""

from __future__ import annotations

import datetime
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.labels import Label
from charthouse.model.manifests import is_index
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.labels import LabelService
from charthouse.services.registry.manifest_details import Layer, ManifestViews
from charthouse.services.registry.pull_statistics import PullStatistics

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import permit_of
from .tags import date_or_null, digest_named


class LabelBody(BaseModel):
    """The request's body; without ``media_type`` JSON is told from text."""

    key: str
    value: str
    media_type: str | None = None


class LabelView(TypedDict):
    """A label; only those of source ``api`` can be deleted."""

    id: str
    key: str
    value: str
    source_type: str
    media_type: str


class ManifestHandlers:
    """Reads manifests, reads and changes their labels."""

    def __init__(self, manifests: ManifestViews, labels: LabelService, statistics: PullStatistics) -> None:
        self._manifests = manifests
        self._labels = labels
        self._statistics = statistics

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_manifest": self.get_manifest,
            "quay.manifest_pulls": self.manifest_pulls,
            "quay.list_labels": self.list_labels,
            "quay.add_label": self.add_label,
            "quay.get_label": self.get_label,
            "quay.delete_label": self.delete_label,
        }

    async def get_manifest(self, request: Request, manifestref: str) -> dict[str, Any]:
        """Answer GET repository/{repository}/manifest/{manifestref}; a digest, as tags move."""
        permit = permit_of(request, RepositoryPermit)
        found = await self._manifests.details(permit, digest_named(manifestref))
        layers = found.layers
        return {
            "digest": found.digest,
            "is_manifest_list": is_index(found.manifest.media_type),
            "manifest_data": found.text,
            "config_media_type": found.manifest.config_media_type or None,
            "layers_compressed_size": None if layers is None else sum(one.descriptor.size for one in layers),
            "layers": None if layers is None else [_layer(number, one) for number, one in enumerate(layers)],
        }

    async def manifest_pulls(self, request: Request, manifestref: str) -> dict[str, Any]:
        """Answer GET repository/{repository}/manifest/{manifestref}/pull_statistics."""
        digest = digest_named(manifestref)
        pulls = await self._statistics.of_manifest(permit_of(request, RepositoryPermit), digest)
        return {
            "manifest_digest": digest,
            "manifest_pull_count": pulls.count,
            "last_manifest_pull_date": date_or_null(pulls.last_ms),
        }

    async def list_labels(
        self,
        request: Request,
        manifestref: str,
        filter: str = "",
    ) -> dict[str, list[LabelView]]:
        """Answer GET repository/{repository}/manifest/{manifestref}/labels."""
        permit = permit_of(request, RepositoryPermit)
        found = await self._labels.all(permit, digest_named(manifestref), filter)
        return {"labels": [_label(label) for label in found]}

    async def add_label(
        self, request: Request, response: Response, manifestref: str, body: LabelBody
    ) -> dict[str, LabelView]:
        """Answer POST repository/{repository}/manifest/{manifestref}/labels."""
        permit, digest = permit_of(request, RepositoryPermit), digest_named(manifestref)
        label = await self._labels.add(permit, digest, body.key, body.value, body.media_type)
        address = f"/api/v1/repository/{permit.repository}/manifest/{digest}/labels/{label.label_id}"
        response.headers["Location"] = address
        return {"label": _label(label)}

    async def get_label(self, request: Request, manifestref: str, labelid: str) -> LabelView:
        """Answer GET repository/{repository}/manifest/{manifestref}/labels/{labelid}."""
        permit = permit_of(request, RepositoryPermit)
        return _label(await self._labels.get(permit, digest_named(manifestref), labelid))

    async def delete_label(self, request: Request, manifestref: str, labelid: str) -> None:
        """Answer DELETE repository/{repository}/manifest/{manifestref}/labels/{labelid}."""
        permit = permit_of(request, RepositoryPermit)
        await self._labels.remove(permit, digest_named(manifestref), labelid)


def _label(label: Label) -> LabelView:
    return {
        "id": label.label_id,
        "key": label.key,
        "value": label.value,
        "source_type": label.source,
        "media_type": label.media_type,
    }


def _layer(number: int, layer: Layer) -> dict[str, Any]:
    urls, made = layer.descriptor.urls, layer.history
    return {
        "index": number,
        "compressed_size": layer.descriptor.size,
        "is_remote": bool(urls),
        "urls": urls,
        "command": [made.created_by] if made.created_by else None,
        "comment": made.comment or None,
        "author": made.author or None,
        "blob_digest": layer.descriptor.digest,
        "created_datetime": _created(made.created),
    }


def _created(text: str) -> str | None:
    """Return a time of RFC 3339 as Quay writes dates, null for what is none."""
    try:
        moment = datetime.datetime.fromisoformat(text)
        return rfc2822(int(moment.timestamp() * 1000))
    except (ValueError, OverflowError):
        return None
