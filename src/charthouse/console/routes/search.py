"""Search over the whole registry."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import page

ROUTES = (
    page("/search", "search", Permission.NONE, "Find repositories, users and organizations"),
    page("/-/suggestions", "suggestions", Permission.NONE, "Name repositories that may be meant"),
    page(
        "/opensearch.xml",
        "opensearch",
        Permission.NONE,
        "Tell browsers how to search here (OpenSearch 1.1)",
        entry=True,
    ),
)
