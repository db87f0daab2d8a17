"""What a registry can know of a package before it is pushed: the same rules, in the same sandbox."""

from __future__ import annotations

import msgspec

from charthouse.helm.chart.facts import Problem
from charthouse.helm.chart.lint import SEVERITIES
from charthouse.ports.sandbox import Crashed, OverBudget, Sandbox

from .readings import PackageReading, PackageRequest

_decoder = msgspec.msgpack.Decoder(PackageReading)


class LintedChart(msgspec.Struct, frozen=True):
    """What is to be said of one package, the worst first; ``chart`` is what it was asked for as."""

    chart: str
    name: str
    version: str
    findings: list[Problem]


class Linter:
    """Examines packages. ``seconds``: how long one may take."""

    def __init__(self, sandbox: Sandbox, seconds: float) -> None:
        self._sandbox = sandbox
        self._seconds = seconds

    async def lint(self, chart: str, package: bytes, provenance: bytes | None) -> LintedChart:
        """Return what is to be said of a package; one that can't be read within the budget is a finding, too."""
        request = PackageRequest(package=package, provenance=provenance, created_ms=0, lint=True)
        try:
            answer = await self._sandbox.run(msgspec.msgpack.encode(request), self._seconds)
        except (OverBudget, Crashed) as error:
            return LintedChart(chart, "", "", [Problem("not-readable", "error", f"can't be read: {error}")])
        reading = _decoder.decode(answer)
        return LintedChart(chart, reading.name, reading.version, reading.problems)


def counting(linted: LintedChart, *, strict: bool, exempt: frozenset[str]) -> list[Problem]:
    """Return the findings that make a chart unfit: errors, with ``strict`` warnings too, but for exempt rules."""
    least = SEVERITIES.index("warning" if strict else "error")
    return [
        finding
        for finding in linted.findings
        if SEVERITIES.index(finding.severity) >= least and finding.rule not in exempt
    ]
