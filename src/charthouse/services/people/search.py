"""Searches: people to give something to, and repositories. Each tells only what the caller may know.

Names of users and organizations are no secret; those of teams and robots are told to those who administer them
or belong to the organization, those of repositories to those who may read them.
"""

from __future__ import annotations

import msgspec

from charthouse.model.errors import Denied, InvalidRequest, NotFound, Unauthorized
from charthouse.model.permissions import Actor, ActorKind, NamespaceRole
from charthouse.ports.accounts import Account, AccountKind
from charthouse.ports.directory import (
    Directory,
    FoundPerson,
    FoundRepository,
    FoundTeam,
    PeopleQuery,
    RepositoryQuery,
)
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.access.repositories import may_list, sees_every_repository

MOST = 10
LONGEST = 255


class SearchRules(msgspec.Struct, frozen=True, kw_only=True):
    """Settings. Without ``partial`` people are found by their whole names only; ``anonymous``: strangers search."""

    page_size: int = 10
    pages: int = 10
    partial: bool = True
    anonymous: bool = True


class Entities(msgspec.Struct, frozen=True):
    """Who may be meant. ``in_organization``: people are told apart by whether they belong to it."""

    teams: list[str]
    people: list[FoundPerson]
    organization: Account | None
    in_organization: bool


class RepositoryResults(msgspec.Struct, frozen=True):
    """A page of repositories, counted from 1."""

    found: list[FoundRepository]
    more: bool
    page: int
    page_size: int


class Everything(msgspec.Struct, frozen=True):
    """What goes by a text."""

    teams: list[FoundTeam]
    robots: list[Account]
    repositories: list[FoundRepository]
    namespaces: list[Account]


class Search:
    """Answers searches."""

    def __init__(self, directory: Directory, gate: Gate, rules: SearchRules) -> None:
        self._directory = directory
        self._gate = gate
        self._rules = rules

    async def entities(
        self, permit: AccountPermit, prefix: str, namespace: str, *, teams: bool, organizations: bool
    ) -> Entities:
        """Return who may be meant by the beginning of a name, in a namespace ("": anywhere)."""
        place = await self._place(permit, namespace)
        inside = place is not None and place.role >= NamespaceRole.MEMBER
        organization = None
        if place is not None and place.namespace.kind is AccountKind.ORGANIZATION:
            organization = place.namespace
        query = PeopleQuery(
            prefix=prefix[:LONGEST],
            robots_of=place.namespace.account_id if place is not None and inside else 0,
            organization_id=organization.account_id if organization is not None and inside else 0,
            limit=MOST,
            whole=not self._rules.partial,
        )
        people = await self._directory.people(query) if prefix else []
        named: list[str] = []
        if teams and inside and organization is not None:
            named = await self._directory.teams(organization.account_id, prefix[:LONGEST], MOST)
        shown = None
        if organizations and organization is not None and place is not None:
            administers = place.role >= NamespaceRole.ADMIN
            shown = organization if administers and organization.name.startswith(prefix) else None
        return Entities(named, people, shown, inside and organization is not None)

    async def repositories(self, actor: Actor, text: str, page: int) -> RepositoryResults:
        """Return a page of repositories with ``text`` in name or description; raises InvalidRequest."""
        self._admit(actor)
        size = self._rules.page_size
        if page > self._rules.pages:
            raise InvalidRequest(
                f"there are at most {self._rules.pages} pages: search for something narrower"
            )
        found = await self._repositories(actor, text, (page - 1) * size, size + 1)
        return RepositoryResults(found[:size], len(found) > size and page < self._rules.pages, page, size)

    async def namespaces(self, actor: Actor, text: str) -> list[Account]:
        """Return users and organizations that go by a text, what begins with it first."""
        self._admit(actor)
        return await self._directory.namespaces(text[:LONGEST], MOST)

    async def everything(self, actor: Actor, text: str) -> Everything:
        """Return what goes by a text."""
        self._admit(actor)
        text = text[:LONGEST]
        if not text:
            return Everything([], [], [], [])
        teams: list[FoundTeam] = []
        robots: list[Account] = []
        if actor.kind is not ActorKind.ANONYMOUS:
            await self._gate.account(actor)
            teams = await self._directory.administered_teams(actor.account_id, text, MOST)
            robots = await self._directory.administered_robots(actor.account_id, text, MOST)
        return Everything(
            teams=teams,
            robots=robots,
            repositories=await self._repositories(actor, text, 0, MOST),
            namespaces=await self._directory.namespaces(text, MOST),
        )

    async def _repositories(self, actor: Actor, text: str, offset: int, limit: int) -> list[FoundRepository]:
        query = RepositoryQuery(
            account_id=actor.account_id if may_list(actor) else 0,
            everything=sees_every_repository(actor),
            text=text[:LONGEST],
            offset=offset,
            limit=limit,
        )
        return await self._directory.repositories(query)

    async def _place(self, permit: AccountPermit, namespace: str) -> NamespacePermit | None:
        if not namespace:
            return None
        try:
            return await self._gate.namespace(permit.actor, namespace, NamespaceRole.NONE, reading=True)
        except (NotFound, Denied):
            return None

    def _admit(self, actor: Actor) -> None:
        if actor.kind is ActorKind.ANONYMOUS and not self._rules.anonymous:
            raise Unauthorized("Anonymous access is not allowed: log in")
