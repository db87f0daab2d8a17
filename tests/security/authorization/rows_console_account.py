"""The account of who is signed in: only ever the own one."""

from __future__ import annotations

from .callers import PASSWORD
from .console import SIGNED_IN, form_row, page_row, says
from .rows import Row, shows, who

_AT = "/-/account"
_NEW = "another-password"
_ADMIN = who("admin")
_NONE_OF_THEIRS = dict.fromkeys(SIGNED_IN - _ADMIN, 404)

ROWS: tuple[Row, ...] = (
    page_row(_AT, _AT, SIGNED_IN, says("Profile")),
    form_row(
        _AT,
        _AT,
        SIGNED_IN,
        "email=new@example.com",
        shows("SELECT count(*) FROM account WHERE email = 'new@example.com'", (1,)),
        refused=401,
    ),
    form_row(
        f"{_AT}/delete",
        f"{_AT}/delete",
        who("reader"),
        "confirm=reader",
        shows("SELECT count(*) FROM account WHERE name = 'reader'", (0,)),
        others=dict.fromkeys(SIGNED_IN - who("reader"), 400),
        refused=401,
    ),
    page_row(f"{_AT}/password", f"{_AT}/password", SIGNED_IN, says("Present password")),
    form_row(
        f"{_AT}/password",
        f"{_AT}/password",
        SIGNED_IN,
        f"password={PASSWORD}&new_password={_NEW}&new_password_again={_NEW}",
        refused=401,
    ),
    page_row(f"{_AT}/tokens", f"{_AT}/tokens", SIGNED_IN),
    form_row(
        f"{_AT}/tokens",
        f"{_AT}/tokens",
        SIGNED_IN,
        "title=laptop",
        shows("SELECT count(*) FROM app_token WHERE title = 'laptop'", (1,)),
        status=200,
        refused=401,
    ),
    form_row(
        f"{_AT}/tokens/revoke",
        f"{_AT}/tokens/revoke",
        _ADMIN,
        "uuid={app_token}",
        shows("SELECT count(*) FROM app_token", (0,)),
        others=_NONE_OF_THEIRS,
        refused=401,
    ),
    page_row(f"{_AT}/applications", f"{_AT}/applications", SIGNED_IN),
    form_row(
        f"{_AT}/applications/revoke",
        f"{_AT}/applications/revoke",
        _ADMIN,
        "uuid={application_token}",
        others=_NONE_OF_THEIRS,
        refused=401,
    ),
    page_row(f"{_AT}/sessions", f"{_AT}/sessions", SIGNED_IN, says("signed in")),
    form_row(
        f"{_AT}/sessions/end",
        f"{_AT}/sessions/end",
        _ADMIN,
        "uuid={session}",
        others=_NONE_OF_THEIRS,
        refused=401,
    ),
    form_row(
        f"{_AT}/sessions/end-others",
        f"{_AT}/sessions/end-others",
        SIGNED_IN,
        "",
        refused=401,
        changes=False,
    ),
)
