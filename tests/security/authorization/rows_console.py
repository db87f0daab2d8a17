"""The console: its first page, repositories, tags and history."""

from __future__ import annotations

from .console import BROWSERS, EVERYBODY, SIGNED_IN, form_row, page_row, says
from .rows import Row, shows, who
from .rows_tags import digest_pushed

READERS = who("reader", "writer", "keeper", "admin", "observer")
WRITERS = who("writer", "keeper", "admin")
_STARS = "SELECT count(*) FROM star JOIN repository ON repository.id = repository_id WHERE path = 'acme/app'"
_APP = "JOIN repository ON repository_id = repository.id WHERE path = 'acme/app'"

ROWS: tuple[Row, ...] = (
    page_row("/", "/", EVERYBODY),
    page_row("/search", "/search?q=open", EVERYBODY, says("acme/open")),
    page_row("/-/about", "/-/about", EVERYBODY),
    form_row("/-/preferences", "/-/preferences", BROWSERS, "language=ko&back=/", changes=False),
    form_row("/-/signout", "/-/signout", SIGNED_IN, "", refused=401),
    page_row("/{organization}", "/acme", EVERYBODY, says("acme/open")),
    page_row("/{repository}", "/acme/app", READERS, says("acme/app")),
    page_row("/{repository}", "/acme/open", EVERYBODY, says("acme/open")),
    form_row("/{repository}/-/star", "/acme/app/-/star", READERS, "", shows(_STARS, (1,))),
    page_row("/{repository}/-/tags", "/acme/app/-/tags", READERS, says("v1", "v2")),
    page_row("/{repository}/-/tags/{tag}", "/acme/app/-/tags/v1", READERS, says("sha256:")),
    page_row("/{repository}/-/history", "/acme/app/-/history", READERS, says("v1")),
    form_row(
        "/{repository}/-/restore",
        "/acme/app/-/restore",
        WRITERS,
        f"tag=v1&digest={digest_pushed('v2')}",
        shows(f"SELECT name FROM tag {_APP} AND restored", ("v1",)),  # noqa: S608 -- our own words
    ),
)
