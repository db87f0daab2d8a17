"""Robots of users and of organizations."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from fastapi import Query, Request
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.robots import RobotGrant
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.identity.robots import MOST_ROBOTS, Robots, RobotView, RobotWish

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import permit_of
from .views import team_avatar

_ROLES = {"read": Role.READ, "write": Role.WRITE, "admin": Role.ADMIN}


class GrantBody(BaseModel):
    """What the robot shall be granted; ``repository`` is a name in the namespace, without it."""

    repository: str
    role: Literal["read", "write", "admin"]


class RobotBody(BaseModel):
    """The request's body. The last two fields are ours: a robot that is limited, or manages what it makes."""

    description: str | None = Field(default=None, max_length=255)
    unstructured_metadata: dict[str, Any] | None = None
    permissions: list[GrantBody] | None = None
    creates_repositories: bool | None = None

    def wish(self) -> RobotWish:
        """Return it in the service's terms."""
        grants = self.permissions
        return RobotWish(
            description=self.description,
            metadata=self.unstructured_metadata,
            creates=self.creates_repositories,
            grants=None if grants is None else [(g.repository, _ROLES[g.role]) for g in grants],
        )


class TeamAnswer(TypedDict):
    """A team that a robot is in."""

    name: str
    avatar: dict[str, str]


class RobotAnswer(TypedDict):
    """A robot. ``teams`` and ``repositories`` are in lists that ask for them, ``token`` for administrators."""

    name: str
    created: str
    last_accessed: str | None
    description: str
    creates_repositories: bool
    token: NotRequired[str]
    unstructured_metadata: NotRequired[dict[str, Any]]
    teams: NotRequired[list[TeamAnswer]]
    repositories: NotRequired[list[str]]


class RobotsAnswer(TypedDict):
    """A list of robots."""

    robots: list[RobotAnswer]


class RepositoryAnswer(TypedDict):
    """A repository that grants something."""

    name: str
    is_public: bool


class GrantAnswer(TypedDict):
    """What a repository grants to a robot itself."""

    repository: RepositoryAnswer
    role: str


class GrantsAnswer(TypedDict):
    """What a robot is granted."""

    permissions: list[GrantAnswer]


class RobotHandlers:
    """Answers for both kinds of owner; the permit says whose robots are meant."""

    def __init__(self, robots: Robots) -> None:
        self._robots = robots

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            f"quay.{operation.format(kind)}": handler
            for kind in ("user", "org")
            for operation, handler in (
                ("get_{}_robots", self.get_robots),
                ("get_{}_robot", self.get_robot),
                ("create_{}_robot", self.create_robot),
                ("change_{}_robot", self.change_robot),
                ("delete_{}_robot", self.delete_robot),
                ("get_{}_robot_permissions", self.get_permissions),
                ("regenerate_{}_robot_token", self.regenerate),
            )
        }

    async def get_robots(
        self,
        request: Request,
        permissions: bool = False,
        token: bool = True,
        limit: int = Query(MOST_ROBOTS, ge=1, le=MOST_ROBOTS),
    ) -> RobotsAnswer:
        """Answer GET …/robots."""
        views = await self._robots.all_of(
            owner_of(request), limit=limit, with_token=token, with_rights=permissions
        )
        return {"robots": [_listed(view) for view in views]}

    async def get_robot(self, request: Request, robot: str) -> RobotAnswer:
        """Answer GET …/robots/{robot}."""
        return _shown(await self._robots.get(owner_of(request), robot))

    async def create_robot(self, request: Request, robot: str, body: RobotBody | None = None) -> RobotAnswer:
        """Answer PUT …/robots/{robot}: makes one, and never changes one."""
        wish = (body or RobotBody()).wish()
        return _shown(await self._robots.create(owner_of(request), robot, wish))

    async def change_robot(self, request: Request, robot: str, body: RobotBody) -> RobotAnswer:
        """Answer PATCH …/robots/{robot}, which Quay does not have: what the body leaves out stays."""
        return _shown(await self._robots.change(owner_of(request), robot, body.wish()))

    async def delete_robot(self, request: Request, robot: str) -> None:
        """Answer DELETE …/robots/{robot}."""
        await self._robots.delete(owner_of(request), robot)

    async def get_permissions(self, request: Request, robot: str) -> GrantsAnswer:
        """Answer GET …/robots/{robot}/permissions."""
        grants = await self._robots.grants(owner_of(request), robot)
        return {"permissions": [_granted(grant) for grant in grants]}

    async def regenerate(self, request: Request, robot: str) -> RobotAnswer:
        """Answer POST …/robots/{robot}/regenerate."""
        return _shown(await self._robots.regenerate(owner_of(request), robot))


def owner_of(request: Request) -> NamespacePermit:
    """Return the permit for the namespace whose robots are meant: the organization's, or the caller's own."""
    if "organization" in request.path_params:
        return permit_of(request, NamespacePermit)
    permit = permit_of(request, AccountPermit)
    return NamespacePermit(permit.actor, permit.account, NamespaceRole.ADMIN)


def _described(view: RobotView) -> RobotAnswer:
    robot = view.robot
    answer: RobotAnswer = {
        "name": robot.account.name,
        "created": rfc2822(robot.account.created_ms),
        "last_accessed": None if view.last_used_ms is None else rfc2822(view.last_used_ms),
        "description": robot.description,
        "creates_repositories": robot.creates,
    }
    if view.token is not None:
        answer["token"] = view.token
    return answer


def _listed(view: RobotView) -> RobotAnswer:
    answer = _described(view)
    if view.rights is not None:
        namespace = view.robot.account.name.partition("+")[0]
        answer["teams"] = [
            {"name": team, "avatar": team_avatar(namespace, team)} for team in view.rights.teams
        ]
        answer["repositories"] = [_without_namespace(path) for path in view.rights.repositories]
    return answer


def _shown(view: RobotView) -> RobotAnswer:
    answer = _described(view)
    answer["unstructured_metadata"] = view.metadata
    return answer


def _granted(grant: RobotGrant) -> GrantAnswer:
    return {
        "repository": {"name": _without_namespace(grant.repository), "is_public": grant.public},
        "role": grant.role.name.lower(),
    }


def _without_namespace(path: str) -> str:
    return path.partition("/")[2]
