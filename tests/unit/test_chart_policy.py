"""Policies on push: which findings count, what is told, and what is refused."""

from __future__ import annotations

import msgspec
import pytest

from charthouse.helm.chart.facts import Problem
from charthouse.model.errors import ManifestInvalid
from charthouse.model.names import RepositoryName
from charthouse.ports.chart_policies import ChartPolicy, FindingSeverity, LintAction
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.services.charts.policy import MOST_TOLD, told_of

WEB = RepositoryName("acme/web")
ICON = Problem("missing-icon", "info", "the chart has no icon", "Chart.yaml")
SECRET = Problem("secret-in-values", "warning", "a password is set", "values.yaml")
VERSION = Problem("version-invalid", "error", "the version is not SemVer")


def _told(policy: ChartPolicy, *findings: Problem, state: ChartState = ChartState.READ) -> tuple[str, ...]:
    problems = msgspec.json.encode(findings).decode()
    return told_of(policy, WEB, ChartFacts(state=state, problems=problems))


@pytest.mark.parametrize("severity", FindingSeverity)
def test_what_was_not_read_is_refused_where_charts_are_checked(severity: FindingSeverity) -> None:
    unread = Problem("not-read", "warning", "it will be read later")
    with pytest.raises(ManifestInvalid, match="read later"):
        _told(ChartPolicy(LintAction.REFUSE, severity), unread, state=ChartState.PENDING)


def test_warnings_name_rule_place_and_what_is_wrong() -> None:
    told = _told(ChartPolicy(LintAction.WARN), ICON, SECRET, VERSION)
    assert told == (
        "secret-in-values (warning): values.yaml: a password is set",
        "version-invalid (error): the version is not SemVer",
    )


def test_what_is_exempt_does_not_count() -> None:
    policy = ChartPolicy(LintAction.REFUSE, FindingSeverity.INFO, ("missing-icon",))
    assert _told(policy, ICON) == ()


def test_a_refusal_names_all_that_counts() -> None:
    with pytest.raises(ManifestInvalid) as caught:
        _told(ChartPolicy(LintAction.REFUSE), ICON, SECRET, VERSION)
    for word in ("acme", "secret-in-values", "version-invalid", "the version is not SemVer"):
        assert word in caught.value.message
    assert "missing-icon" not in caught.value.message
    assert [row["rule"] for row in caught.value.detail["findings"]] == ["secret-in-values", "version-invalid"]


def test_only_errors_count_when_only_errors_are_asked_for() -> None:
    policy = ChartPolicy(LintAction.REFUSE, FindingSeverity.ERROR)
    assert _told(policy, ICON, SECRET) == ()


def test_an_answer_stays_short() -> None:
    with pytest.raises(ManifestInvalid, match="and 10 more"):
        _told(ChartPolicy(LintAction.REFUSE), *[VERSION] * (MOST_TOLD + 10))
