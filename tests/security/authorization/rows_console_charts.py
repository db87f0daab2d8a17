"""The console's pages of charts: those who read the repository read them."""

from __future__ import annotations

from .console import EVERYBODY, page_row, says
from .rows import Row
from .rows_console import READERS

_VERSION = "/{repository}/-/tags/{tag}"
_PUBLIC = "/acme/open/-/tags/v1"


def _both(tail: str, query: str, *words: str) -> tuple[Row, ...]:
    """Return a row for the private chart and one for the public one."""
    template, path = f"{_VERSION}/{tail}", f"{tail}{query}"
    return (
        page_row(template, f"/acme/app/-/tags/v1/{path}", READERS, says(*words)),
        page_row(template, f"{_PUBLIC}/{path}", EVERYBODY, says(*words)),
    )


ROWS: tuple[Row, ...] = (
    *_both("values", "", "acme"),
    *_both("schema", "", "acme"),
    *_both("templates", "", "acme"),
    *_both("files", "?path=README.md", "# App"),
    *_both("raw", "?path=values.yaml", "a: 1"),
    page_row("/{repository}/-/compare", "/acme/app/-/compare", READERS, says("v1")),
    page_row("/{repository}/-/compare", "/acme/open/-/compare", EVERYBODY, says("v1")),
    page_row(
        "/{repository}/-/compare/{versions}",
        "/acme/app/-/compare/v1...v1",
        READERS,
        says("acme/app", "Nothing changed"),
    ),
)
