"""A chart as the REST API shows it: what every answer about one begins with, and the forms of its parts.

Our own names are written as Quay writes its (``app_version``); what is Chart.yaml's stays as Helm writes it.
"""

from __future__ import annotations

from typing import Any

import msgspec
from typing_extensions import TypedDict

from charthouse.helm.chart.facts import Problem, Text
from charthouse.ports.charts import Chart
from charthouse.services.charts.documents import ChartInside


class ProblemView(TypedDict):
    """Something that is wrong with a chart; severity ``error``: Helm could not use it."""

    rule: str
    severity: str
    message: str
    where: str


class ChartHead(TypedDict):
    """Which chart it is. ``state``: ``read``, ``pending`` (not read yet) or ``broken``; ``problems`` say why."""

    name: str
    version: str
    digest: str
    state: str
    problems: list[ProblemView]


class TextView(TypedDict):
    """A text of a chart; ``size`` is that of the whole in bytes, ``truncated``: less of it is here."""

    path: str
    text: str
    size: int
    truncated: bool


def chart_head(inside: ChartInside) -> ChartHead:
    """Return which chart it is, and how it does."""
    chart = inside.chart
    return {
        "name": chart.facts.name,
        "version": chart.facts.version,
        "digest": chart.digest,
        "state": chart.facts.state.value,
        "problems": [_problem(problem) for problem in inside.problems],
    }


def problems_of(chart: Chart) -> list[ProblemView]:
    """Return what is wrong with a chart."""
    return [_problem(problem) for problem in msgspec.json.decode(chart.facts.problems, type=list[Problem])]


def text_view(text: Text) -> TextView:
    """Return a text."""
    return {"path": text.path, "text": text.text, "size": text.size, "truncated": text.truncated}


def optional_text(text: Text | None) -> TextView | None:
    """Return a text, null when the chart has none."""
    return None if text is None else text_view(text)


def plain(value: object) -> Any:
    """Return a fact of the library's as JSON has it, in Helm's words."""
    return msgspec.to_builtins(value)


def _problem(problem: Problem) -> ProblemView:
    return {
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
        "where": problem.where,
    }
