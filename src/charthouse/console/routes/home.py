"""The first page, and what belongs to the person in front of it."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

ROUTES = (
    page("/", "home", Permission.NONE, "Show what is the caller's own, or what is public"),
    page("/-/about", "about", Permission.NONE, "Tell which registry this is"),
    form("/-/preferences", "preferences", Permission.NONE, "Choose language and theme", entry=True),
    form("/-/signout", "sign_out", Permission.LOGIN, "End the session"),
    page(
        "/-/static/{asset}",
        "asset",
        Permission.NONE,
        "Send a style sheet, a script or a picture of ours",
        entry=True,
    ),
)
