"""Tags: the list, one of them, and their history."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

ROUTES = (
    page("/{repository}/-/tags", "tags", Permission.READ, "List tags"),
    page("/{repository}/-/tags/{tag}", "tag", Permission.READ, "Show a tag"),
    page("/{repository}/-/history", "history", Permission.READ, "Show what tags pointed at"),
    form("/{repository}/-/restore", "history.restore", Permission.WRITE, "Bring back what a tag pointed at"),
)
