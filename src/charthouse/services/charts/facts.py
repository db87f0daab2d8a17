"""From what was read of a package to what the registry keeps of a chart."""

from __future__ import annotations

import msgspec

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import Problem, Severity
from charthouse.helm.chart.versions import tag_of
from charthouse.model.names import RepositoryName
from charthouse.ports.charts import ChartFacts, ChartState

from .levels import has_address
from .precedence import precedence_of
from .readings import PackageReading

UNREAD = ChartFacts(state=ChartState.PENDING)
"""Nothing is known."""
_LONGEST = 256
"""Characters of a name or version that are kept of a chart that is broken, where they may be anything."""
LARGEST_ENTRY = 128 * 1024
"""Bytes of an entry that indexes show: every client of a level reads them all, and a real one has some thousand."""


def marked(facts: ChartFacts, state: ChartState, rule: str, message: str) -> ChartFacts:
    """Return what is known of a chart that could not be read, with the reason."""
    severity: Severity = "error" if state is ChartState.BROKEN else "warning"
    problems = _encoded([Problem(rule, severity, message)])
    return msgspec.structs.replace(facts, state=state, problems=problems)


def chart_facts(known: ChartFacts, reading: PackageReading, repository: RepositoryName) -> ChartFacts:
    """Return what is kept of a chart that was read.

    An index shows it unless it is broken, its entry is too large, or its name is not the repository's: Helm looks for a
    chart in the repository of its name, so no client would find it.
    """
    problems = list(reading.problems)
    tag = precedence = ""
    if not reading.broken:
        wanted = repository.rpartition("/")[2]
        if reading.name != wanted:
            text = f"the chart is called {reading.name!r}, its repository {wanted!r}: no index shows it"
            problems.append(Problem("repository-name", "warning", text))
        elif (size := entry_size(reading)) > LARGEST_ENTRY:
            problems.append(Problem("entry-size", "warning", f"no index shows it: {too_large(size)}"))
        else:
            try:
                tag, precedence = tag_of(reading.version), precedence_of(reading.version)
            except ChartInvalid as error:
                problems.append(Problem("version-tag", "warning", f"no index shows it: {error}"))
        if not has_address(repository.rpartition("/")[0]):
            text = "`api` and, below an organization, `charts` are parts of addresses: no classic repository is there"
            problems.append(Problem("reserved-level", "warning", text))
    return msgspec.structs.replace(
        known,
        state=ChartState.BROKEN if reading.broken else ChartState.READ,
        tag=tag,
        precedence=precedence,
        name=_plain(reading.name),
        version=_plain(reading.version),
        problems=_encoded(problems),
        summary=reading.summary,
        entry="" if reading.broken else reading.entry,
        words=reading.words,
        document=reading.document,
    )


def entry_size(reading: PackageReading) -> int:
    """Return the bytes of a chart's entry."""
    return len(reading.entry.encode())


def too_large(size: int) -> str:
    """Return what is wrong with an entry of more than LARGEST_ENTRY bytes."""
    return f"Chart.yaml makes an entry of {size} bytes, and at most {LARGEST_ENTRY} are shown"


def _plain(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:_LONGEST]


def _encoded(problems: list[Problem]) -> str:
    return msgspec.json.encode(problems).decode()
