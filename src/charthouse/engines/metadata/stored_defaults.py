"""Default permissions, kept in tables."""

from __future__ import annotations

from charthouse.model.roles import Role
from charthouse.ports.defaults import DefaultPermission, PutDefault

from . import commands
from .executor import Executor


class StoredDefaults:
    """See ``ports/defaults``."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def all(self, organization_id: int) -> list[DefaultPermission]:
        """Return those of an organization."""
        return await self._content.read(commands.defaults.all_of, organization_id)

    async def get(self, organization_id: int, uuid: str) -> DefaultPermission | None:
        """Return one."""
        return await self._content.read(commands.defaults.get, organization_id, uuid)

    async def put(self, wish: PutDefault) -> str:
        """Add one, or change the role of the one there is."""
        return await self._content.write(commands.defaults.put, wish)

    async def set_role(self, organization_id: int, uuid: str, role: Role) -> bool:
        """Change what one grants."""
        return await self._content.write(commands.defaults.set_role, organization_id, uuid, role)

    async def remove(self, organization_id: int, uuid: str) -> bool:
        """Remove one."""
        return await self._content.write(commands.defaults.remove, organization_id, uuid)
