"""What the health endpoints look at."""

from __future__ import annotations

import asyncio

from charthouse.engines.machine import GIB, require_room
from charthouse.services.health import Health

from .registry import Registry


def health_of(registry: Registry) -> Health:
    """Return the checks of a registry's parts, by Quay's names."""
    data = registry.settings.data

    async def auth() -> None:
        await registry.metadata.accounts.by_id(0)

    async def answering() -> None:
        """Return: what asks this is the process in question."""

    async def disk_space() -> None:
        await asyncio.to_thread(require_room, data, 0.01, GIB)

    async def disk_space_warning() -> None:
        await asyncio.to_thread(require_room, data, 0.1, 10 * GIB)

    async def service_key() -> None:
        await registry.key_ring.signer()

    return Health(
        {
            "auth": auth,
            "database": registry.metadata.check,
            "disk_space": disk_space,
            "disk_space_warning": disk_space_warning,
            "registry_gunicorn": answering,
            "service_key": service_key,
            "storage": registry.store.check,
            "web_gunicorn": answering,
        }
    )
