"""How the rows of the tables are written."""

from __future__ import annotations

from charthouse.api.kit.routes import ORDINARY_BODY, Permission, Route


def page(
    template: str, operation: str, permission: Permission, summary: str, *, entry: bool = False
) -> Route:
    """Return the row of a page that people read."""
    return Route("GET", template, f"console.{operation}", permission, summary, page=True, entry=entry)


def form(
    template: str,
    operation: str,
    permission: Permission,
    summary: str,
    *,
    fresh: bool = False,
    entry: bool = False,
    body: int = ORDINARY_BODY,
) -> Route:
    """Return the row of a form that people send, of at most ``body`` bytes.

    ``fresh``: the password must have been given lately.
    """
    return Route(
        "POST",
        template,
        f"console.{operation}",
        permission,
        summary,
        page=True,
        fresh=fresh,
        entry=entry,
        body=body,
    )
