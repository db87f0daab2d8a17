"""Organizations, their teams, robots and default permissions."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission

ROUTES = (
    Route(
        "POST",
        "/api/v1/organization/",
        "quay.create_organization",
        P.LOGIN,
        "Make an organization that the caller administers",
        Scope.USER_ADMIN,
        status=201,
    ),
)
