"""Ways in: signing in, making an account, giving the password again."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission

from .table import form, page

P = Permission

ROUTES = (
    page("/signin", "sign_in", P.NONE, "Show a form to sign in by", entry=True),
    form(
        "/signin",
        "sign_in.password",
        P.NONE,
        "Open a session for a name and password",
        entry=True,
        body=SMALL_BODY,
    ),
    page("/createaccount", "sign_up", P.NONE, "Show a form to make an account by", entry=True),
    form(
        "/createaccount",
        "sign_up.account",
        P.NONE,
        "Make an account for oneself",
        entry=True,
        body=SMALL_BODY,
    ),
    page("/-/verify", "verify", P.LOGIN, "Ask for the password again, before sensitive changes"),
    form("/-/verify", "verify.password", P.LOGIN, "Give the password again", body=SMALL_BODY),
)
