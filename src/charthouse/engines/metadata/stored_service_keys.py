"""The port of service keys."""

from __future__ import annotations

from charthouse.ports.service_keys import ServiceKey, ServiceKeyChange

from . import commands
from .executor import Executor


class StoredServiceKeys:
    """Keys of services, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, key: ServiceKey, most_unapproved: int) -> bool:
        """Keep a key."""
        return await self._content.write(commands.service_keys.add, key, most_unapproved)

    async def replace(self, old_kid: str, key: ServiceKey) -> bool:
        """Keep a key in the place of another."""
        return await self._content.write(commands.service_keys.replace, old_kid, key)

    async def get(self, kid: str) -> ServiceKey | None:
        """Return a key."""
        return await self._content.read(commands.service_keys.get, kid)

    async def all(self, limit: int) -> list[ServiceKey]:
        """Return keys."""
        return await self._content.read(commands.service_keys.all_keys, limit)

    async def usable(self, service: str, now_ms: int) -> list[ServiceKey]:
        """Return the keys that a service may be known by now."""
        return await self._content.read(commands.service_keys.usable, service, now_ms)

    async def change(self, kid: str, change: ServiceKeyChange) -> bool:
        """Change a key."""
        return await self._content.write(commands.service_keys.change, kid, change)

    async def approve(self, kid: str, approval: str) -> bool:
        """Approve a key."""
        return await self._content.write(commands.service_keys.approve, kid, approval)

    async def remove(self, kid: str) -> bool:
        """Forget a key."""
        return await self._content.write(commands.service_keys.remove, kid)

    async def remove_stale(self, unapproved_before_ms: int, expired_before_ms: int) -> int:
        """Forget old keys."""
        return await self._content.write(
            commands.service_keys.remove_stale, unapproved_before_ms, expired_before_ms
        )
