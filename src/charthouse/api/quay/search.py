"""Searches: people and teams as somebody types their names, and everything that goes by a text."""

from __future__ import annotations

from typing import Any

from fastapi import Query, Request

from charthouse.model.names import is_robot, namespace_of_robot
from charthouse.ports.accounts import Account, AccountKind
from charthouse.ports.directory import FoundPerson, FoundRepository, FoundTeam
from charthouse.services.access.permits import AccountPermit
from charthouse.services.people.search import Search

from .endpoints import Endpoints
from .guard import caller_of, permit_of
from .queries import Flag
from .views import avatar, team_avatar

_KINDS = {AccountKind.USER: "user", AccountKind.ORGANIZATION: "organization", AccountKind.ROBOT: "robot"}
_TITLES = {AccountKind.USER: "user", AccountKind.ORGANIZATION: "org", AccountKind.ROBOT: "robot"}


class SearchHandlers:
    """Answers searches."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_entities": self.entities,
            "quay.find_repositories": self.repositories,
            "quay.find_all": self.everything,
        }

    async def entities(
        self,
        request: Request,
        prefix: str,
        namespace: str = "",
        includeTeams: Flag = False,  # noqa: N803 -- Quay's name
        includeOrgs: Flag = False,  # noqa: N803 -- Quay's name
    ) -> dict[str, Any]:
        """Answer GET entities/{prefix}."""
        permit = permit_of(request, AccountPermit)
        found = await self._search.entities(
            permit, prefix, namespace, teams=includeTeams, organizations=includeOrgs
        )
        results = [
            {"name": name, "kind": "team", "is_org_member": True, "avatar": team_avatar(namespace, name)}
            for name in found.teams
        ]
        results += [_person(person, found.in_organization) for person in found.people]
        if found.organization is not None:
            results.append(
                {
                    "name": found.organization.name,
                    "kind": "org",
                    "is_org_member": True,
                    "avatar": _avatar(found.organization),
                }
            )
        return {"results": results}

    async def repositories(
        self, request: Request, query: str = "", page: int = Query(1, ge=1)
    ) -> dict[str, Any]:
        """Answer GET find/repositories."""
        found = await self._search.repositories(caller_of(request).actor, query, page)
        return {
            "results": [_repository(one, query) for one in found.found],
            "has_additional": found.more,
            "page": found.page,
            "page_size": found.page_size,
            "start_index": (found.page - 1) * found.page_size,
        }

    async def everything(self, request: Request, query: str = "") -> dict[str, Any]:
        """Answer GET find/all: what comes closest first."""
        found = await self._search.everything(caller_of(request).actor, query)
        results = [
            *(_team(team, query) for team in found.teams),
            *(_account(robot, query) for robot in found.robots),
            *(_repository(repository, query) for repository in found.repositories),
            *(_account(namespace, query) for namespace in found.namespaces),
        ]
        return {"results": sorted(results, key=lambda result: -result["score"])}


def _person(person: FoundPerson, in_organization: bool) -> dict[str, Any]:
    account = person.account
    shown: dict[str, Any] = {
        "name": account.name,
        "kind": "user",
        "is_robot": account.kind is AccountKind.ROBOT,
        "avatar": _avatar(account),
    }
    return shown | {"is_org_member": person.member} if in_organization else shown


def _account(account: Account, text: str) -> dict[str, Any]:
    short = account.name.partition("+")[2] if is_robot(account.name) else account.name
    return {
        "kind": _KINDS[account.kind],
        "title": _TITLES[account.kind],
        "name": account.name,
        "short_name": short,
        "avatar": _avatar(account),
        "score": _score(short, text),
        "href": _address(account),
    }


def _repository(found: FoundRepository, text: str) -> dict[str, Any]:
    name = found.path.partition("/")[2]
    return {
        "kind": "repository",
        "title": "repository",
        "namespace": _account(found.namespace, text),
        "name": name,
        "description": found.description,
        "is_public": found.public,
        "score": _score(name, text),
        "href": f"/repository/{found.path}",
    }


def _team(found: FoundTeam, text: str) -> dict[str, Any]:
    organization = found.organization.name
    return {
        "kind": "team",
        "title": "team",
        "name": found.name,
        "organization": _account(found.organization, text),
        "avatar": team_avatar(organization, found.name),
        "score": _score(found.name, text),
        "href": f"/organization/{organization}/teams/{found.name}",
    }


def _address(account: Account) -> str:
    match account.kind:
        case AccountKind.ROBOT:
            owner = namespace_of_robot(account.name)
            return f"/organization/{owner}?tab=robots&showRobot={account.name}"
        case AccountKind.ORGANIZATION:
            return f"/organization/{account.name}"
        case _:
            return f"/user/{account.name}"


def _avatar(account: Account) -> dict[str, str]:
    return avatar(account.name, account.email, account.kind)


def _score(name: str, text: str) -> float:
    """Return how close a name comes to what was typed: 3 the same, 2 begins so, 1 has it in it or elsewhere."""
    typed = text.lower()
    return 3.0 if name == typed else 2.0 if name.startswith(typed) else 1.0
