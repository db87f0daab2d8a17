"""The routes of Quay's REST API that are offered so far."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

P = Permission

INITIALIZE = "/api/v1/user/initialize"

ROUTES: tuple[Route, ...] = (
    Route("POST", INITIALIZE, "quay.initialize", P.NONE, "Make the first user of an empty registry"),
    Route("GET", "/api/v1/user/", "quay.get_user", P.LOGIN, "Tell who the caller is", "user:read"),
    Route(
        "POST",
        "/api/v1/organization/",
        "quay.create_organization",
        P.LOGIN,
        "Make an organization that the caller administers",
        "user:admin",
    ),
    Route(
        "POST",
        "/api/v1/repository/{repository}/changevisibility",
        "quay.change_visibility",
        P.ADMIN,
        "Make a repository public or private",
        "repo:admin",
    ),
)
