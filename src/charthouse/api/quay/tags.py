"""Tags: list and history, moving, dates, protection, restoring, pull statistics."""

from __future__ import annotations

from typing import Annotated, NotRequired

import msgspec
from fastapi import Query, Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.digests import Digest, parse_digest
from charthouse.model.errors import DigestInvalid, InvalidRequest, ManifestUnknown
from charthouse.model.manifests import is_index
from charthouse.model.names import parse_tag
from charthouse.ports.tags import TagLife
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.pull_statistics import PullStatistics
from charthouse.services.registry.tags import LARGEST_PAGE, TagService

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import permit_of
from .queries import Flag

_LAST_PAGE = 10**9


class ChangeTagBody(BaseModel):
    """What is not there stays as it is. ``expiration`` is seconds since the epoch, null takes the date away."""

    manifest_digest: str | None = None
    expiration: float | None = None
    immutable: bool | None = None


class RestoreTagBody(BaseModel):
    """The request's body."""

    manifest_digest: str


class ExpireTagBody(BaseModel):
    """The request's body. What an index lists goes with it, so ``include_submanifests`` changes nothing."""

    manifest_digest: str | None = None
    include_submanifests: bool = False
    is_alive: bool = False


class TagView(TypedDict):
    """A life of a tag; ``size`` is null for an index."""

    name: str
    reversion: bool
    start_ts: int
    end_ts: NotRequired[int]
    manifest_digest: str
    is_manifest_list: bool
    size: int | None
    last_modified: str
    expiration: NotRequired[str]
    immutable: bool


class TagPage(TypedDict):
    """A page of lives, newest first."""

    tags: list[TagView]
    page: int
    has_additional: bool


class TagPullsView(TypedDict):
    """Pulls of a tag, and of what it points at; dates are null when there were none."""

    tag_name: str
    tag_pull_count: int
    last_tag_pull_date: str | None
    current_manifest_digest: str
    manifest_pull_count: int
    last_manifest_pull_date: str | None


class TagHandlers:
    """Reads and changes tags."""

    def __init__(self, tags: TagService, statistics: PullStatistics) -> None:
        self._tags = tags
        self._statistics = statistics

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_tags": self.list_tags,
            "quay.change_tag": self.change_tag,
            "quay.delete_tag": self.delete_tag,
            "quay.restore_tag": self.restore_tag,
            "quay.expire_tag": self.expire_tag,
            "quay.tag_pulls": self.tag_pulls,
        }

    async def list_tags(
        self,
        request: Request,
        name: Annotated[str, Query(alias="specificTag")] = "",
        only_active: Annotated[Flag, Query(alias="onlyActiveTags")] = False,
        filter_tag_name: str = "",
        page: int = 1,
        limit: int = 50,
    ) -> TagPage:
        """Answer GET repository/{repository}/tag/: the history, unless only tags that live are asked for."""
        exact, part = _filter(filter_tag_name)
        page = min(max(page, 1), _LAST_PAGE)
        found, more = await self._tags.lives(
            permit_of(request, RepositoryPermit),
            live=only_active,
            name=name or exact,
            part=part,
            page=page,
            limit=min(max(limit, 1), LARGEST_PAGE),
        )
        return {"tags": [tag_view(life) for life in found], "page": page, "has_additional": more}

    async def change_tag(self, request: Request, tag: str, body: ChangeTagBody) -> str:
        """Answer PUT repository/{repository}/tag/{tag}."""
        expires_ms: int | msgspec.UnsetType | None = msgspec.UNSET
        if "expiration" in body.model_fields_set:
            expires_ms = None if body.expiration is None else _milliseconds(body.expiration)
        await self._tags.change(
            permit_of(request, RepositoryPermit),
            parse_tag(tag),
            digest=None if body.manifest_digest is None else digest_named(body.manifest_digest),
            expires_ms=expires_ms,
            immutable=body.immutable,
        )
        return "Updated"

    async def delete_tag(self, request: Request, tag: str) -> None:
        """Answer DELETE repository/{repository}/tag/{tag}."""
        await self._tags.delete(permit_of(request, RepositoryPermit), parse_tag(tag))

    async def restore_tag(self, request: Request, tag: str, body: RestoreTagBody) -> dict[str, str]:
        """Answer POST repository/{repository}/tag/{tag}/restore."""
        permit = permit_of(request, RepositoryPermit)
        await self._tags.restore(permit, parse_tag(tag), digest_named(body.manifest_digest))
        return {}

    async def expire_tag(self, request: Request, tag: str, body: ExpireTagBody | None = None) -> str:
        """Answer POST repository/{repository}/tag/{tag}/expire: no time machine brings it back."""
        permit, asked = permit_of(request, RepositoryPermit), body or ExpireTagBody()
        digest = None if asked.manifest_digest is None else digest_named(asked.manifest_digest)
        await self._tags.forget(permit, parse_tag(tag), digest, live=asked.is_alive)
        return ""

    async def tag_pulls(self, request: Request, tag: str) -> TagPullsView:
        """Answer GET repository/{repository}/tag/{tag}/pull_statistics."""
        permit = permit_of(request, RepositoryPermit)
        digest, by_tag, by_digest = await self._statistics.of_tag(permit, tag)
        return {
            "tag_name": tag,
            "tag_pull_count": by_tag.count,
            "last_tag_pull_date": date_or_null(by_tag.last_ms),
            "current_manifest_digest": digest,
            "manifest_pull_count": by_digest.count,
            "last_manifest_pull_date": date_or_null(by_digest.last_ms),
        }


def tag_view(life: TagLife) -> TagView:
    """Return a life of a tag as Quay shows it."""
    index = is_index(life.media_type)
    view: TagView = {
        "name": life.name,
        "reversion": life.restored,
        "start_ts": life.start_ms // 1000,
        "manifest_digest": life.digest,
        "is_manifest_list": index,
        "size": None if index else life.size,
        "last_modified": rfc2822(life.start_ms),
        "immutable": life.immutable,
    }
    if life.end_ms is not None:
        view["end_ts"] = life.end_ms // 1000
        view["expiration"] = rfc2822(life.end_ms)
    return view


def digest_named(text: str) -> Digest:
    """Return the digest by which somebody asks for a manifest; raises ManifestUnknown for what is none."""
    try:
        return parse_digest(text)
    except DigestInvalid:
        raise ManifestUnknown("a manifest is named by its digest here", {"reference": text[:200]}) from None


def date_or_null(at_ms: int | None) -> str | None:
    """Return a date as Quay writes it, null for none."""
    return None if at_ms is None else rfc2822(at_ms)


def _filter(text: str) -> tuple[str, str]:
    """Return the whole name and the part of one that ``eq:…`` or ``like:…`` asks for."""
    operation, separator, value = text.partition(":")
    if not text:
        return "", ""
    if separator and operation == "eq":
        return value, ""
    if separator and operation == "like":
        return "", value
    raise InvalidRequest("filter_tag_name: write eq:<name> or like:<part of a name>")


def _milliseconds(seconds: float) -> int:
    if not 0 <= seconds < 2**40:
        raise InvalidRequest("expiration: must be seconds since 1970, in the future")
    return int(seconds * 1000)
