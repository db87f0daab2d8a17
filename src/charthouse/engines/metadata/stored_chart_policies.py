"""Policies for charts: each method hands one command or question to an Executor."""

from __future__ import annotations

from charthouse.ports.chart_policies import ChartPolicy

from . import commands
from .executor import Executor


class StoredChartPolicies:
    """Policies for charts, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def get(self, namespace_id: int) -> ChartPolicy:
        """Return a namespace's policy."""
        return await self._content.read(commands.chart_policies.get, namespace_id)

    async def put(self, namespace_id: int, policy: ChartPolicy) -> None:
        """Replace a namespace's policy."""
        await self._content.write(commands.chart_policies.put, namespace_id, policy)

    async def of(self, namespace: str) -> ChartPolicy:
        """Return the policy of the namespace that is called so now."""
        return await self._content.read(commands.chart_policies.of, namespace)
