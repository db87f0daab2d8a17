"""The console's pages about default permissions and applications."""

from __future__ import annotations

from .console import form_row, page_row, says
from .rows import Row, shows, who

ADMINS = who("admin")
SEES = who("admin", "observer")
_DEFAULTS = "/{organization}/-/defaults"
_ALL = "/{organization}/-/applications"
_ONE = f"{_ALL}/{{client_id}}"
_CI = "/acme/-/applications/{client_id}"
_ROLES = "SELECT role FROM default_permission ORDER BY role"
_NAMES = "SELECT name FROM oauth_application"

ROWS: tuple[Row, ...] = (
    page_row(_DEFAULTS, "/acme/-/defaults", SEES, says("writer")),
    form_row(
        _DEFAULTS, "/acme/-/defaults", ADMINS, "kind=team&team=members&role=write", shows(_ROLES, (1,), (2,))
    ),
    form_row(
        f"{_DEFAULTS}/{{default}}/change",
        "/acme/-/defaults/{prototype}/change",
        ADMINS,
        "role=admin",
        shows(_ROLES, (3,)),
    ),
    form_row(
        f"{_DEFAULTS}/{{default}}/delete", "/acme/-/defaults/{prototype}/delete", ADMINS, "", shows(_ROLES)
    ),
    page_row(_ALL, "/acme/-/applications", SEES, says("ci")),
    form_row(_ALL, "/acme/-/applications", ADMINS, "name=new", shows(_NAMES, ("ci",), ("new",))),
    page_row(_ONE, _CI, SEES, says("repo:read")),
    form_row(_ONE, _CI, ADMINS, "name=other", shows(_NAMES, ("other",))),
    form_row(f"{_ONE}/secret", f"{_CI}/secret", ADMINS, ""),
    form_row(f"{_ONE}/delete", f"{_CI}/delete", ADMINS, "confirm=ci", shows(_NAMES)),
    form_row(
        f"{_ONE}/tokens",
        f"{_CI}/tokens",
        ADMINS,
        "title=new&scope=repo:read&scope=user:read&life=30",
        shows("SELECT scopes FROM access_token WHERE title = 'new'", ("repo:read user:read",)),
        status=200,
    ),
    form_row(
        f"{_ONE}/revoke",
        f"{_CI}/revoke",
        ADMINS,
        "uuid={application_token}",
        shows("SELECT count(*) FROM access_token WHERE title = 'ci'", (0,)),
    ),
)
