"""Reading charts: in which process, within which budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.config.settings import Settings
from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import ProcessSandbox, SandboxRules
from charthouse.ports.sandbox import Sandbox
from charthouse.services.charts.intake import ChartIntake
from charthouse.services.charts.packages import Packages
from charthouse.services.charts.pending import PendingCharts
from charthouse.services.charts.publishing import ChartPublisher, PublishRules

if TYPE_CHECKING:
    from .registry import Registry

_FUNCTION = "charthouse.services.charts.worker:handle"
_COMPARE = "charthouse.services.charts.differences:handle"
_WAITING = 1000
"""Charts that wait for a process: a request takes little memory, and the deadline holds for waiting, too."""


def chart_sandbox(settings: Settings) -> Sandbox:
    """Return where charts are read as they are pushed; its processes start with the first."""
    return _sandbox(settings, settings.charts.read_memory, settings.charts.read_processes)


def patient_chart_sandbox(settings: Settings) -> Sandbox:
    """Return where charts are read that were over the budget of their push, one at a time."""
    return _sandbox(settings, settings.charts.later_memory, 1)


def comparing_sandbox(settings: Settings) -> Sandbox:
    """Return where charts are compared, one pair at a time."""
    orders = Orders(function=_COMPARE, memory=settings.charts.read_memory, readable=())
    return ProcessSandbox(orders, SandboxRules(children=1))


def intake_of(registry: Registry) -> ChartIntake:
    """Return what reads charts as they are pushed."""
    charts = registry.settings.charts
    packages = Packages(registry.chart_sandbox, registry.contents, charts.read_seconds)
    return ChartIntake(
        registry.reader, packages, registry.chart_policies, registry.clock, charts.package_size
    )


def pending_of(registry: Registry) -> PendingCharts:
    """Return what reads charts later that were over the budget of their push."""
    charts, metadata = registry.settings.charts, registry.metadata
    packages = Packages(registry.patient_chart_sandbox, registry.contents, charts.later_seconds)
    intake = ChartIntake(
        registry.reader, packages, registry.chart_policies, registry.clock, charts.package_size, last=True
    )
    return PendingCharts(metadata.charts, metadata.accounts, intake)


def publisher_of(registry: Registry, *, overwrite: bool | None = None) -> ChartPublisher:
    """Return what takes packages in that come by a classic API; ``overwrite`` goes before the setting."""
    charts = registry.settings.charts
    rules = PublishRules(
        overwrite=charts.overwrite if overwrite is None else overwrite,
        force=not charts.no_force,
        largest=charts.package_size,
    )
    return ChartPublisher(
        registry.chart_intake,
        registry.uploads,
        registry.reader,
        registry.writer,
        registry.metadata.charts,
        registry.clock,
        rules,
    )


def _sandbox(settings: Settings, memory: int, children: int) -> Sandbox:
    storage = settings.storage
    local = storage.engine == "LocalStorage"  # the others send bytes
    readable = (str(Path(storage.arguments["storage_path"]).absolute()),) if local else ()
    orders = Orders(function=_FUNCTION, memory=memory, readable=readable)
    return ProcessSandbox(orders, SandboxRules(children=children, waiting=_WAITING))
