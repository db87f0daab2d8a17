"""The console: making, describing, sharing and deleting a repository."""

from __future__ import annotations

from .callers import PEOPLE
from .console import form_row, page_row, says
from .rows import Row, shows, who

_SIGNED_IN = frozenset(PEOPLE) - {"disabled"}
_WRITERS = who("writer", "keeper", "admin")
_ADMINS = who("keeper", "admin")
_SETTINGS = "/{repository}/-/settings"
_APP = "/acme/app/-/settings"
_DESCRIPTION = "SELECT description FROM repository WHERE path = 'acme/app'"
_USER = "SELECT role FROM repository_grant WHERE account_id = (SELECT id FROM account WHERE name = 'reader')"
_POLICIES = "SELECT pattern FROM immutability_policy WHERE repository_id IS NOT NULL ORDER BY pattern"

ROWS: tuple[Row, ...] = (
    page_row("/new/", "/new/", _SIGNED_IN),
    form_row(
        "/new/",
        "/new/",
        who("creator", "admin"),
        "namespace=acme&name=new&visibility=public&description=x",
        shows("SELECT public FROM repository WHERE path = 'acme/new'", (1,)),
    ),
    page_row("/{repository}/-/description", "/acme/app/-/description", _WRITERS | {"observer"}),
    form_row(
        "/{repository}/-/description",
        "/acme/app/-/description",
        _WRITERS,
        "description=described",
        shows(_DESCRIPTION, ("described",)),
    ),
    page_row(_SETTINGS, _APP, _ADMINS | {"observer"}, says("reader", "auditors")),
    form_row(
        f"{_SETTINGS}/visibility",
        f"{_APP}/visibility",
        _ADMINS,
        "visibility=public",
        shows("SELECT public FROM repository WHERE path = 'acme/app'", (1,)),
    ),
    form_row(
        f"{_SETTINGS}/state",
        f"{_APP}/state",
        _ADMINS,
        "state=read_only",
        shows("SELECT state FROM repository WHERE path = 'acme/app'", ("read_only",)),
    ),
    form_row(
        f"{_SETTINGS}/grant",
        f"{_APP}/grant",
        _ADMINS,
        "kind=account&name=reader&role=write",
        shows(_USER, (2,)),
    ),
    form_row(f"{_SETTINGS}/revoke", f"{_APP}/revoke", _ADMINS, "kind=account&name=reader", shows(_USER)),
    form_row(
        f"{_SETTINGS}/protect",
        f"{_APP}/protect",
        _ADMINS,
        "pattern=v1&matches=yes",
        shows(_POLICIES, ("never-.*",), ("v1",)),
    ),
    form_row(
        f"{_SETTINGS}/unprotect",
        f"{_APP}/unprotect",
        _ADMINS,
        "policy={repository_policy}",
        shows(_POLICIES),
    ),
    form_row(
        f"{_SETTINGS}/delete",
        f"{_APP}/delete",
        _ADMINS,
        "confirm=acme/app",
        shows("SELECT count(*) FROM repository WHERE path = 'acme/app'", (0,)),
    ),
)
