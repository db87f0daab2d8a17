"""The caller's own account: only ever the own one. Sign-in, sign-up and the like are doors that everybody may knock at."""

from __future__ import annotations

from .callers import PASSWORD
from .rows import EVERYBODY, LOGGED_IN, Row, answers, shows, who

_USER = "/api/v1/user/"
_OWN = LOGGED_IN | who(scopes="user:admin")
_UNKNOWN_TOKENS = who("expired", "revoked")
_DOORS = EVERYBODY - _UNKNOWN_TOKENS
_SESSIONS = "/api/v1/user/sessions"
_TOKENS = "/api/v1/user/apptoken"
_ADMIN_ALONE = who("admin", scopes="user:admin")
_NONE_OF_THEIRS = dict.fromkeys(LOGGED_IN - {"admin"}, 404)

ROWS = (
    Row(
        "GET",
        _USER,
        _USER,
        LOGGED_IN | who(scopes="user:read user:admin"),
        proof=answers(lambda found: found["anonymous"] is False),
    ),
    Row(
        "PUT",
        _USER,
        _USER,
        _OWN,
        body={"email": "new@example.com"},
        proof=shows("SELECT count(*) FROM account WHERE email = 'new@example.com'", (1,)),
    ),
    Row(
        "DELETE",
        _USER,
        _USER,
        LOGGED_IN - {"admin"},
        status=204,
        others=dict.fromkeys(_ADMIN_ALONE, 400),  # nobody else administers the organization
    ),
    Row(
        "POST",
        "/api/v1/user/clientkey",
        "/api/v1/user/clientkey",
        _OWN,
        body={"password": PASSWORD},
        proof=answers(lambda found: found["key"]),
        changes=False,
    ),
    Row(
        "GET",
        "/api/v1/users/{username}",
        "/api/v1/users/admin",
        _DOORS,
        proof=answers(lambda found: "email" not in found),
    ),
    Row("GET", "/csrf_token", "/csrf_token", _DOORS),
    Row(
        "POST",
        "/api/v1/signin",
        "/api/v1/signin",
        _DOORS,
        body={"username": "reader", "password": PASSWORD},
    ),
    Row("POST", "/api/v1/signin/verify", "/api/v1/signin/verify", LOGGED_IN, body={"password": PASSWORD}),
    Row("POST", "/api/v1/signout", "/api/v1/signout", _DOORS, changes=False),
    Row(
        "POST",
        "/api/v1/recovery",
        "/api/v1/recovery",
        _DOORS,
        status=400,
        body={"email": "admin@example.com"},
        changes=False,
    ),
    Row("GET", _SESSIONS, _SESSIONS, LOGGED_IN),
    Row(
        "DELETE",
        f"{_SESSIONS}/{{session_uuid}}",
        f"{_SESSIONS}/{{session}}",
        who("admin"),
        others=_NONE_OF_THEIRS,
        status=204,
    ),
    Row("GET", _TOKENS, _TOKENS, _OWN),
    Row(
        "POST",
        _TOKENS,
        _TOKENS,
        _OWN,
        body={"title": "laptop"},
        proof=shows("SELECT count(*) FROM app_token WHERE title = 'laptop'", (1,)),
    ),
    Row(
        "GET",
        f"{_TOKENS}/{{token_uuid}}",
        f"{_TOKENS}/{{app_token}}",
        _ADMIN_ALONE,
        others=_NONE_OF_THEIRS,
        proof=answers(lambda found: found["token"]["token_code"]),
    ),
    Row(
        "DELETE",
        f"{_TOKENS}/{{token_uuid}}",
        f"{_TOKENS}/{{app_token}}",
        _ADMIN_ALONE,
        others=_NONE_OF_THEIRS,
        status=204,
        proof=shows("SELECT count(*) FROM app_token", (0,)),
    ),
    Row(
        "POST",
        _USER,
        _USER,
        _DOORS,
        body={"username": "newcomer", "password": PASSWORD, "email": "newcomer@example.com"},
        proof=shows("SELECT kind FROM account WHERE name = 'newcomer'", ("user",)),
    ),
    Row(
        "POST",
        "/api/v1/user/convert",
        "/api/v1/user/convert",
        who("stranger", "reader", "writer", "superuser", "observer", "member", "creator"),
        others=dict.fromkeys(("admin", "keeper", "scope user:admin"), 400),
        body={"adminUser": "keeper", "adminPassword": PASSWORD},
        proof=shows("SELECT count(*) FROM account WHERE kind = 'organization'", (2,)),
    ),
)
