"""What a namespace asks of charts that are pushed to it: findings are told, or the push is refused.

Off until its administrators say otherwise. It is asked before a chart's manifest is stored, by whatever door the
chart comes; what was stored before a policy stays.
"""

from __future__ import annotations

import re

import msgspec

from charthouse.helm.chart.facts import Problem
from charthouse.model.errors import InvalidRequest, ManifestInvalid
from charthouse.model.names import RepositoryName, namespace_of
from charthouse.ports.chart_policies import ChartPolicies, ChartPolicy, FindingSeverity, LintAction
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.services.access.permits import NamespacePermit

MOST_EXEMPT = 200
MOST_TOLD = 50
"""Findings named in one answer."""

_RULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_RULE = 64
_ORDER = {severity.value: rank for rank, severity in enumerate(FindingSeverity)}


class PolicyService:
    """Reads and changes policies for those who administer a namespace, and holds pushes to them."""

    def __init__(self, policies: ChartPolicies) -> None:
        self._policies = policies

    async def get(self, permit: NamespacePermit) -> ChartPolicy:
        """Return the namespace's policy."""
        return await self._policies.get(permit.namespace.account_id)

    async def put(self, permit: NamespacePermit, policy: ChartPolicy) -> ChartPolicy:
        """Replace the namespace's policy, return what holds now; raises InvalidRequest."""
        for rule in policy.exempt:
            if len(rule) > _LONGEST_RULE or _RULE.fullmatch(rule) is None:
                raise InvalidRequest(
                    f"{rule[:_LONGEST_RULE]!r} is no rule: charthouse charts lint --rules names them"
                )
        exempt = tuple(sorted(set(policy.exempt)))
        if len(exempt) > MOST_EXEMPT:
            raise InvalidRequest(f"{len(exempt)} rules are exempt, at most {MOST_EXEMPT} can be")
        kept = ChartPolicy(policy.action, policy.severity, exempt)
        await self._policies.put(permit.namespace.account_id, kept)
        return kept

    async def of(self, repository: RepositoryName) -> ChartPolicy:
        """Return the policy that holds for a repository."""
        return await self._policies.of(namespace_of(repository))


def told_of(policy: ChartPolicy, repository: RepositoryName, facts: ChartFacts) -> tuple[str, ...]:
    """Return what whoever pushes a chart is to be told by a policy, one text a finding.

    Raises ManifestInvalid, naming every finding that counts, when the namespace refuses such charts, and for a chart
    that could not be read: nobody knows what it would have been refused for.
    """
    findings = msgspec.json.decode(facts.problems, type=list[Problem])
    refuses = policy.action is LintAction.REFUSE
    unread = refuses and facts.state is ChartState.PENDING
    counting = [finding for finding in findings if unread or _counts(policy, finding)]
    told = tuple(_text(finding) for finding in counting[:MOST_TOLD])
    if not counting or not refuses:
        return told
    more = len(counting) - len(told)
    named = "; ".join(told) + (f"; and {more} more" if more else "")
    raise ManifestInvalid(
        f"{namespace_of(repository)} takes no chart with such findings: {named}",
        {"findings": [_row(finding) for finding in counting[:MOST_TOLD]]},
    )


def _counts(policy: ChartPolicy, finding: Problem) -> bool:
    return _ORDER[finding.severity] >= _ORDER[policy.severity.value] and finding.rule not in policy.exempt


def _text(finding: Problem) -> str:
    place = f"{finding.where}: " if finding.where else ""
    return f"{finding.rule} ({finding.severity}): {place}{finding.message}"


def _row(finding: Problem) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "where": finding.where,
        "message": finding.message,
    }
