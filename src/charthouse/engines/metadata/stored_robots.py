"""The port of robots."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.ports.robots import (
    NewRobot,
    Robot,
    RobotChange,
    RobotGrant,
    RobotLogin,
    RobotRights,
    TrustedIdentity,
)

from . import commands
from .executor import Executor


class StoredRobots:
    """Robots, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, robot: NewRobot) -> Robot:
        """Create a robot with its grants."""
        return await self._content.write(commands.robots.add, robot)

    async def get(self, owner_id: int, name: str) -> Robot | None:
        """Return a robot by owner and name."""
        return await self._content.read(commands.robots.get, owner_id, name)

    async def all_of(self, owner_id: int, limit: int, after: str = "", part: str = "") -> list[Robot]:
        """Return robots of an owner."""
        return await self._content.read(commands.robots.all_of, owner_id, limit, after, part)

    async def change(self, robot_id: int, change: RobotChange) -> bool:
        """Change a robot."""
        return await self._content.write(commands.robots.change, robot_id, change)

    async def set_token(self, robot_id: int, sealed_token: bytes) -> bool:
        """Replace a token."""
        return await self._content.write(commands.robots.set_token, robot_id, sealed_token)

    async def remove(self, robot_id: int) -> bool:
        """Delete a robot."""
        return await self._content.write(commands.robots.remove, robot_id)

    async def grants(self, robot_id: int) -> list[RobotGrant]:
        """Return what is granted to a robot."""
        return await self._content.read(commands.robots.grants, robot_id)

    async def rights(self, owner_id: int) -> dict[int, RobotRights]:
        """Return teams and repositories of an owner's robots."""
        return await self._content.read(commands.robots.rights, owner_id)

    async def teams(self, robot_id: int) -> list[str]:
        """Return the teams that a robot is in."""
        return await self._content.read(commands.robots.teams, robot_id)

    async def login(self, name: str) -> RobotLogin | None:
        """Return a robot and its owner."""
        return await self._content.read(commands.robots.login, name)

    async def federation(self, robot_id: int) -> list[TrustedIdentity]:
        """Return whose tokens become a robot's."""
        return await self._content.read(commands.robots.federation, robot_id)

    async def set_federation(self, robot_id: int, trusted: Sequence[TrustedIdentity]) -> bool:
        """Replace whose tokens become a robot's."""
        return await self._content.write(commands.robots.set_federation, robot_id, trusted)
