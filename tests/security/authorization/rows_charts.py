"""Charts: what administrators of a namespace ask of those that are pushed, who finds them, and who looks inside."""

from __future__ import annotations

from typing import Any

from .callers import SCOPES
from .rows import LOGGED_IN, Row, answers, shows, who

_ORGANIZATION = "/api/v1/organization/{organization}/chartpolicy"
_ACME = "/api/v1/organization/acme/chartpolicy"
_OWN = "/api/v1/user/chartpolicy"
_ADMINS = who("admin", scopes="org:admin")
_REFUSE = {"action": "refuse", "severity": "error", "exempt": ["missing-icon"]}
_KEPT = shows("SELECT action FROM chart_policy", ("refuse",))

_FIND = "/api/v1/find/charts"
_HUB = "/api/chartsvc/v1/charts/search"
_REPO_SCOPES = who(scopes="repo:read repo:write repo:admin")
_READERS = who("reader", "writer", "keeper", "admin", "observer")
_STRANGERS = who("stranger", "member", "creator", "superuser", "user robot", "anonymous")
_NOBODY = who("disabled", "organization robot")  # a page of the REST API knows neither of them


def _found(*paths: str) -> Any:
    return answers(lambda found: [one["repository"] for one in found["results"]] == list(paths))


def _shown(*paths: str) -> Any:
    return answers(lambda found: [one["id"] for one in found["data"]] == list(paths))


def _both(*names: frozenset[str]) -> dict[str, int]:
    return dict.fromkeys(frozenset().union(*names), 200)


_FINDING = (
    Row(
        "GET",
        _FIND,
        f"{_FIND}?query=sextant",
        _READERS,
        others=_both(_STRANGERS, _NOBODY, _REPO_SCOPES),
        proof=_found("acme/app", "acme/open"),
    ),
    Row(
        "GET",
        _FIND,
        f"{_FIND}?query=sextant",
        _STRANGERS | _NOBODY,
        others=_both(_READERS, _REPO_SCOPES),
        proof=_found("acme/open"),
    ),
    Row(
        "GET",
        _HUB,
        f"{_HUB}?q=sextant",
        _READERS | who("organization robot"),
        others=_both(_STRANGERS, frozenset(SCOPES)),
        proof=_shown("acme/app", "acme/open"),
    ),
    Row(
        "GET",
        _HUB,
        f"{_HUB}?q=sextant",
        _STRANGERS,
        others=_both(_READERS, who("organization robot"), frozenset(SCOPES)),
        proof=_shown("acme/open"),
    ),
)

_CHART = "/api/v1/repository/{repository}/chart"
_APP = "/api/v1/repository/acme/app/chart"


def _inside(tail: str, path: str, check: Any) -> Row:
    return Row("GET", _CHART + tail, _APP + path, _READERS | _REPO_SCOPES, proof=answers(check))


_INSIDE = (
    _inside("", "", lambda found: found["versions"][0]["version"] == "v1"),
    _inside("/{version}", "/latest", lambda found: found["chart_yaml"]["name"] == "app"),
    _inside("/{version}/values", "/v1/values", lambda found: found["values"]["text"] == "a: 1\n"),
    _inside("/{version}/readme", "/v1/readme", lambda found: found["readme"]["text"] == "# App"),
    *(
        _inside(f"/{{version}}/{part}", f"/v1/{part}", lambda found: found["state"] == "read")
        for part in ("schema", "templates", "crds", "files", "dependencies", "images")
    ),
    _inside("/{version}/compare/{other}", "/v1/compare/latest", lambda found: found["values"] == []),
)

ROWS = (
    *_FINDING,
    *_INSIDE,
    Row(
        "GET",
        _ORGANIZATION,
        _ACME,
        _ADMINS | {"observer"},
        proof=answers(lambda found: found == {"action": "off", "severity": "warning", "exempt": []}),
    ),
    Row("PUT", _ORGANIZATION, _ACME, _ADMINS, body=_REFUSE, proof=_KEPT),
    Row("GET", _OWN, _OWN, LOGGED_IN | who(scopes="user:admin")),
    Row("PUT", _OWN, _OWN, LOGGED_IN | who(scopes="user:admin"), body=_REFUSE, proof=_KEPT),
)
