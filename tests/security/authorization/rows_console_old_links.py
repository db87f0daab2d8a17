"""The console: old addresses lead everybody to the same place, whatever is there."""

from __future__ import annotations

from .console import EVERYBODY, page_row, says
from .rows import Row


def _led(template: str, path: str) -> Row:
    return Row("GET", template, path, EVERYBODY, 302)


ROWS: tuple[Row, ...] = (
    page_row("/opensearch.xml", "/opensearch.xml", EVERYBODY, says("{searchTerms}")),
    _led("/overview", "/overview"),
    _led("/repository", "/repository"),
    _led("/repository/{rest}", "/repository/acme/app?tab=tags"),
    _led("/repository/{rest}", "/repository/acme/none/tag/v1"),
    _led("/organizations", "/organizations"),
    _led("/organizations/", "/organizations/"),
    _led("/organizations/new", "/organizations/new"),
    _led("/organization", "/organization"),
    _led("/organization/{rest}", "/organization/acme?tab=robots"),
    _led("/user/{rest}", "/user/admin?tab=settings"),
    _led("/superuser", "/superuser?tab=users"),
    _led("/service-keys", "/service-keys"),
    _led("/usage-logs", "/usage-logs"),
    _led("/messages", "/messages"),
    _led("/build-logs", "/build-logs"),
    _led("/change-log", "/change-log"),
    _led("/about", "/about"),
    _led("/updateuser", "/updateuser"),
    _led("/new", "/new"),
    _led("/{reference}", "/acme/app:v1"),
)
