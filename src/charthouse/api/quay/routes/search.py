"""Searches."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission

ROUTES = (
    Route(
        "GET",
        "/api/v1/entities/{prefix}",
        "quay.get_entities",
        P.ACCOUNT,
        "Find users, robots and teams by the beginning of their names",
    ),
    Route(
        "GET",
        "/api/v1/find/all",
        "quay.find_all",
        P.NONE,
        "Find repositories, users, organizations, teams and robots",
        Scope.REPO_READ,
    ),
    Route(
        "GET",
        "/api/v1/find/charts",
        "quay.find_charts",
        P.NONE,
        "Find charts that the caller may read",
        Scope.REPO_READ,
    ),
    Route(
        "GET",
        "/api/v1/find/repositories",
        "quay.find_repositories",
        P.NONE,
        "Find repositories that the caller may read",
    ),
)
