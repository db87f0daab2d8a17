"""The rows of the core."""

from __future__ import annotations

from .rows import EVERYBODY, LOGGED_IN, Row, shows, who

ROWS = (
    Row(
        "POST",
        "/api/v1/organization/",
        "/api/v1/organization/",
        LOGGED_IN | who(scopes="user:admin"),
        status=201,
        body={"name": "globex"},
        proof=shows("SELECT kind FROM account WHERE name = 'globex'", ("organization",)),
    ),
    Row("GET", "/livez", "/livez", EVERYBODY),
    Row("GET", "/readyz", "/readyz", EVERYBODY),
    Row("GET", "/metrics", "/metrics", EVERYBODY),
)
