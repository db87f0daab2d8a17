"""Rules for Chart.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .facts import ChartReading, Dependency, Metadata, Problem, Severity
from .versions import is_strict, parse_version

RULES: dict[str, str] = {
    "api-version-missing": "Chart.yaml says its apiVersion",
    "version-type": "version and appVersion are texts, not numbers",
    "version-strict": "the version is SemVer 2 to the letter, without v and with three numbers",
    "version-zero": "the version is above 0.0.0",
    "name-format": "the name holds lower-case letters, digits and dashes",
    "v1-fields": "type and dependencies stand in Chart.yaml of apiVersion v2 only",
    "description-missing": "the chart says what it is for",
    "maintainers-missing": "somebody is named who looks after the chart",
    "maintainer": "each maintainer has a name, and an e-mail address that is one",
    "address": "home, sources and icon are http(s) addresses",
    "icon-missing": "the chart has an icon",
    "deprecated": "the chart is not deprecated",
    "dependency-version": "each dependency says its version",
    "dependency-insecure": "dependencies come by https or oci",
    "dependency-missing": "the dependencies are in charts/",
    "lock-missing": "a chart with dependencies has a lock",
}

_NAME = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")
_WHERE = "Chart.yaml"


def check(reading: ChartReading) -> Iterator[Problem]:
    """Yield what is to be said of Chart.yaml."""
    metadata = reading.metadata
    yield from _version(reading)
    yield from _required(reading)
    yield from _people(metadata)
    yield from _addresses(metadata)
    yield from _dependencies(reading)
    if metadata.deprecated:
        yield Problem("deprecated", "info", "the chart is deprecated", _WHERE)


def _version(reading: ChartReading) -> Iterator[Problem]:
    version = reading.metadata.version
    for field in ("version", "appVersion"):
        written = reading.chart_yaml.get(field, "")
        if written is not None and not isinstance(written, str):
            problem = (
                f"{field} is read as the number or boolean {written}; put it in quotes, or 1.10 becomes 1.1"
            )
            yield Problem("version-type", "error", problem, _WHERE)
    if not is_strict(version):
        problem = f"version {version!r} is read as SemVer, but is not SemVer 2; write three numbers and no v"
        yield Problem("version-strict", "warning", problem, _WHERE)
    elif parse_version(version)[:4] in ((0, 0, 0, ""), (0, 0, 0, "0")):
        yield Problem("version-zero", "error", "the version must be above 0.0.0", _WHERE)


def _required(reading: ChartReading) -> Iterator[Problem]:
    metadata = reading.metadata
    if not any(key.lower() == "apiversion" and value for key, value in reading.chart_yaml.items()):
        yield Problem("api-version-missing", "error", "apiVersion is missing; write v2", _WHERE)
    if not _NAME.fullmatch(metadata.name):
        problem = f"name {metadata.name!r} should hold lower-case letters, digits and dashes only"
        yield Problem("name-format", "warning", problem, _WHERE)
    if metadata.api_version == "v1":
        for field in ("type", "dependencies"):
            if reading.chart_yaml.get(field):
                yield Problem("v1-fields", "error", f"{field} needs apiVersion v2", _WHERE)
    if not metadata.description:
        yield Problem("description-missing", "info", "description is missing", _WHERE)
    if not metadata.icon:
        yield Problem("icon-missing", "info", "icon is missing", _WHERE)


def _people(metadata: Metadata) -> Iterator[Problem]:
    if not metadata.maintainers:
        yield Problem("maintainers-missing", "info", "maintainers are missing", _WHERE)
    for number, person in enumerate(metadata.maintainers):
        where = f"{_WHERE}: maintainers[{number}]"
        if not person.name:
            yield Problem("maintainer", "error", "has no name", where)
        if person.email and not _MAIL.fullmatch(person.email):
            yield Problem("maintainer", "error", f"{person.email[:100]!r} is no e-mail address", where)
        if person.url:
            yield from _address(person.url, where)


def _addresses(metadata: Metadata) -> Iterator[Problem]:
    for number, source in enumerate(metadata.sources):
        yield from _address(source, f"{_WHERE}: sources[{number}]")
    for field, address in (("home", metadata.home), ("icon", metadata.icon)):
        if address and not (field == "icon" and address.startswith("data:image/")):
            yield from _address(address, f"{_WHERE}: {field}", "warning" if field == "home" else "error")


def _address(address: str, where: str, severity: Severity = "error") -> Iterator[Problem]:
    try:
        parts = urlsplit(address)
        valid = bool(parts.scheme and (parts.netloc or parts.path.startswith("/")))
    except ValueError:
        valid = False
    if not valid:
        yield Problem("address", severity, f"{address[:200]!r} is no address", where)


def _dependencies(reading: ChartReading) -> Iterator[Problem]:
    dependencies = reading.metadata.dependencies
    packed = {chart.name for chart in reading.subcharts}
    for number, dependency in enumerate(dependencies):
        yield from _dependency(dependency, packed, f"{_WHERE}: dependencies[{number}]")
    if dependencies and reading.lock is None:
        problem = "the chart has dependencies, but no Chart.lock; run `helm dependency update`"
        yield Problem("lock-missing", "info", problem, "Chart.lock")


def _dependency(dependency: Dependency, packed: set[str], where: str) -> Iterator[Problem]:
    name = dependency.name[:100]
    if not dependency.version:
        yield Problem("dependency-version", "warning", f"{name!r} says no version", where)
    if dependency.repository.startswith("http://"):
        problem = f"{name!r} comes by http, which anybody on the way can change; use https"
        yield Problem("dependency-insecure", "warning", problem, where)
    if dependency.name not in packed:
        problem = f"{name!r} is not in charts/; run `helm dependency update` before `helm package`"
        yield Problem("dependency-missing", "error", problem, where)
