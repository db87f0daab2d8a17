"""The account of who is signed in."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission

from .table import form, page

P = Permission
_AT = "/-/account"

ROUTES = (
    page(_AT, "account", P.LOGIN, "Show the caller's account"),
    form(_AT, "account.change", P.LOGIN, "Change what the caller's account tells", fresh=True),
    form(
        f"{_AT}/delete",
        "account.delete",
        P.LOGIN,
        "Delete the caller's account with everything in its namespace",
        fresh=True,
    ),
    page(f"{_AT}/password", "account_password", P.LOGIN, "Show a form to change the password by"),
    form(
        f"{_AT}/password",
        "account_password.change",
        P.LOGIN,
        "Change the caller's password, for who knows the old one",
        body=SMALL_BODY,
    ),
    page(f"{_AT}/tokens", "account_tokens", P.LOGIN, "List the caller's application tokens"),
    form(
        f"{_AT}/tokens",
        "account_tokens.make",
        P.LOGIN,
        "Make an application token",
        fresh=True,
        body=SMALL_BODY,
    ),
    form(f"{_AT}/tokens/revoke", "account_tokens.revoke", P.LOGIN, "Revoke an application token", fresh=True),
    page(
        f"{_AT}/applications", "account_applications", P.LOGIN, "List what the caller has let applications do"
    ),
    form(
        f"{_AT}/applications/revoke",
        "account_applications.revoke",
        P.LOGIN,
        "Take back what the caller has let an application do",
    ),
    page(f"{_AT}/sessions", "account_sessions", P.LOGIN, "List the caller's sessions"),
    form(f"{_AT}/sessions/end", "account_sessions.end", P.LOGIN, "End a session of the caller"),
    form(
        f"{_AT}/sessions/end-others",
        "account_sessions.end_others",
        P.LOGIN,
        "End the caller's sessions but this one",
    ),
)
