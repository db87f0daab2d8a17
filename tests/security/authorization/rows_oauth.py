"""Applications of an organization (its administrators'), and what each user has granted to applications."""

from __future__ import annotations

from typing import Any

from tests.support.server import Answer

from .callers import ROBOTS
from .rows import EVERYBODY, LOGGED_IN, Row, answers, shows, who
from .store import Store

_ALL = "/api/v1/organization/{organization}/applications"
_ONE = f"{_ALL}/{{client_id}}"
_ORG_ADMINS = who("admin", scopes="org:admin")
_OWN = LOGGED_IN | who(scopes="user:admin")
_ADMIN_ALONE = who("admin", scopes="user:admin")
_NONE_OF_THEIRS = dict.fromkeys(LOGGED_IN - {"admin"}, 404)

_ASKED = "response_type=code&client_id={client_id}&redirect_uri=https://ci.example.com/callback&scope=repo:read&state=s"
"""What an application asks for; a form's token is in the header."""


def _asks(_: Store, answer: Answer) -> None:
    assert "<form" in answer.body.decode()


def _acme(method: str, tail: str, path: str, **row: Any) -> Row:
    template, where = (_ONE, "/{client_id}") if tail.startswith("/{client_id}") else (_ALL, "")
    tail = tail.removeprefix("/{client_id}")
    return Row(method, template + tail, f"/api/v1/organization/acme/applications{where}{path}", **row)


ROWS = (
    _acme(
        "GET",
        "",
        "",
        allowed=_ORG_ADMINS,
        others={"observer": 200},
        proof=answers(lambda found: found["applications"][0]["client_secret"]),
    ),
    _acme(
        "POST",
        "",
        "",
        allowed=_ORG_ADMINS,
        body={"name": "another"},
        proof=shows("SELECT count(*) FROM oauth_application WHERE name = 'another'", (1,)),
    ),
    _acme(
        "GET",
        "/{client_id}",
        "",
        allowed=_ORG_ADMINS,
        others={"observer": 200},
        proof=answers(lambda found: len(found["client_secret"]) == 40),
    ),
    _acme(
        "PUT",
        "/{client_id}",
        "",
        allowed=_ORG_ADMINS,
        body={"name": "changed", "redirect_uri": "https://ci.example.com/", "application_uri": ""},
        proof=shows("SELECT name FROM oauth_application WHERE name = 'changed'", ("changed",)),
    ),
    _acme(
        "DELETE",
        "/{client_id}",
        "",
        allowed=_ORG_ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM oauth_application", (0,)),
    ),
    _acme("POST", "/{client_id}/resetclientsecret", "/resetclientsecret", allowed=_ORG_ADMINS),
    _acme(
        "GET",
        "/{client_id}/tokens",
        "/tokens",
        allowed=_ORG_ADMINS,
        others={"observer": 200},
        proof=answers(lambda found: len(found["tokens"]) == 1 and "token" not in found["tokens"][0]),
    ),
    _acme(
        "POST",
        "/{client_id}/tokens",
        "/tokens",
        allowed=_ORG_ADMINS,
        status=201,
        body={"name": "made", "scope": "org:admin"},
        proof=shows("SELECT count(*) FROM access_token WHERE title = 'made'", (1,)),
    ),
    _acme(
        "DELETE",
        "/{client_id}/tokens/{token_uuid}",
        "/tokens/{application_token}",
        allowed=_ORG_ADMINS,
        status=204,
        proof=shows("SELECT count(*) FROM access_token WHERE title = 'ci'", (0,)),
    ),
    Row(
        "GET",
        "/api/v1/app/{client_id}",
        "/api/v1/app/{client_id}",
        EVERYBODY - {"expired", "revoked"},
        proof=answers(lambda found: "client_secret" not in found),
    ),
    Row("GET", "/api/v1/user/authorizations", "/api/v1/user/authorizations", _OWN),
    Row(
        "GET",
        "/api/v1/user/authorizations/{token_uuid}",
        "/api/v1/user/authorizations/{application_token}",
        _ADMIN_ALONE,
        others=_NONE_OF_THEIRS,
    ),
    Row(
        "DELETE",
        "/api/v1/user/authorizations/{token_uuid}",
        "/api/v1/user/authorizations/{application_token}",
        _ADMIN_ALONE,
        others=_NONE_OF_THEIRS,
        status=204,
        proof=shows("SELECT count(*) FROM access_token WHERE title = 'ci'", (0,)),
    ),
    Row("GET", "/api/v1/user/assignedauthorization", "/api/v1/user/assignedauthorization", _OWN),
    Row(
        "DELETE",
        "/api/v1/user/assignedauthorization/{assignment_uuid}",
        "/api/v1/user/assignedauthorization/{assignment}",
        who("member"),
        others={**dict.fromkeys(LOGGED_IN - {"member"}, 404), "scope user:admin": 404},
        status=204,
        proof=shows("SELECT count(*) FROM oauth_assignment", (0,)),
    ),
    Row("GET", "/oauth/authorize", f"/oauth/authorize?{_ASKED}", LOGGED_IN, proof=_asks),
    Row(
        "POST",
        "/oauth/authorizeapp",
        "/oauth/authorizeapp",
        LOGGED_IN,
        form=_ASKED,
        status=302,
        proof=shows("SELECT count(*) FROM oauth_code", (2,)),
    ),
    Row("POST", "/oauth/denyapp", "/oauth/denyapp", LOGGED_IN, form=_ASKED, status=302, changes=False),
    Row(
        "POST",
        "/oauth/authorize/assignuser",
        "/oauth/authorize/assignuser?username=reader",
        who("admin"),
        form=_ASKED.replace("code", "token"),
        proof=shows("SELECT count(*) FROM oauth_assignment", (2,)),
    ),
    Row("GET", "/oauth/localapp", "/oauth/localapp", EVERYBODY - {"expired", "revoked"}),
    Row(
        "POST",
        "/oauth/access_token",
        "/oauth/access_token",
        EVERYBODY - set(ROBOTS),
        others=dict.fromkeys(ROBOTS, 400),
        form="grant_type=authorization_code&client_id={client_id}&client_secret={client_secret}&code={oauth_code}"
        "&redirect_uri=https://ci.example.com/callback",
        proof=answers(lambda found: len(found["access_token"]) == 40),
    ),
)
