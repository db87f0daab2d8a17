"""What superusers do to accounts; a read-only one sees it all and changes nothing."""

from __future__ import annotations

from .rows import Row, answers, shows, who

_USERS = "/api/v1/superuser/users"
_ORGANIZATIONS = "/api/v1/superuser/organizations"
_SIZE = "/api/v1/superuser/registrysize/"
_KEYS = "/api/v1/superuser/keys"
_ALONE = who("superuser")
_SEEING = who("superuser", "observer")
"""The tokens are of ``admin``, who is no superuser: their scope super:user opens nothing."""

ROWS = (
    Row(
        "GET",
        f"{_USERS}/",
        f"{_USERS}/",
        _SEEING,
        proof=answers(lambda found: "admin" in {user["username"] for user in found["users"]}),
    ),
    Row(
        "POST",
        f"{_USERS}/",
        f"{_USERS}/",
        _ALONE,
        body={"username": "hired", "email": "hired@example.com"},
        proof=shows("SELECT kind FROM account WHERE name = 'hired'", ("user",)),
    ),
    Row("GET", f"{_USERS}/{{username}}", f"{_USERS}/stranger", _SEEING),
    Row(
        "PUT",
        f"{_USERS}/{{username}}",
        f"{_USERS}/stranger",
        _ALONE,
        body={"enabled": False},
        proof=shows("SELECT enabled FROM account WHERE name = 'stranger'", (0,)),
    ),
    Row(
        "DELETE",
        f"{_USERS}/{{username}}",
        f"{_USERS}/stranger",
        _ALONE,
        status=204,
        proof=shows("SELECT count(*) FROM account WHERE name = 'stranger'", (0,)),
    ),
    Row(
        "POST",
        "/api/v1/superusers/users/{username}/sendrecovery",
        "/api/v1/superusers/users/stranger/sendrecovery",
        _ALONE,
        status=400,
        changes=False,
    ),
    Row("GET", f"{_ORGANIZATIONS}/", f"{_ORGANIZATIONS}/", _SEEING),
    Row(
        "PUT",
        f"{_ORGANIZATIONS}/{{name}}",
        f"{_ORGANIZATIONS}/acme",
        _ALONE,
        body={"name": "renamed"},
        proof=shows("SELECT count(*) FROM repository WHERE path = 'renamed/app'", (1,)),
    ),
    Row(
        "DELETE",
        f"{_ORGANIZATIONS}/{{name}}",
        f"{_ORGANIZATIONS}/acme",
        _ALONE,
        status=204,
        proof=shows("SELECT count(*) FROM account WHERE name = 'acme'", (0,)),
    ),
    Row(
        "POST",
        "/api/v1/superuser/takeownership/{namespace}",
        "/api/v1/superuser/takeownership/acme",
        _ALONE,
        body={},
        proof=shows(
            "SELECT count(*) FROM team_member JOIN account ON account.id = account_id WHERE account.name = 'superuser'",
            (1,),
        ),
    ),
    Row("GET", _KEYS, _KEYS, _SEEING, proof=answers(lambda found: len(found["keys"]) == 2)),
    Row(
        "POST",
        _KEYS,
        _KEYS,
        _ALONE,
        body={"service": "builder", "expiration": None},
        proof=shows("SELECT count(*) FROM service_key WHERE service = 'builder'", (1,)),
    ),
    Row("GET", f"{_KEYS}/{{kid}}", f"{_KEYS}/waiting", _SEEING),
    Row(
        "PUT",
        f"{_KEYS}/{{kid}}",
        f"{_KEYS}/waiting",
        _ALONE,
        body={"name": "new"},
        proof=shows("SELECT name FROM service_key WHERE kid = 'waiting'", ("new",)),
    ),
    Row(
        "DELETE",
        f"{_KEYS}/{{kid}}",
        f"{_KEYS}/waiting",
        _ALONE,
        status=204,
        proof=shows("SELECT count(*) FROM service_key WHERE kid = 'waiting'", (0,)),
    ),
    Row(
        "POST",
        "/api/v1/superuser/approvedkeys/{kid}",
        "/api/v1/superuser/approvedkeys/waiting",
        _ALONE,
        status=201,
        body={"notes": "ok"},
        proof=shows("SELECT approval != '' FROM service_key WHERE kid = 'waiting'", (1,)),
    ),
    Row("GET", "/api/v1/superuser/registrystatus", "/api/v1/superuser/registrystatus", _SEEING),
    Row("GET", _SIZE, _SIZE, _SEEING),
    Row("POST", _SIZE, _SIZE, _ALONE, status=201),
    Row(
        "GET",
        "/api/v1/superuser/apptokens",
        "/api/v1/superuser/apptokens",
        _SEEING,
        proof=answers(lambda found: "token_code" not in found["tokens"][0]),
    ),
    Row(
        "GET",
        "/api/v1/superuser/config",
        "/api/v1/superuser/config",
        _SEEING,
        proof=answers(lambda found: found["config"]),
    ),
)
