"""Repositories (quay-permissions: read to see, write to describe, admin for the rest) and who may use them."""

from __future__ import annotations

from typing import Any

from .rows import EVERYBODY, LOGGED_IN, Row, answers, shows, who

_ALL = "/api/v1/repository"
_ONE = f"{_ALL}/{{repository}}"
_APP = f"{_ALL}/acme/app"
_STARS = "/api/v1/user/starred"
READERS = who("reader", "writer", "keeper", "admin", "observer", scopes="repo:read repo:write repo:admin")
WRITERS = who("writer", "keeper", "admin", scopes="repo:write repo:admin")
ADMINS = who("keeper", "admin", scopes="repo:admin")
_SEEING_ADMINS = ADMINS | {"observer"}
_DOORS = EVERYBODY - {"expired", "revoked"}
_STRANGERS = (LOGGED_IN - READERS) | {"anonymous", "disabled", "user robot", "organization robot"}
_USER = "SELECT role FROM repository_grant WHERE account_id = (SELECT id FROM account WHERE name = 'reader')"
_TEAM = "SELECT role FROM repository_grant WHERE team_id = (SELECT id FROM team WHERE name = 'members')"


def _app(method: str, tail: str, path: str, allowed: frozenset[str], **row: Any) -> Row:
    return Row(method, f"{_ONE}{tail}", f"{_APP}{path}", allowed, **row)


ROWS = (
    Row(
        "POST",
        _ALL,
        _ALL,
        who("creator", "admin", scopes="repo:create"),
        status=201,
        body={"namespace": "acme", "repository": "new", "visibility": "private", "description": ""},
        proof=shows("SELECT public FROM repository WHERE path = 'acme/new'", (0,)),
    ),
    Row(
        "GET",
        _ALL,
        f"{_ALL}?namespace=acme",
        READERS,
        proof=answers(lambda found: "app" in {r["name"] for r in found["repositories"]}),
        others=dict.fromkeys(_STRANGERS, 200),
    ),
    Row(
        "GET",
        _ALL,
        f"{_ALL}?namespace=acme&public=true",
        _STRANGERS,
        proof=answers(lambda found: {r["name"] for r in found["repositories"]} == {"open"}),
        others=dict.fromkeys(READERS, 200),
    ),
    _app("GET", "", "", READERS, proof=answers(lambda found: found["name"] == "app")),
    Row(
        "GET",
        _ONE,
        f"{_ALL}/acme/open",
        _DOORS - who(scopes="user:read user:admin org:admin repo:create super:user"),
    ),
    _app(
        "PUT",
        "",
        "",
        WRITERS,
        body={"description": "described"},
        proof=shows("SELECT description FROM repository WHERE path = 'acme/app'", ("described",)),
    ),
    _app(
        "DELETE",
        "",
        "",
        ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM repository WHERE path = 'acme/app'", (0,)),
    ),
    _app(
        "POST",
        "/changevisibility",
        "/changevisibility",
        ADMINS,
        body={"visibility": "public"},
        proof=shows("SELECT public FROM repository WHERE path = 'acme/app'", (1,)),
    ),
    _app(
        "PUT",
        "/changestate",
        "/changestate",
        ADMINS,
        body={"state": "READ_ONLY"},
        proof=shows("SELECT state FROM repository WHERE path = 'acme/app'", ("read_only",)),
    ),
    Row("GET", _STARS, _STARS, LOGGED_IN | who(scopes="user:read user:admin")),
    Row(
        "POST",
        _STARS,
        _STARS,
        READERS & LOGGED_IN,
        status=201,
        body={"namespace": "acme", "repository": "app"},
        others={"scope user:admin": 403},
        proof=shows("SELECT count(*) FROM star", (2,)),
    ),
    Row(
        "DELETE",
        f"{_STARS}/{{repository}}",
        f"{_STARS}/acme/open",
        LOGGED_IN | who(scopes="user:admin"),
        status=204,
        changes=False,
    ),
    _app("GET", "/permissions/user/", "/permissions/user/", _SEEING_ADMINS),
    _app("GET", "/permissions/team/", "/permissions/team/", _SEEING_ADMINS),
    _app("GET", "/permissions/user/{username}", "/permissions/user/reader", _SEEING_ADMINS),
    _app("GET", "/permissions/team/{teamname}", "/permissions/team/auditors", _SEEING_ADMINS),
    _app(
        "GET",
        "/permissions/user/{username}/transitive",
        "/permissions/user/reader/transitive",
        _SEEING_ADMINS,
        proof=answers(lambda found: found["permissions"] == [{"role": "read"}]),
    ),
    _app(
        "PUT",
        "/permissions/user/{username}",
        "/permissions/user/reader",
        ADMINS,
        body={"role": "write"},
        proof=shows(_USER, (2,)),
    ),
    _app(
        "DELETE",
        "/permissions/user/{username}",
        "/permissions/user/reader",
        ADMINS,
        status=204,
        proof=shows(_USER),
    ),
    _app(
        "PUT",
        "/permissions/team/{teamname}",
        "/permissions/team/members",
        ADMINS,
        body={"role": "read"},
        proof=shows(_TEAM, (1,)),
    ),
    _app(
        "DELETE",
        "/permissions/team/{teamname}",
        "/permissions/team/auditors",
        ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM repository_grant WHERE team_id IS NOT NULL", (0,)),
    ),
)
