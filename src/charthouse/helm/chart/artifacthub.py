"""Artifact Hub's annotations of a chart (``artifacthub.io/*``, as its documentation "Helm annotations" has them)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .errors import ChartInvalid
from .facts import ArtifactHub, Problem
from .limits import Limits
from .yamls import load

PREFIX = "artifacthub.io/"
_MOST = 1000  # items kept of one list


def read_annotations(
    annotations: Mapping[str, str], limits: Limits
) -> tuple[ArtifactHub | None, list[Problem]]:
    """Return what the annotations say, None when there are none, and a warning for each that cannot be read."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, text in annotations.items():
        field = _FIELDS.get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
        if field is None:
            continue
        name, read = field
        where = f"Chart.yaml: annotations.{key}"
        try:
            found[name] = read(text, where, limits)
        except ChartInvalid as error:
            problems.append(Problem("artifact-hub", "warning", error.problem, where))
    return (ArtifactHub(**found) if found else None), problems


def _text(text: str, _where: str, _limits: Limits) -> str:
    return text.strip()


def _boolean(text: str, where: str, _limits: Limits) -> bool:
    if text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    raise ChartInvalid("artifact-hub", 'must be "true" or "false"', where)


def _mappings(text: str, where: str, limits: Limits) -> list[dict[str, Any]]:
    """Return a list of mappings; a change may also be a plain text."""
    items = load(text, where, limits)
    if items is None:
        return []
    if not isinstance(items, list):
        raise ChartInvalid("artifact-hub", "must be a YAML list", where)
    described = [item if isinstance(item, dict) else {"description": str(item)} for item in items[:_MOST]]
    return [item for item in described if item]


def _mapping(text: str, where: str, limits: Limits) -> dict[str, Any]:
    item = load(text, where, limits)
    if isinstance(item, dict):
        return item
    raise ChartInvalid("artifact-hub", "must be a YAML mapping", where)


_FIELDS: dict[str, tuple[str, Callable[[str, str, Limits], Any]]] = {
    "category": ("category", _text),
    "changes": ("changes", _mappings),
    "containsSecurityUpdates": ("contains_security_updates", _boolean),
    "crds": ("crds", _mappings),
    "crdsExamples": ("crds_examples", _mappings),
    "images": ("images", _mappings),
    "license": ("license", _text),
    "links": ("links", _mappings),
    "maintainers": ("maintainers", _mappings),
    "operator": ("operator", _boolean),
    "operatorCapabilities": ("operator_capabilities", _text),
    "prerelease": ("prerelease", _boolean),
    "recommendations": ("recommendations", _mappings),
    "screenshots": ("screenshots", _mappings),
    "signKey": ("sign_key", _mapping),
}
