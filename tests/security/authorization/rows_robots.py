"""Robots of users and organizations (quay-permissions: org robots are the organization's administrators')."""

from __future__ import annotations

from .rows import LOGGED_IN, Row, answers, shows, who

_ACME = "/api/v1/organization/{organization}/robots"
_OWN = "/api/v1/user/robots"
_NO_TOKEN = answers(lambda found: all(not robot.get("token") for robot in found["robots"]))
_ORG_ADMINS = who("admin", scopes="org:admin")
_TRUST = [{"issuer": "https://issuer.example.com", "subject": "pipeline", "audiences": ["registry"]}]
_TRUSTED = shows(
    "SELECT issuer FROM robot_federation WHERE subject = 'pipeline'", ("https://issuer.example.com",)
)
_ADMIN_ALONE = who("admin", scopes="user:admin")
"""The robot ``admin+bot`` is called by its short name: to everybody else there is none of theirs."""
_NONE_OF_THEIRS = dict.fromkeys(LOGGED_IN - {"admin"}, 404)


def _organization(method: str, tail: str, path: str, **row: object) -> Row:
    return Row(method, f"{_ACME}{tail}", f"/api/v1/organization/acme/robots{path}", **row)  # type: ignore[arg-type]


def _own(method: str, tail: str, path: str, **row: object) -> Row:
    return Row(method, f"{_OWN}{tail}", f"{_OWN}{path}", **row)  # type: ignore[arg-type]


ROWS = (
    _organization(
        "GET",
        "",
        "?token=true",
        allowed=who("member", "creator", "observer"),
        others={"admin": 200, "scope org:admin": 200},
        proof=_NO_TOKEN,
    ),
    _organization(
        "GET",
        "",
        "",
        allowed=_ORG_ADMINS,
        others={"member": 200, "creator": 200, "observer": 200},
        proof=answers(lambda found: any(len(robot["token"]) == 64 for robot in found["robots"])),
    ),
    _organization("GET", "/{robot}", "/bot", allowed=_ORG_ADMINS, others={"observer": 200}),
    _organization(
        "PUT",
        "/{robot}",
        "/new",
        allowed=_ORG_ADMINS,
        status=201,
        body={"description": "made"},
        proof=shows(
            "SELECT name FROM account JOIN robot ON account_id = id WHERE description = 'made'", ("acme+new",)
        ),
    ),
    _organization(
        "PATCH",
        "/{robot}",
        "/bot",
        allowed=_ORG_ADMINS,
        body={"description": "changed"},
        proof=shows("SELECT count(*) FROM robot WHERE description = 'changed'", (1,)),
    ),
    _organization(
        "DELETE",
        "/{robot}",
        "/bot",
        allowed=_ORG_ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM account WHERE name = 'acme+bot'", (0,)),
    ),
    _organization(
        "GET",
        "/{robot}/permissions",
        "/bot/permissions",
        allowed=_ORG_ADMINS | {"observer"},
        proof=answers(lambda found: [entry["role"] for entry in found["permissions"]] == ["write"]),
    ),
    _organization("POST", "/{robot}/regenerate", "/bot/regenerate", allowed=_ORG_ADMINS),
    _organization(
        "GET", "/{robot}/federation", "/bot/federation", allowed=_ORG_ADMINS, others={"observer": 200}
    ),
    _organization(
        "POST", "/{robot}/federation", "/bot/federation", allowed=_ORG_ADMINS, body=_TRUST, proof=_TRUSTED
    ),
    _organization("DELETE", "/{robot}/federation", "/bot/federation", allowed=_ORG_ADMINS, status=204),
    _own("GET", "/{robot}/federation", "/bot/federation", allowed=_ADMIN_ALONE, others=_NONE_OF_THEIRS),
    _own(
        "POST",
        "/{robot}/federation",
        "/bot/federation",
        allowed=_ADMIN_ALONE,
        body=_TRUST,
        others=_NONE_OF_THEIRS,
        proof=_TRUSTED,
    ),
    _own(
        "DELETE",
        "/{robot}/federation",
        "/bot/federation",
        allowed=_ADMIN_ALONE,
        status=204,
        others=_NONE_OF_THEIRS,
    ),
    _own("GET", "", "", allowed=LOGGED_IN | who(scopes="user:admin")),
    _own("GET", "/{robot}", "/bot", allowed=_ADMIN_ALONE, others=_NONE_OF_THEIRS),
    _own(
        "PUT",
        "/{robot}",
        "/new",
        allowed=LOGGED_IN | who(scopes="user:admin"),
        status=201,
        proof=shows("SELECT count(*) FROM robot", (3,)),
    ),
    _own(
        "PATCH", "/{robot}", "/bot", allowed=_ADMIN_ALONE, body={"description": "x"}, others=_NONE_OF_THEIRS
    ),
    _own(
        "DELETE",
        "/{robot}",
        "/bot",
        allowed=_ADMIN_ALONE,
        status=204,
        others=_NONE_OF_THEIRS,
        proof=shows("SELECT count(*) FROM account WHERE name = 'admin+bot'", (0,)),
    ),
    _own("GET", "/{robot}/permissions", "/bot/permissions", allowed=_ADMIN_ALONE, others=_NONE_OF_THEIRS),
    _own("POST", "/{robot}/regenerate", "/bot/regenerate", allowed=_ADMIN_ALONE, others=_NONE_OF_THEIRS),
)
