"""ChartMuseum's API: whoever reads the repository sees its versions, whoever writes to it uploads and deletes them."""

from __future__ import annotations

from typing import Any

from charthouse.model.digests import digest_of
from tests.support.packages import package
from tests.support.signed_charts import clear_signed

from .callers import NOBODY, SCOPES
from .rows import EVERYBODY, Row, answers, shows, who

_LEVEL = "/charts/api/{level}/charts"
_ACME = "/charts/api/acme/charts"
_READERS = who(
    "reader",
    "writer",
    "keeper",
    "admin",
    "observer",
    "organization robot",
    scopes="repo:read repo:write repo:admin",
)
_WRITERS = who("writer", "keeper", "admin", "organization robot", scopes="repo:write repo:admin")
_NARROW = frozenset(SCOPES) - _READERS
_STRANGERS = EVERYBODY - _READERS - _NARROW - NOBODY | {"anonymous"}
_TAGS = (
    "SELECT name FROM tag JOIN repository ON repository_id = repository.id WHERE path = 'acme/app' ORDER BY 1"
)
_PROVENANCE = clear_signed(f"name: app\nversion: v1\n\n...\nfiles:\n  app-v1.tgz: {digest_of(b'v1')}\n")


def _read(method: str, tail: str = "", path: str = "", **row: Any) -> Row:
    logins = dict.fromkeys(_NARROW, 401)
    return Row(method, _LEVEL + tail, _ACME + path, _READERS, others=logins, refused=404, **row)


def _write(method: str, template: str, path: str, **row: Any) -> Row:
    logins = dict.fromkeys(set(SCOPES) - _WRITERS, 401)
    return Row(method, template, path, _WRITERS, others=logins, **row)


ROWS = (
    Row(
        "GET",
        _LEVEL,
        _ACME,
        _READERS,
        others=dict.fromkeys(_NARROW, 404) | dict.fromkeys(_STRANGERS, 200),
        proof=answers(lambda found: list(found) == ["app", "open"]),
    ),
    Row(
        "GET",
        _LEVEL,
        _ACME + "?limit=9",
        _STRANGERS,
        others=dict.fromkeys(_NARROW, 404) | dict.fromkeys(_READERS, 200),
        proof=answers(lambda found: list(found) == ["open"]),
    ),
    _read("GET", "/{name}", "/app", proof=answers(lambda found: len(found) == 1)),
    _read("HEAD", "/{name}", "/app"),
    _read("GET", "/{name}/{version}", "/app/v1", proof=answers(lambda found: found["name"] == "app")),
    _read("HEAD", "/{name}/{version}", "/app/latest"),
    _read("GET", "/{name}/{version}/templates", "/app/v1/templates"),
    _read("GET", "/{name}/{version}/values", "/app/v1/values"),
    _write(
        "POST",
        _LEVEL,
        _ACME,
        status=201,
        content=package("app", "9.0.0"),
        proof=shows(_TAGS, ("0.1.0",), ("9.0.0",), ("v1",), ("v2",)),
    ),
    _write(
        "POST",
        "/charts/api/{level}/prov",
        "/charts/api/acme/prov?force",
        status=201,
        content=_PROVENANCE,
        proof=shows("SELECT name FROM tag_history WHERE name = 'v1'", ("v1",)),
    ),
    _write(
        "DELETE",
        _LEVEL + "/{name}/{version}",
        f"{_ACME}/app/v1",
        proof=shows(_TAGS, ("0.1.0",), ("v2",)),
    ),
    _write("DELETE", _LEVEL + "/{name}", f"{_ACME}/app", proof=shows(_TAGS, ("0.1.0",), ("v2",))),
)
