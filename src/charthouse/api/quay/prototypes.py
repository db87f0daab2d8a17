"""Default permissions of organizations, which Quay calls prototypes."""

from __future__ import annotations

from typing import Literal, NotRequired

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.permissions import Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.defaults import DefaultPermission, Delegate
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.people.defaults import Defaults

from .endpoints import Endpoints
from .guard import permit_of
from .views import avatar, team_avatar

_ROLES = {"read": Role.READ, "write": Role.WRITE, "admin": Role.ADMIN}
RoleName = Literal["read", "write", "admin"]


class DelegateBody(BaseModel):
    """Who shall be granted something."""

    name: str
    kind: Literal["user", "team"]


class CreatorBody(BaseModel):
    """Whose repositories are meant."""

    name: str


class NewPrototypeBody(BaseModel):
    """The request's body; without ``activating_user`` whoever makes the repository."""

    role: RoleName
    delegate: DelegateBody
    activating_user: CreatorBody | None = None


class PrototypeBody(BaseModel):
    """What can be changed."""

    role: RoleName


class DelegateAnswer(TypedDict):
    """A user, robot or team."""

    name: str
    kind: str
    avatar: dict[str, str]
    is_robot: NotRequired[bool]
    is_org_member: NotRequired[bool]


class PrototypeAnswer(TypedDict):
    """A default permission."""

    id: str
    role: str
    activating_user: DelegateAnswer | None
    delegate: DelegateAnswer


class PrototypesAnswer(TypedDict):
    """All of an organization."""

    prototypes: list[PrototypeAnswer]


class PrototypeHandlers:
    """Answers for one organization, which the permit names."""

    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_prototypes": self.get,
            "quay.create_prototype": self.create,
            "quay.change_prototype": self.change,
            "quay.delete_prototype": self.delete,
        }

    async def get(self, request: Request) -> PrototypesAnswer:
        """Answer GET …/prototypes."""
        permit = permit_of(request, NamespacePermit)
        found = await self._defaults.all(permit)
        return {"prototypes": [_shown(permit, one) for one in found]}

    async def create(self, request: Request, body: NewPrototypeBody) -> PrototypeAnswer:
        """Answer POST …/prototypes."""
        permit = permit_of(request, NamespacePermit)
        made = await self._defaults.add(
            permit,
            _ROLES[body.role],
            body.delegate.name,
            to_team=body.delegate.kind == "team",
            creator=None if body.activating_user is None else body.activating_user.name,
        )
        return _shown(permit, made)

    async def change(self, request: Request, prototype: str, body: PrototypeBody) -> PrototypeAnswer:
        """Answer PUT …/prototypes/{prototype}."""
        permit = permit_of(request, NamespacePermit)
        return _shown(permit, await self._defaults.change(permit, prototype, _ROLES[body.role]))

    async def delete(self, request: Request, prototype: str) -> None:
        """Answer DELETE …/prototypes/{prototype}."""
        await self._defaults.remove(permit_of(request, NamespacePermit), prototype)


def _shown(permit: NamespacePermit, one: DefaultPermission) -> PrototypeAnswer:
    team: DelegateAnswer = {
        "name": one.team,
        "kind": "team",
        "avatar": team_avatar(permit.namespace.name, one.team),
    }
    return {
        "id": one.uuid,
        "role": one.role.name.lower(),
        "activating_user": None if one.creator is None else _person(one.creator),
        "delegate": team if one.account is None else _person(one.account),
    }


def _person(who: Delegate) -> DelegateAnswer:
    account = who.account
    return {
        "name": account.name,
        "is_robot": account.kind is AccountKind.ROBOT,
        "kind": "user",
        "is_org_member": who.member,
        "avatar": avatar(account.name, account.email, account.kind),
    }
