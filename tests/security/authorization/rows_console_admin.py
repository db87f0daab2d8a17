"""The console's pages for superusers; a read-only one sees them all and changes nothing."""

from __future__ import annotations

from .console import form_row, page_row, says
from .rows import Row, shows, who

_ALONE = who("superuser")
_SEEING = who("superuser", "observer")
_USER, _USERS = "/-/admin/users/{username}", "/-/admin/users"
_STRANGER = "/-/admin/users/stranger"
_ORG, _ACME = "/-/admin/orgs/{name}", "/-/admin/orgs/acme"
_KEY, _WAITING = "/-/admin/keys/{kid}", "/-/admin/keys/waiting"
_MESSAGES = "/-/admin/messages"
_OWNS = "SELECT count(*) FROM team_member JOIN account ON account.id = account_id WHERE account.name = 'superuser'"


def _of_stranger(column: str) -> str:
    return f"SELECT {column} FROM account WHERE name = 'stranger'"  # noqa: S608 -- our own words


def _of_waiting(column: str) -> str:
    return f"SELECT {column} FROM service_key WHERE kid = 'waiting'"  # noqa: S608 -- our own words


ROWS: tuple[Row, ...] = (
    page_row("/-/admin/", "/-/admin/", _SEEING, says("SQLite")),
    form_row("/-/admin/size", "/-/admin/size", _ALONE, "x=y"),
    page_row(_USERS, f"{_USERS}?q=strang", _SEEING, says("stranger@example.com")),
    form_row(
        _USERS,
        _USERS,
        _ALONE,
        "username=hired&email=hired@example.com",
        shows("SELECT kind FROM account WHERE name = 'hired'", ("user",)),
        status=200,
    ),
    page_row(_USER, _STRANGER, _SEEING, says("stranger@example.com")),
    form_row(
        f"{_USER}/email",
        f"{_STRANGER}/email",
        _ALONE,
        "email=new@example.com",
        shows(_of_stranger("email"), ("new@example.com",)),
    ),
    form_row(f"{_USER}/password", f"{_STRANGER}/password", _ALONE, "new_password=a-new-password"),
    form_row(
        f"{_USER}/enabled",
        f"{_STRANGER}/enabled",
        _ALONE,
        "enabled=no",
        shows(_of_stranger("enabled"), (0,)),
    ),
    form_row(
        f"{_USER}/takeover",
        f"{_STRANGER}/takeover",
        _ALONE,
        "confirm=stranger",
        shows(_of_stranger("kind"), ("organization",)),
    ),
    form_row(
        f"{_USER}/delete",
        f"{_STRANGER}/delete",
        _ALONE,
        "confirm=stranger",
        shows(_of_stranger("count(*)"), (0,)),
    ),
    page_row("/-/admin/orgs", "/-/admin/orgs", _SEEING, says("acme")),
    page_row(_ORG, _ACME, _SEEING, says("acme@example.com")),
    form_row(
        f"{_ORG}/rename",
        f"{_ACME}/rename",
        _ALONE,
        "new_name=renamed",
        shows("SELECT count(*) FROM repository WHERE path = 'renamed/app'", (1,)),
    ),
    form_row(f"{_ORG}/takeover", f"{_ACME}/takeover", _ALONE, "x=y", shows(_OWNS, (1,))),
    form_row(
        f"{_ORG}/delete",
        f"{_ACME}/delete",
        _ALONE,
        "confirm=acme",
        shows("SELECT count(*) FROM account WHERE name = 'acme'", (0,)),
    ),
    page_row("/-/admin/keys", "/-/admin/keys", _SEEING, says("waits for approval")),
    form_row(
        "/-/admin/keys",
        "/-/admin/keys",
        _ALONE,
        "service=builder&name=&last_day=&notes=",
        shows("SELECT count(*) FROM service_key WHERE service = 'builder'", (1,)),
        status=200,
    ),
    page_row(_KEY, _WAITING, _SEEING, says("waits for approval")),
    form_row(
        f"{_KEY}/approve",
        f"{_WAITING}/approve",
        _ALONE,
        "notes=ok",
        shows(_of_waiting("approval != ''"), (1,)),
    ),
    form_row(f"{_KEY}/name", f"{_WAITING}/name", _ALONE, "name=new", shows(_of_waiting("name"), ("new",))),
    form_row(
        f"{_KEY}/expiry",
        f"{_WAITING}/expiry",
        _ALONE,
        "last_day=2099-12-31",
        shows(_of_waiting("expires_ms"), (4102444800000,)),
    ),
    form_row(
        f"{_KEY}/delete",
        f"{_WAITING}/delete",
        _ALONE,
        "confirm=old",
        shows(_of_waiting("count(*)"), (0,)),
    ),
    page_row(_MESSAGES, _MESSAGES, _SEEING),
    form_row(
        _MESSAGES,
        _MESSAGES,
        _ALONE,
        "severity=info&text=hello&markdown=yes",
        shows("SELECT count(*) FROM message WHERE text = 'hello'", (1,)),
    ),
    form_row(
        f"{_MESSAGES}/delete",
        f"{_MESSAGES}/delete",
        _ALONE,
        "message={message}",
        shows("SELECT count(*) FROM message", (0,)),
    ),
)
