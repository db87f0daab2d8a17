"""What an organization, or a user, asks of charts that are pushed."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.permissions import NamespaceRole
from charthouse.ports.chart_policies import ChartPolicy, FindingSeverity, LintAction
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.charts.policy import PolicyService

from .endpoints import Endpoints
from .guard import permit_of

ActionName = Literal["off", "warn", "refuse"]
SeverityName = Literal["info", "warning", "error"]


class ChartPolicyBody(BaseModel):
    """The whole policy: findings of at least ``severity`` count, but those of ``exempt`` rules."""

    action: ActionName
    severity: SeverityName = "warning"
    exempt: list[str] = []


class ChartPolicyAnswer(TypedDict):
    """The policy as it holds."""

    action: str
    severity: str
    exempt: list[str]


class ChartPolicyHandlers:
    """Reads and replaces policies; the permit says whose."""

    def __init__(self, policies: PolicyService) -> None:
        self._policies = policies

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_org_chart_policy": self.get,
            "quay.set_org_chart_policy": self.put,
            "quay.get_user_chart_policy": self.get,
            "quay.set_user_chart_policy": self.put,
        }

    async def get(self, request: Request) -> ChartPolicyAnswer:
        """Answer GET …/chartpolicy."""
        return _view(await self._policies.get(_namespace(request)))

    async def put(self, request: Request, body: ChartPolicyBody) -> ChartPolicyAnswer:
        """Answer PUT …/chartpolicy."""
        wish = ChartPolicy(LintAction(body.action), FindingSeverity(body.severity), tuple(body.exempt))
        return _view(await self._policies.put(_namespace(request), wish))


def _namespace(request: Request) -> NamespacePermit:
    """Return the permit for the namespace that is meant: the organization's, or the caller's own."""
    if "organization" in request.path_params:
        return permit_of(request, NamespacePermit)
    permit = permit_of(request, AccountPermit)
    return NamespacePermit(permit.actor, permit.account, NamespaceRole.ADMIN)


def _view(policy: ChartPolicy) -> ChartPolicyAnswer:
    return {
        "action": policy.action.value,
        "severity": policy.severity.value,
        "exempt": list(policy.exempt),
    }
