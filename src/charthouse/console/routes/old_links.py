"""Addresses of Quay's console, and references as people paste them behind the host: all lead to pages of ours."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

from .table import page


def _old(template: str, operation: str) -> Route:
    return page(
        template, f"old_{operation}", Permission.NONE, "Lead an old address to the page of today", entry=True
    )


ROUTES = (
    _old("/overview", "overview"),
    _old("/repository", "repositories"),
    _old("/repository/{rest}", "repository"),
    _old("/organizations", "organizations"),
    _old("/organizations/", "organizations_page"),
    _old("/organizations/new", "new_organization"),
    _old("/organization", "organization_list"),
    page(
        "/organization/{rest}",
        "old_organization",
        Permission.NONE,
        "Lead an old address to the page of today; show a namespace whose name is a word of ours",
    ),
    _old("/user/{rest}", "user"),
    _old("/superuser", "superuser"),
    _old("/service-keys", "service_keys"),
    _old("/usage-logs", "usage_logs"),
    _old("/messages", "messages"),
    _old("/build-logs", "build_logs"),
    _old("/change-log", "change_log"),
    _old("/about", "about"),
    _old("/updateuser", "account"),
    _old("/new", "new"),
    _old("/{reference}", "reference"),
)
