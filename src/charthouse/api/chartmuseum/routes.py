"""The routes below ``/charts``, and how a path finds its own.

A level (``team``, ``team/web``) has any number of segments, so a path is split at the first segment ``charts`` after the
level's first one: no level has a further segment of that name, and none is called ``api``.
Source: ChartMuseum 0.16 with a context path and dynamic depth.
"""

from __future__ import annotations

import msgspec

from charthouse.api.kit.routes import Permission, Route

P = Permission

BASE = "/charts/"
INFO = "/charts/info"
HEALTH = "/charts/health"
INDEX = "/charts/{level}/index.yaml"
PACKAGE = "/charts/{level}/charts/{name}.tgz"
PROVENANCE = "/charts/{level}/charts/{name}.tgz.prov"
CHARTS = "/charts/api/{level}/charts"
CHART = "/charts/api/{level}/charts/{name}"
VERSION = "/charts/api/{level}/charts/{name}/{version}"
TEMPLATES = "/charts/api/{level}/charts/{name}/{version}/templates"
VALUES = "/charts/api/{level}/charts/{name}/{version}/values"
PROVENANCES = "/charts/api/{level}/prov"

ROUTES: tuple[Route, ...] = (
    Route("GET", BASE, "chartmuseum.welcome", P.NONE, "Say what is here, to a person"),
    Route("GET", INFO, "chartmuseum.info", P.NONE, "Tell the version"),
    Route("GET", HEALTH, "chartmuseum.health", P.NONE, "Tell that the server answers"),
    Route("GET", INDEX, "chartmuseum.get_index", P.NAMESPACE, "Read the index of a level's charts"),
    Route("HEAD", INDEX, "chartmuseum.head_index", P.NAMESPACE, "Ask for the index"),
    Route("GET", PACKAGE, "chartmuseum.get_package", P.READ, "Read the package called `name-version`"),
    Route("HEAD", PACKAGE, "chartmuseum.head_package", P.READ, "Ask for a package"),
    Route("GET", PROVENANCE, "chartmuseum.get_provenance", P.READ, "Read the signature of a package"),
    Route("HEAD", PROVENANCE, "chartmuseum.head_provenance", P.READ, "Ask for a signature"),
    Route("GET", CHARTS, "chartmuseum.list_charts", P.READ, "List charts with their versions"),
    Route(
        "POST", CHARTS, "chartmuseum.upload", P.WRITE, "Upload a package, its provenance, or both", status=201
    ),
    Route(
        "POST", PROVENANCES, "chartmuseum.upload_provenance", P.WRITE, "Upload a provenance file", status=201
    ),
    Route("GET", CHART, "chartmuseum.get_chart", P.READ, "List the versions of a chart"),
    Route("HEAD", CHART, "chartmuseum.head_chart", P.READ, "Ask for a chart"),
    Route("DELETE", CHART, "chartmuseum.delete_chart", P.WRITE, "Delete all versions of a chart"),
    Route("GET", VERSION, "chartmuseum.get_version", P.READ, "Show a version; `latest` is one"),
    Route("HEAD", VERSION, "chartmuseum.head_version", P.READ, "Ask for a version"),
    Route("DELETE", VERSION, "chartmuseum.delete_version", P.WRITE, "Delete a version"),
    Route("GET", TEMPLATES, "chartmuseum.get_templates", P.READ, "Show templates and values of a version"),
    Route("GET", VALUES, "chartmuseum.get_values", P.READ, "Show values.yaml of a version"),
)

_BY_TEMPLATE: dict[str, dict[str, Route]] = {}
for _route in ROUTES:
    _BY_TEMPLATE.setdefault(_route.template, {})[_route.method] = _route

_FIXED = {"/charts": BASE, BASE: BASE, INFO: INFO, HEALTH: HEALTH}
_OF_CHART = {1: CHART, 2: VERSION}
_OF_VERSION = {"templates": TEMPLATES, "values": VALUES}
_API = "api"
_CHARTS = "charts"
_PACKAGE_ENDS = ((".tgz.prov", PROVENANCE), (".tgz", PACKAGE))


class Match(msgspec.Struct, frozen=True):
    """Where a path leads: the routes of its template by method, and what its braces stand for."""

    routes: dict[str, Route]
    level: str = ""
    name: str = ""
    version: str = ""


def match(path: str) -> Match | None:
    """Return where ``path`` leads, or None. Levels and names are not checked yet."""
    fixed = _FIXED.get(path)
    if fixed is not None:
        return _found(fixed)
    segments = path.removeprefix(BASE).split("/")
    if segments[0] == _API:
        return _match_api(segments[1:])
    if segments[-1] == "index.yaml":
        return _found(INDEX, segments[:-1])
    if _split(segments) != len(segments) - 2:
        return None
    for end, template in _PACKAGE_ENDS:
        if segments[-1].endswith(end):
            return _found(template, segments[:-2], segments[-1].removesuffix(end))
    return None


def _match_api(segments: list[str]) -> Match | None:
    at = _split(segments)
    if at < 0:
        return _found(PROVENANCES, segments[:-1]) if segments[-1:] == ["prov"] else None
    level, rest = segments[:at], segments[at + 1 :]
    if rest in ([], [""]):
        return _found(CHARTS, level)
    if len(rest) == 3:
        template = _OF_VERSION.get(rest[2])
        return None if template is None else _found(template, level, *rest[:2])
    template = _OF_CHART.get(len(rest))
    return None if template is None else _found(template, level, *rest)


def _split(segments: list[str]) -> int:
    """Return where the level ends: the first ``charts`` that is not its first segment; -1 without one."""
    try:
        return segments.index(_CHARTS, 1)
    except ValueError:
        return -1


def _found(template: str, level: list[str] | None = None, name: str = "", version: str = "") -> Match | None:
    routes = _BY_TEMPLATE.get(template)
    if routes is None or level == [] or _CHARTS in (level or [])[1:]:
        return None
    return Match(routes, "/".join(level or []), name, version)
