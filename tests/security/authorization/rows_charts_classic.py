"""Classic repositories: ``/charts``. Whoever calls it presents what the registry takes."""

from __future__ import annotations

import yaml

from tests.support.server import Answer

from .callers import NOBODY, SCOPES
from .rows import EVERYBODY, Proof, Row, who
from .store import Store

_INDEX = "/charts/{level}/index.yaml"
_PACKAGE = "/charts/{level}/charts/{name}.tgz"
_REPO_SCOPES = who(scopes="repo:read repo:write repo:admin")
_OTHER_SCOPES = frozenset(SCOPES) - _REPO_SCOPES
_READERS = who("reader", "writer", "keeper", "admin", "observer", "organization robot") | _REPO_SCOPES
_STRANGERS = EVERYBODY - _READERS - _OTHER_SCOPES - NOBODY | {"anonymous"}
_NARROW = dict.fromkeys(_OTHER_SCOPES, 404)


def _lists(*names: str) -> Proof:
    def proof(_: Store, answer: Answer) -> None:
        assert list(yaml.safe_load(answer.body)["entries"]) == list(names)

    return proof


_FILES = tuple(
    Row(
        method,
        f"{_PACKAGE}{end}",
        f"/charts/acme/charts/app-v1.tgz{end}",
        _READERS,
        others=others,
        refused=404,
    )
    for end in ("", ".prov")
    for method in ("GET", "HEAD")
    for others in (dict.fromkeys(_OTHER_SCOPES, 401),)
)

ROWS: tuple[Row, ...] = (
    *(Row("GET", path, path, EVERYBODY) for path in ("/charts/", "/charts/info", "/charts/health")),
    Row(
        "GET",
        _INDEX,
        "/charts/acme/index.yaml",
        _READERS,
        others=_NARROW | dict.fromkeys(_STRANGERS, 200),
        proof=_lists("app", "open"),
    ),
    Row(
        "GET",
        _INDEX,
        "/charts/acme/index.yaml",
        _STRANGERS,
        others=_NARROW | dict.fromkeys(_READERS, 200),
        proof=_lists("open"),
    ),
    Row("HEAD", _INDEX, "/charts/acme/index.yaml", _READERS | _STRANGERS, others=_NARROW),
    Row(
        "GET",
        _INDEX,
        "/charts/acme/empty/index.yaml",
        who("admin", "creator", "member", "observer", "organization robot") | _REPO_SCOPES,
        refused=404,
    ),
    *_FILES,
)
