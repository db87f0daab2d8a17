"""The repositories that a user has starred."""

from __future__ import annotations

from typing import NotRequired

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.errors import InvalidRequest, NameInvalid
from charthouse.model.names import parse_repository
from charthouse.model.permissions import Role
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import AccountPermit
from charthouse.services.registry.listings import Listings, ListQuery

from .endpoints import Endpoints
from .guard import permit_of
from .paging import Pages
from .repositories import Position


class StarBody(BaseModel):
    """What to star."""

    namespace: str
    repository: str


class StarAnswer(TypedDict):
    """What was starred."""

    namespace: str
    repository: str


class StarredAnswer(TypedDict):
    """A starred repository."""

    namespace: str
    name: str
    description: str
    is_public: bool


class StarsAnswer(TypedDict):
    """A page of starred repositories."""

    repositories: list[StarredAnswer]
    next_page: NotRequired[str]


class StarHandlers:
    """Stars of the caller's own."""

    def __init__(self, gate: Gate, listings: Listings, pages: Pages) -> None:
        self._gate = gate
        self._listings = listings
        self._pages = pages

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_stars": self.list,
            "quay.create_star": self.create,
            "quay.delete_star": self.delete,
        }

    async def list(self, request: Request) -> StarsAnswer:
        """Answer GET user/starred: those that the caller may read now."""
        position = self._pages.position(request, Position)
        query = ListQuery(starred=True, after="" if position is None else position.after)
        page = await self._listings.page(permit_of(request, AccountPermit).actor, query)
        answer: StarsAnswer = {"repositories": []}
        for overview in (listed.overview for listed in page.found):
            namespace, _, name = overview.repository.partition("/")
            answer["repositories"].append(
                {
                    "namespace": namespace,
                    "name": name,
                    "description": overview.description,
                    "is_public": overview.public,
                }
            )
        if page.more_after:
            answer["next_page"] = self._pages.next_page(request, Position(page.more_after))
        return answer

    async def create(self, request: Request, body: StarBody) -> StarAnswer:
        """Answer POST user/starred."""
        owner = permit_of(request, AccountPermit)
        try:
            name = parse_repository(f"{body.namespace}/{body.repository}")
        except NameInvalid:
            raise InvalidRequest("Invalid repository name") from None
        permit = await self._gate.repository(owner.actor, name, Role.READ, reading=True)
        await self._listings.star(owner, permit)
        return {"namespace": body.namespace, "repository": body.repository}

    async def delete(self, request: Request, repository: str) -> None:
        """Answer DELETE user/starred/{repository}: also of what the caller may no longer read."""
        await self._listings.unstar(permit_of(request, AccountPermit), parse_repository(repository))
