"""What a namespace asks of charts that are pushed to it."""

from __future__ import annotations

import enum
from typing import Protocol

import msgspec


class LintAction(enum.StrEnum):
    """What happens to a chart with findings."""

    OFF = "off"
    WARN = "warn"
    """It is stored, and whoever pushed it is told."""
    REFUSE = "refuse"


class FindingSeverity(enum.StrEnum):
    """How much a finding matters, the least first."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ChartPolicy(msgspec.Struct, frozen=True):
    """Findings of at least ``severity`` count, but those of the rules in ``exempt``."""

    action: LintAction = LintAction.OFF
    severity: FindingSeverity = FindingSeverity.WARNING
    exempt: tuple[str, ...] = ()


NO_POLICY = ChartPolicy()
"""What holds where nothing was said."""


class ChartPolicies(Protocol):
    """Policies, at most one a namespace."""

    async def get(self, namespace_id: int) -> ChartPolicy:
        """Return a namespace's policy, NO_POLICY when it has none."""

    async def put(self, namespace_id: int, policy: ChartPolicy) -> None:
        """Replace a namespace's policy; raises NotFound when the namespace is gone."""

    async def of(self, namespace: str) -> ChartPolicy:
        """Return the policy of the namespace that is called so now, NO_POLICY when nobody is."""
