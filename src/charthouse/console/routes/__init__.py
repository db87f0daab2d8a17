"""The console's pages, an area a file. No name begins with ``-``, so ``/-/`` parts a page from what it is about.

A form's operation begins with that of the page on which it stands, and goes on with a word of its own
(``console.settings`` and ``console.settings.rename``): when it fails, that page is shown again, with what was typed.
"""

from __future__ import annotations

from charthouse.api.kit.routes import Route

from . import (
    account,
    admin,
    charts,
    entry,
    first_steps,
    home,
    namespaces,
    old_links,
    repositories,
    search,
    tags,
)

ROUTES: tuple[Route, ...] = (
    *account.ROUTES,
    *entry.ROUTES,
    *first_steps.ROUTES,
    *home.ROUTES,
    *search.ROUTES,
    *old_links.ROUTES,
    *admin.ROUTES,
    *charts.ROUTES,
    *tags.ROUTES,
    *namespaces.ROUTES,
    *repositories.ROUTES,
)
"""The first that fits answers; ``{repository}`` has two segments or more, ``{organization}`` is one of any kind."""


def page_of(operation: str) -> str:
    """Return the operation of the page that a form stands on, "" when it is on every page."""
    page = operation.rpartition(".")[0]
    return page if any(route.operation == page for route in ROUTES) else ""
