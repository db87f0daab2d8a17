"""Organizations and the people in them."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import AccountKind
from charthouse.ports.teams import Person, TeamOverview
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.people.organizations import Organizations, OrganizationView, OrganizationWish
from charthouse.services.people.removal import Removal

from .endpoints import Endpoints
from .guard import permit_of
from .views import avatar, team_avatar


class NewOrganizationBody(BaseModel):
    """The request's body; what a form in a browser may add is ignored."""

    name: str
    email: str | None = None


class OrganizationBody(BaseModel):
    """What shall be changed; null and what is not given stays."""

    email: str | None = None
    invoice_email: bool | None = None
    invoice_email_address: str | None = None
    tag_expiration_s: int | None = None


class TeamPlace(TypedDict):
    """A team that somebody is in."""

    name: str
    avatar: dict[str, str]


class MemberAnswer(TypedDict):
    """A user of a team; ``repositories`` grant something to the user directly."""

    name: str
    kind: str
    avatar: dict[str, str]
    teams: list[TeamPlace]
    repositories: list[str]


class MembersAnswer(TypedDict):
    """The users of all teams."""

    members: list[MemberAnswer]


class CollaboratorAnswer(TypedDict):
    """A user in no team, to whom repositories grant something."""

    kind: str
    name: str
    avatar: dict[str, str]
    repositories: list[str]


class CollaboratorsAnswer(TypedDict):
    """All of them."""

    collaborators: list[CollaboratorAnswer]


class OrganizationHandlers:
    """Makes, shows, changes and deletes organizations."""

    def __init__(self, organizations: Organizations, removal: Removal) -> None:
        self._organizations = organizations
        self._removal = removal

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.create_organization": self.create,
            "quay.get_organization": self.get,
            "quay.change_organization": self.change,
            "quay.delete_organization": self.delete,
            "quay.get_organization_members": self.get_members,
            "quay.get_organization_member": self.get_member,
            "quay.remove_organization_member": self.remove_member,
            "quay.get_organization_collaborators": self.get_collaborators,
        }

    async def create(self, request: Request, body: NewOrganizationBody) -> str:
        """Answer POST organization/."""
        await self._organizations.create(permit_of(request, AccountPermit), body.name, body.email or "")
        return "Created"

    async def get(self, request: Request) -> dict[str, Any]:
        """Answer GET organization/{organization}."""
        return _shown(await self._organizations.view(permit_of(request, NamespacePermit)))

    async def change(self, request: Request, body: OrganizationBody) -> dict[str, Any]:
        """Answer PUT organization/{organization}."""
        wish = OrganizationWish(
            email=body.email,
            tag_window_s=body.tag_expiration_s,
            invoice_email=body.invoice_email,
            invoice_email_address=body.invoice_email_address,
        )
        return _shown(await self._organizations.change(permit_of(request, NamespacePermit), wish))

    async def delete(self, request: Request) -> None:
        """Answer DELETE organization/{organization}."""
        await self._removal.organization(permit_of(request, NamespacePermit))

    async def get_members(self, request: Request) -> MembersAnswer:
        """Answer GET …/members."""
        permit = permit_of(request, NamespacePermit)
        people = await self._organizations.people(permit)
        return {"members": [_member(permit.namespace.name, person) for person in people]}

    async def get_member(self, request: Request, member: str) -> MemberAnswer:
        """Answer GET …/members/{member}."""
        permit = permit_of(request, NamespacePermit)
        return _member(permit.namespace.name, await self._organizations.person(permit, member))

    async def remove_member(self, request: Request, member: str) -> None:
        """Answer DELETE …/members/{member}."""
        await self._organizations.remove_person(permit_of(request, NamespacePermit), member)

    async def get_collaborators(self, request: Request) -> CollaboratorsAnswer:
        """Answer GET …/collaborators."""
        people = await self._organizations.collaborators(permit_of(request, NamespacePermit))
        return {
            "collaborators": [
                {
                    "kind": "user",
                    "name": person.account.name,
                    "avatar": avatar(person.account.name, person.account.email, AccountKind.USER),
                    "repositories": person.repositories,
                }
                for person in people
            ]
        }


def _shown(view: OrganizationView) -> dict[str, Any]:
    account = view.account
    shown: dict[str, Any] = {
        "name": account.name,
        "email": account.email if view.detailed else "",
        "avatar": avatar(account.name, account.email, AccountKind.ORGANIZATION),
        "is_admin": view.is_admin,
        "is_member": view.is_member,
    }
    if view.teams is not None:
        shown["teams"] = {found.team.name: _team(account.name, found, view) for found in view.teams}
        shown["ordered_teams"] = [found.team.name for found in view.teams]
    if view.detailed:
        shown |= {
            "invoice_email": view.invoices.invoice_email,
            "invoice_email_address": view.invoices.invoice_email_address,
            "tag_expiration_s": view.tag_window_s,
            "is_free_account": True,
        }
    return shown


def _team(organization: str, found: TeamOverview, view: OrganizationView) -> dict[str, Any]:
    team = found.team
    return {
        "name": team.name,
        "description": team.description,
        "role": role_name(team.role),
        "avatar": team_avatar(organization, team.name),
        "can_view": view.detailed or found.joined,
        "repo_count": found.repositories,
        "member_count": found.members,
        "is_synced": False,
    }


def role_name(role: NamespaceRole) -> str:
    """Return a team's role as Quay calls it."""
    return role.name.lower()


def _member(organization: str, person: Person) -> MemberAnswer:
    return {
        "name": person.account.name,
        "kind": "user",
        "avatar": avatar(person.account.name, person.account.email, AccountKind.USER),
        "teams": [{"name": name, "avatar": team_avatar(organization, name)} for name in person.teams],
        "repositories": person.repositories,
    }
