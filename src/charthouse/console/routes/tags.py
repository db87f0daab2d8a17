"""Tags: the list, one of them, and their history."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

ROUTES = (
    page("/{repository}/-/tags", "tags", Permission.READ, "List tags"),
    page("/{repository}/-/tags/{tag}", "tag", Permission.READ, "Show a tag"),
    page("/{repository}/-/manifests/{digest}", "manifest", Permission.READ, "Show a manifest"),
    form(
        "/{repository}/-/manifests/{digest}/labels",
        "manifest.label",
        Permission.WRITE,
        "Give a label to a manifest",
    ),
    form(
        "/{repository}/-/manifests/{digest}/labels/delete",
        "manifest.unlabel",
        Permission.WRITE,
        "Take a label away",
    ),
    page("/{repository}/-/history", "history", Permission.READ, "Show what tags pointed at"),
    form("/{repository}/-/restore", "history.restore", Permission.WRITE, "Bring back what a tag pointed at"),
)
