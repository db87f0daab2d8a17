"""The console's ways in: doors that everybody may knock at who is not in yet."""

from __future__ import annotations

from .callers import PASSWORD
from .console import BROWSERS, EVERYBODY, SIGNED_IN, form_row, page_row, says
from .rows import Row, shows, who

MEMBERS = who("member", "creator", "admin", "observer")
_GO_ON = dict.fromkeys(SIGNED_IN, 303)

ROWS: tuple[Row, ...] = (
    Row("GET", "/signin", "/signin", EVERYBODY - SIGNED_IN, others=_GO_ON),
    form_row("/signin", "/signin", BROWSERS, f"username=reader&password={PASSWORD}"),
    Row("GET", "/createaccount", "/createaccount", EVERYBODY - SIGNED_IN, others=_GO_ON),
    form_row(
        "/createaccount",
        "/createaccount",
        BROWSERS,
        f"username=newcomer&password={PASSWORD}&email=newcomer@example.com",
        shows("SELECT kind FROM account WHERE name = 'newcomer'", ("user",)),
    ),
    Row("GET", "/-/first-user", "/-/first-user", EVERYBODY, 303),
    page_row("/organizations/new/", "/organizations/new/", SIGNED_IN),
    form_row(
        "/organizations/new/",
        "/organizations/new/",
        SIGNED_IN,
        "name=harbour&email=harbour@example.com",
        shows("SELECT kind FROM account WHERE name = 'harbour'", ("organization",)),
        refused=401,
    ),
    page_row("/{organization}/-/start", "/acme/-/start", MEMBERS, says("/acme")),
    page_row("/-/verify", "/-/verify", SIGNED_IN, says("password")),
    form_row("/-/verify", "/-/verify", SIGNED_IN, f"password={PASSWORD}", refused=401),
)
