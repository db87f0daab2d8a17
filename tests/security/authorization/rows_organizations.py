"""Organizations (quay-permissions: members see, administrators do), teams, invitations and default permissions."""

from __future__ import annotations

from typing import Any

from .rows import EVERYBODY, LOGGED_IN, Row, answers, shows, who

_ONE = "/api/v1/organization/{organization}"
_ACME = "/api/v1/organization/acme"
ADMINS = who("admin", scopes="org:admin")
_SEEING_ADMINS = ADMINS | {"observer"}
_DOORS = EVERYBODY - {"expired", "revoked"}
_NOTICES = "/api/v1/user/notifications"


def _acme(method: str, tail: str, path: str, allowed: frozenset[str], **row: Any) -> Row:
    return Row(method, f"{_ONE}{tail}", f"{_ACME}{path}", allowed, **row)


_SHOWS_ADDRESS = answers(lambda found: found["email"] == "acme@example.com")
_SHOWS_NONE = answers(lambda found: not found.get("email") and not found["is_admin"])

ROWS = (
    Row(
        "POST",
        "/api/v1/organization/",
        "/api/v1/organization/",
        LOGGED_IN | who(scopes="user:admin"),
        status=201,
        body={"name": "globex", "email": "globex@example.com"},
        proof=shows("SELECT kind FROM account WHERE name = 'globex'", ("organization",)),
    ),
    _acme("GET", "", "", ADMINS, others=dict.fromkeys(_DOORS - ADMINS, 200), proof=_SHOWS_ADDRESS),
    _acme(
        "GET",
        "",
        "",
        _DOORS - ADMINS - {"observer"},
        others=dict.fromkeys(ADMINS | {"observer"}, 200),
        proof=_SHOWS_NONE,
    ),
    _acme(
        "PUT",
        "",
        "",
        ADMINS,
        body={"email": "new@example.com"},
        proof=shows("SELECT email FROM account WHERE name = 'acme'", ("new@example.com",)),
    ),
    _acme(
        "DELETE",
        "",
        "",
        ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM account WHERE name = 'acme'", (0,)),
    ),
    _acme("GET", "/members", "/members", _SEEING_ADMINS),
    _acme("GET", "/members/{member}", "/members/creator", _SEEING_ADMINS),
    _acme(
        "DELETE",
        "/members/{member}",
        "/members/creator",
        ADMINS,
        status=204,
        proof=shows(
            "SELECT count(*) FROM team_member JOIN account ON account.id = account_id WHERE name = 'creator'",
            (0,),
        ),
    ),
    _acme("GET", "/collaborators", "/collaborators", _SEEING_ADMINS),
    _acme(
        "PUT",
        "/team/{team}",
        "/team/made",
        ADMINS,
        body={"role": "member"},
        proof=shows("SELECT role FROM team WHERE name = 'made'", (1,)),
    ),
    _acme(
        "DELETE",
        "/team/{team}",
        "/team/creators",
        ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM team WHERE name = 'creators'", (0,)),
    ),
    _acme(
        "GET",
        "/team/{team}/members",
        "/team/members/members",
        _SEEING_ADMINS | {"member"},
        proof=answers(lambda found: [m["name"] for m in found["members"]] == ["member"]),
    ),
    _acme("GET", "/team/{team}/permissions", "/team/auditors/permissions", _SEEING_ADMINS),
    _acme(
        "PUT",
        "/team/{team}/members/{member}",
        "/team/auditors/members/stranger",
        ADMINS,
        proof=shows(
            "SELECT name FROM team_invite JOIN account ON account.id = account_id WHERE name = 'stranger'",
            ("stranger",),
        ),
    ),
    _acme(
        "DELETE",
        "/team/{team}/members/{member}",
        "/team/members/members/member",
        ADMINS,
        status=204,
        proof=shows(
            "SELECT count(*) FROM team_member JOIN account ON account.id = account_id WHERE name = 'member'",
            (0,),
        ),
    ),
    _acme("GET", "/prototypes", "/prototypes", _SEEING_ADMINS),
    _acme(
        "POST",
        "/prototypes",
        "/prototypes",
        ADMINS,
        body={"role": "read", "delegate": {"name": "reader", "kind": "user"}},
        proof=shows("SELECT count(*) FROM default_permission", (2,)),
    ),
    _acme(
        "PUT",
        "/prototypes/{prototype}",
        "/prototypes/{prototype}",
        ADMINS,
        body={"role": "write"},
        proof=shows("SELECT role FROM default_permission", (2,)),
    ),
    _acme(
        "DELETE",
        "/prototypes/{prototype}",
        "/prototypes/{prototype}",
        ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM default_permission", (0,)),
    ),
    Row("GET", _NOTICES, _NOTICES, LOGGED_IN | who(scopes="user:read user:admin")),
    Row(
        "GET",
        f"{_NOTICES}/{{uuid}}",
        f"{_NOTICES}/{{notice}}",
        who("reader"),
        others=dict.fromkeys((LOGGED_IN | who(scopes="user:read user:admin")) - {"reader"}, 404),
    ),
    Row(
        "PUT",
        f"{_NOTICES}/{{uuid}}",
        f"{_NOTICES}/{{notice}}",
        who("reader"),
        others=dict.fromkeys((LOGGED_IN | who(scopes="user:admin")) - {"reader"}, 404),
        body={"dismissed": True},
        changes=False,
    ),
    _acme(
        "PUT",
        "/team/{team}/invite/{email}",
        "/team/auditors/invite/guest@example.com",
        ADMINS,
        proof=shows("SELECT count(*) FROM team_invite WHERE email = 'guest@example.com'", (1,)),
    ),
    _acme(
        "DELETE",
        "/team/{team}/invite/{email}",
        "/team/auditors/invite/visitor@example.com",
        ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM team_invite WHERE email = 'visitor@example.com'", (0,)),
    ),
    Row(
        "PUT",
        "/api/v1/teaminvite/{code}",
        "/api/v1/teaminvite/{code}",
        who("reader"),
        others=dict.fromkeys((LOGGED_IN | who(scopes="user:admin")) - {"reader"}, 404),
        proof=shows("SELECT count(*) FROM team_invite WHERE account_id IS NOT NULL", (0,)),
    ),
    Row(
        "DELETE",
        "/api/v1/teaminvite/{code}",
        "/api/v1/teaminvite/{code}",
        who("reader"),
        others=dict.fromkeys((LOGGED_IN | who(scopes="user:admin")) - {"reader"}, 404),
        status=204,
        proof=shows("SELECT count(*) FROM team_invite WHERE account_id IS NOT NULL", (0,)),
    ),
)
