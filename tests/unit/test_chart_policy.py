"""Policies on push: which findings count, what is told, and what is refused."""

from __future__ import annotations

import pytest

from charthouse.helm.chart.facts import Problem
from charthouse.model.errors import ManifestInvalid
from charthouse.model.names import RepositoryName
from charthouse.ports.chart_policies import NO_POLICY, ChartPolicy, FindingSeverity, LintAction
from charthouse.services.charts.policy import MOST_TOLD, PolicyService

WEB = RepositoryName("acme/web")
ICON = Problem("missing-icon", "info", "the chart has no icon", "Chart.yaml")
SECRET = Problem("secret-in-values", "warning", "a password is set", "values.yaml")
VERSION = Problem("version-invalid", "error", "the version is not SemVer")


class OnePolicy:
    """Says the same of every namespace."""

    def __init__(self, policy: ChartPolicy) -> None:
        self.policy = policy

    async def get(self, namespace_id: int) -> ChartPolicy:
        return self.policy

    async def put(self, namespace_id: int, policy: ChartPolicy) -> None:
        self.policy = policy

    async def of(self, namespace: str) -> ChartPolicy:
        assert namespace == "acme"
        return self.policy


async def _told(policy: ChartPolicy, *findings: Problem) -> tuple[str, ...]:
    return await PolicyService(OnePolicy(policy)).admit(WEB, findings)


async def test_without_a_policy_nothing_is_told() -> None:
    assert await _told(NO_POLICY, VERSION) == ()


async def test_warnings_name_rule_place_and_what_is_wrong() -> None:
    told = await _told(ChartPolicy(LintAction.WARN), ICON, SECRET, VERSION)
    assert told == (
        "secret-in-values (warning): values.yaml: a password is set",
        "version-invalid (error): the version is not SemVer",
    )


async def test_what_is_exempt_does_not_count() -> None:
    policy = ChartPolicy(LintAction.REFUSE, FindingSeverity.INFO, ("missing-icon",))
    assert await _told(policy, ICON) == ()


async def test_a_refusal_names_all_that_counts() -> None:
    with pytest.raises(ManifestInvalid) as caught:
        await _told(ChartPolicy(LintAction.REFUSE), ICON, SECRET, VERSION)
    for word in ("acme", "secret-in-values", "version-invalid", "the version is not SemVer"):
        assert word in caught.value.message
    assert "missing-icon" not in caught.value.message
    assert [row["rule"] for row in caught.value.detail["findings"]] == ["secret-in-values", "version-invalid"]


async def test_only_errors_count_when_only_errors_are_asked_for() -> None:
    policy = ChartPolicy(LintAction.REFUSE, FindingSeverity.ERROR)
    assert await _told(policy, ICON, SECRET) == ()


async def test_an_answer_stays_short() -> None:
    with pytest.raises(ManifestInvalid, match="and 10 more"):
        await _told(ChartPolicy(LintAction.REFUSE), *[VERSION] * (MOST_TOLD + 10))
