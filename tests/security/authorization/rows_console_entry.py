"""The console's ways in: doors that everybody may knock at who is not in yet."""

from __future__ import annotations

from .callers import PASSWORD
from .console import BROWSERS, EVERYBODY, SIGNED_IN, form_row, page_row, says
from .rows import Row, shows

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
    page_row("/-/verify", "/-/verify", SIGNED_IN, says("password")),
    form_row("/-/verify", "/-/verify", SIGNED_IN, f"password={PASSWORD}", refused=401),
)
