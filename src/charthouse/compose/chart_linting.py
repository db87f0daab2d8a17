"""Examining packages without a registry: for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from charthouse.config.keys.charts import Charts
from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import ProcessSandbox, SandboxRules
from charthouse.services.charts.linting import Linter


@asynccontextmanager
async def chart_linter() -> AsyncIterator[Linter]:
    """Yield what examines packages, one at a time, as patiently as the job that reads large ones."""
    rules = Charts()
    orders = Orders(
        function="charthouse.services.charts.worker:handle", memory=rules.later_memory, readable=()
    )
    sandbox = ProcessSandbox(orders, SandboxRules(children=1))
    try:
        yield Linter(sandbox, rules.later_seconds)
    finally:
        await sandbox.close()
