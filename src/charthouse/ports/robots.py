"""Robots: accounts that belong to a user or an organization and log in to the registry by a token.

A robot's full name is ``<namespace>+<short name>``; it has rights in its own namespace only. Source: Quay 3.7's
robots. Robots that are limited to repositories at birth, or manage what they create, are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from charthouse.model.permissions import Role

from .accounts import Account


class RobotGrant(msgspec.Struct, frozen=True):
    """What a repository grants to a robot itself, not by a team. ``repository`` is the full name."""

    repository: str
    role: Role
    public: bool = False


class Robot(msgspec.Struct, frozen=True):
    """A robot. ``metadata`` is a JSON object, or ""; ``creates``: it may create repositories, and administers those.

    ``sealed_token`` is what the vault made of the token.
    """

    account: Account
    owner_id: int
    sealed_token: bytes
    creates: bool
    description: str
    metadata: str


class RobotRights(msgspec.Struct, frozen=True):
    """Where a robot has rights: names of its teams, full names of the repositories that grant it something."""

    teams: tuple[str, ...]
    repositories: tuple[str, ...]


class NewRobot(msgspec.Struct, frozen=True, kw_only=True):
    """A robot to create, and what repositories of its namespace shall grant to it. ``name`` is the full one."""

    owner_id: int
    name: str
    sealed_token: bytes
    creates: bool
    description: str
    metadata: str
    grants: Sequence[RobotGrant]
    now_ms: int


class RobotChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of a robot; None leaves a thing as it is. ``grants`` replaces all that it has by itself."""

    creates: bool | None = None
    description: str | None = None
    metadata: str | None = None
    grants: Sequence[RobotGrant] | None = None


class RobotLogin(msgspec.Struct, frozen=True):
    """What must be known to let a robot in, read at one moment."""

    robot: Robot
    owner: Account


class TrustedIdentity(msgspec.Struct, frozen=True):
    """Whose tokens become a robot's: of this issuer, with this subject, these audiences and claims.

    What ``subject`` and the values of ``claims`` may be stands in ``services/identity/federation``.
    """

    issuer: str
    subject: str
    audiences: tuple[str, ...] = ()
    claims: Mapping[str, str] = {}


class Robots(Protocol):
    """Robots and what they trust. All may raise Unavailable."""

    async def add(self, robot: NewRobot) -> Robot:
        """Create a robot with its grants, in one transaction.

        Raises AlreadyExists, NotFound (there is no such owner), or InvalidRequest for a repository that its namespace
        does not have.
        """

    async def get(self, owner_id: int, name: str) -> Robot | None:
        """Return the robot of this owner and full name."""

    async def all_of(self, owner_id: int, limit: int, after: str = "", part: str = "") -> list[Robot]:
        """Return at most ``limit`` robots of an owner, by name.

        Their full names come after ``after``, and their short ones have ``part`` in them, in either case.
        """

    async def change(self, robot_id: int, change: RobotChange) -> bool:
        """Change a robot, False when it is gone; raises InvalidRequest for a repository that its namespace does not have."""

    async def set_token(self, robot_id: int, sealed_token: bytes) -> bool:
        """Replace the token and raise the epoch: all that the old one opened is closed. False: the robot is gone."""

    async def remove(self, robot_id: int) -> bool:
        """Delete a robot and all that is granted to it; its name is free again. False: it was gone already."""

    async def grants(self, robot_id: int) -> list[RobotGrant]:
        """Return what repositories grant to the robot itself, by name."""

    async def rights(self, owner_id: int) -> dict[int, RobotRights]:
        """Return teams and repositories of each robot of an owner that has any, by the robot's id."""

    async def teams(self, robot_id: int) -> list[str]:
        """Return the names of the teams that the robot is in, in order."""

    async def login(self, name: str) -> RobotLogin | None:
        """Return the robot of this full name with its owner."""

    async def federation(self, robot_id: int) -> list[TrustedIdentity]:
        """Return whose tokens become the robot's, in the order they were given."""

    async def set_federation(self, robot_id: int, trusted: Sequence[TrustedIdentity]) -> bool:
        """Replace them and raise the epoch: tokens that were exchanged before end. False: the robot is gone."""
