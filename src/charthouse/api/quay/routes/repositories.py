"""Repositories, who may use them, and what they hold."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission

ROUTES = (
    Route(
        "POST",
        "/api/v1/repository/{repository}/changevisibility",
        "quay.change_visibility",
        P.ADMIN,
        "Make a repository public or private",
        Scope.REPO_ADMIN,
    ),
)
