"""The console: its first page, repositories, tags and history."""

from __future__ import annotations

from .console import BROWSERS, EVERYBODY, SIGNED_IN, form_row, page_row, says
from .rows import Row, shows, who

READERS = who("reader", "writer", "keeper", "admin", "observer")
WRITERS = who("writer", "keeper", "admin")
_STARS = "SELECT count(*) FROM star JOIN repository ON repository.id = repository_id WHERE path = 'acme/app'"

ROWS: tuple[Row, ...] = (
    page_row("/", "/", EVERYBODY),
    page_row("/search", "/search?q=open", EVERYBODY, says("acme/open")),
    page_row("/-/suggestions", "/-/suggestions?q=acme", EVERYBODY, says("acme/open")),
    page_row("/-/about", "/-/about", EVERYBODY),
    form_row("/-/preferences", "/-/preferences", BROWSERS, "language=ko&back=/", changes=False),
    form_row("/-/signout", "/-/signout", SIGNED_IN, "", refused=401),
    page_row("/{organization}", "/acme", EVERYBODY, says("acme/open")),
    page_row("/{repository}", "/acme/app", READERS, says("acme/app")),
    page_row("/{repository}", "/acme/open", EVERYBODY, says("acme/open")),
    form_row("/{repository}/-/star", "/acme/app/-/star", READERS, "", shows(_STARS, (1,))),
)
