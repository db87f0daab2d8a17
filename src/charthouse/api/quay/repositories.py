"""Repositories: making, listing, showing and changing them."""

from __future__ import annotations

import datetime
from typing import Literal, NotRequired

import msgspec
from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.errors import InvalidRequest, NameInvalid
from charthouse.model.manifests import is_index
from charthouse.model.names import RepositoryName, parse_repository
from charthouse.model.permissions import ActorKind, RepositoryState, Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.tags import TagLife
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import AccountPermit, RepositoryPermit
from charthouse.services.registry.administration import Administration
from charthouse.services.registry.listings import Listed, Listings, ListQuery

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import caller_of, is_absent, permit_of
from .paging import Pages
from .queries import Flag

_KIND = "image"
_EPOCH = datetime.date(1970, 1, 1)


class RepositoryBody(BaseModel):
    """What to make. Without a namespace it is the caller's own."""

    repository: str
    visibility: Literal["public", "private"]
    description: str
    namespace: str | None = None
    repo_kind: Literal["image"] | None = None


class DescriptionBody(BaseModel):
    """The request's body."""

    description: str


class VisibilityBody(BaseModel):
    """The request's body."""

    visibility: Literal["public", "private"]


class StateBody(BaseModel):
    """The request's body."""

    state: Literal["NORMAL", "READ_ONLY", "MIRROR"]


class MadeAnswer(TypedDict):
    """What was made."""

    namespace: str
    name: str
    kind: str


class ListedAnswer(TypedDict):
    """A repository in a list. ``last_modified`` is unix seconds, ``popularity`` pulls of three months."""

    namespace: str
    name: str
    description: str
    is_public: bool
    kind: str
    state: str
    last_modified: NotRequired[int | None]
    popularity: NotRequired[float]
    is_starred: NotRequired[bool]


class ListAnswer(TypedDict):
    """A page of repositories."""

    repositories: list[ListedAnswer]
    next_page: NotRequired[str]


class DayAnswer(TypedDict):
    """Pulls on a day (ISO 8601, UTC)."""

    date: str
    count: int


class RecentTagAnswer(TypedDict):
    """A tag; ``size`` is null for an index."""

    name: str
    size: int | None
    last_modified: str
    manifest_digest: str
    expiration: NotRequired[str]


class RepositoryAnswer(TypedDict):
    """A repository."""

    namespace: str
    name: str
    kind: str
    description: str
    is_public: bool
    is_organization: bool
    is_starred: bool
    status_token: str
    trust_enabled: bool
    tag_expiration_s: int
    is_free_account: bool
    state: str
    can_write: bool
    can_admin: bool
    tags: NotRequired[dict[str, RecentTagAnswer]]
    stats: NotRequired[list[DayAnswer]]


class DoneAnswer(TypedDict):
    """It is done."""

    success: bool


class Position(msgspec.Struct):
    """Where a page of repositories begins."""

    after: str


class RepositoryHandlers:
    """Repositories. ``tag_window_s``: how long tags can be brought back in namespaces that have not chosen."""

    def __init__(
        self, gate: Gate, administration: Administration, listings: Listings, pages: Pages, tag_window_s: int
    ) -> None:
        self._gate = gate
        self._administration = administration
        self._listings = listings
        self._pages = pages
        self._tag_window_s = tag_window_s

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.create_repository": self.create,
            "quay.list_repositories": self.list,
            "quay.get_repository": self.get,
            "quay.change_repository": self.change,
            "quay.delete_repository": self.delete,
            "quay.change_visibility": self.change_visibility,
            "quay.change_state": self.change_state,
        }

    async def create(self, request: Request, body: RepositoryBody) -> MadeAnswer:
        """Answer POST repository."""
        permit = permit_of(request, AccountPermit)
        namespace = body.namespace or permit.account.name
        name = _new_name(namespace, body.repository)
        creation = await self._gate.creation(permit.actor, name)
        await self._administration.create(creation, body.description, public=body.visibility == "public")
        return {"namespace": namespace, "name": body.repository, "kind": _KIND}

    async def list(
        self,
        request: Request,
        namespace: str = "",
        starred: Flag = False,
        public: Flag = False,
        last_modified: Flag = False,
        popularity: Flag = False,
        repo_kind: Literal["image", "application"] = "image",
    ) -> ListAnswer:
        """Answer GET repository."""
        actor = caller_of(request).actor
        position = self._pages.position(request, Position)
        query = ListQuery(
            namespace=namespace,
            starred=starred,
            public=public,
            popularity=popularity,
            after="" if position is None else position.after,
        )
        page = await self._listings.page(actor, query)
        known = actor.kind is not ActorKind.ANONYMOUS
        found = page.found if repo_kind == _KIND else []
        answer: ListAnswer = {
            "repositories": [_listed(one, last_modified=last_modified, stars=known) for one in found]
        }
        if page.more_after and found:
            answer["next_page"] = self._pages.next_page(request, Position(page.more_after))
        return answer

    async def get(
        self,
        request: Request,
        includeTags: Flag = True,  # noqa: N803 -- Quay's name
        includeStats: Flag = False,  # noqa: N803 -- Quay's name
    ) -> RepositoryAnswer:
        """Answer GET repository/{repository}."""
        permit = permit_of(request, RepositoryPermit)
        shown = await self._listings.shown(permit)
        overview, owner = shown.overview, shown.namespace
        namespace, _, name = overview.repository.partition("/")
        window = owner.tag_window_s
        answer: RepositoryAnswer = {
            "namespace": namespace,
            "name": name,
            "kind": _KIND,
            "description": overview.description,
            "is_public": overview.public,
            "is_organization": owner.kind is AccountKind.ORGANIZATION,
            "is_starred": overview.starred,
            "status_token": "",
            "trust_enabled": False,
            "tag_expiration_s": self._tag_window_s if window is None else window,
            "is_free_account": True,
            "state": overview.state.name,
            "can_write": permit.role >= Role.WRITE and overview.state is RepositoryState.NORMAL,
            "can_admin": permit.role >= Role.ADMIN,
        }
        if includeTags:
            answer["tags"] = {tag.name: _tag(tag) for tag in await self._listings.recent_tags(permit)}
        if includeStats:
            days = await self._listings.pulls_by_day(permit)
            answer["stats"] = [{"date": _date(day.day), "count": day.pulls} for day in days]
        return answer

    async def change(self, request: Request, body: DescriptionBody) -> DoneAnswer:
        """Answer PUT repository/{repository}."""
        await self._administration.describe(permit_of(request, RepositoryPermit), body.description)
        return {"success": True}

    async def delete(self, request: Request) -> None:
        """Answer DELETE repository/{repository}."""
        if not is_absent(request):
            await self._administration.delete(permit_of(request, RepositoryPermit))

    async def change_visibility(self, request: Request, body: VisibilityBody) -> DoneAnswer:
        """Answer POST repository/{repository}/changevisibility."""
        permit = permit_of(request, RepositoryPermit)
        await self._administration.set_visibility(permit, body.visibility == "public")
        return {"success": True}

    async def change_state(self, request: Request, body: StateBody) -> DoneAnswer:
        """Answer PUT repository/{repository}/changestate."""
        permit = permit_of(request, RepositoryPermit)
        await self._administration.set_state(permit, RepositoryState[body.state])
        return {"success": True}


def _new_name(namespace: str, name: str) -> RepositoryName:
    try:
        parsed = parse_repository(f"{namespace}/{name}")
    except NameInvalid:
        parsed = None
    if parsed is None or "/" in namespace:
        raise InvalidRequest("Invalid repository name")
    return parsed


def _listed(listed: Listed, *, last_modified: bool, stars: bool) -> ListedAnswer:
    overview = listed.overview
    namespace, _, name = overview.repository.partition("/")
    answer: ListedAnswer = {
        "namespace": namespace,
        "name": name,
        "description": overview.description,
        "is_public": overview.public,
        "kind": _KIND,
        "state": overview.state.name,
    }
    if last_modified:
        modified = overview.modified_ms
        answer["last_modified"] = None if modified is None else modified // 1000
    if listed.pulls is not None:
        answer["popularity"] = float(listed.pulls)
    if stars:
        answer["is_starred"] = overview.starred
    return answer


def _tag(tag: TagLife) -> RecentTagAnswer:
    answer: RecentTagAnswer = {
        "name": tag.name,
        "size": None if is_index(tag.media_type) else tag.size,
        "last_modified": rfc2822(tag.start_ms),
        "manifest_digest": tag.digest,
    }
    if tag.end_ms is not None:
        answer["expiration"] = rfc2822(tag.end_ms)
    return answer


def _date(day: int) -> str:
    return (_EPOCH + datetime.timedelta(days=day)).isoformat()
