"""Keyrings: members see whose signatures their organization trusts, administrators decide."""

from __future__ import annotations

from tests.support.public_keys import RELEASE_KEY

from .rows import LOGGED_IN, Row, answers, shows, who

OTHER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A key that the world's keyrings have; of ``admin`` and of the organization."""
SEED = """INSERT INTO keyring_key SELECT id, ?, '[]', 0, NULL, 0, x'99', 0, 'admin'
    FROM account WHERE name IN ('acme', 'admin')"""
_ACME = "/api/v1/organization/{organization}/keyring"
_OWN = "/api/v1/user/keyring"
_FILE = "/api/v1/repository/{repository}/keyring.gpg"
_READ = who("admin", "keeper", "writer", "reader", "observer", scopes="repo:read repo:write repo:admin")
_ADMINS = who("admin", scopes="org:admin")
_MEMBERS = _ADMINS | {"member", "creator", "observer"}
_OWNERS = LOGGED_IN | who(scopes="user:admin")
_ADMIN_ALONE = who("admin", scopes="user:admin")
_NONE_OF_THEIRS = dict.fromkeys(LOGGED_IN - {"admin"}, 404)
_ADDED = shows(
    "SELECT fingerprint FROM keyring_key GROUP BY 1 ORDER BY 1",
    ("6087B790281EC193462CADF0E383E5ABF710616C",),
    (OTHER,),
)
_ONE_LESS = shows("SELECT count(*) FROM keyring_key", (1,))
_LISTED = answers(lambda found: [key["fingerprint"] for key in found["keys"]] == [OTHER])


def _acme(method: str, tail: str, path: str, **row: object) -> Row:
    return Row(method, f"{_ACME}{tail}", f"/api/v1/organization/acme/keyring{path}", **row)  # type: ignore[arg-type]


def _own(method: str, tail: str, path: str, **row: object) -> Row:
    return Row(method, f"{_OWN}{tail}", f"{_OWN}{path}", **row)  # type: ignore[arg-type]


PROVENANCE = b"signed by nobody"
"""That of the chart 0.1.0 in the repository."""

ROWS = (
    Row(
        "GET",
        "/api/v1/repository/{repository}/chart/{version}/signatures",
        "/api/v1/repository/acme/app/chart/0.1.0/signatures",
        _READ,
        proof=answers(lambda found: found["provenance"]["state"] == "broken"),
    ),
    _acme("GET", "", "", allowed=_MEMBERS, proof=_LISTED),
    _acme("GET", ".gpg", ".gpg", allowed=_MEMBERS),
    _acme("GET", "/{fingerprint}", f"/{OTHER}", allowed=_MEMBERS),
    _acme("POST", "", "", allowed=_ADMINS, status=201, body={"armored": RELEASE_KEY}, proof=_ADDED),
    _acme("DELETE", "/{fingerprint}", f"/{OTHER}", allowed=_ADMINS, status=204, proof=_ONE_LESS),
    _own("GET", "", "", allowed=_OWNERS),
    _own("GET", ".gpg", ".gpg", allowed=_OWNERS),
    _own("GET", "/{fingerprint}", f"/{OTHER}", allowed=_ADMIN_ALONE, others=_NONE_OF_THEIRS),
    _own("POST", "", "", allowed=_OWNERS, status=201, body={"armored": RELEASE_KEY}, proof=_ADDED),
    _own(
        "DELETE",
        "/{fingerprint}",
        f"/{OTHER}",
        allowed=_ADMIN_ALONE,
        status=204,
        others=_NONE_OF_THEIRS,
        proof=_ONE_LESS,
    ),
    Row("GET", _FILE, "/api/v1/repository/acme/app/keyring.gpg", _READ),
)
