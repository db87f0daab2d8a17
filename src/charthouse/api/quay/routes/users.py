"""The caller's own account, and other people's."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission

INITIALIZE = "/api/v1/user/initialize"

ROUTES = (
    Route(
        "POST",
        INITIALIZE,
        "quay.initialize",
        P.NONE,
        "Make the first user of an empty registry",
        feature="FEATURE_USER_INITIALIZE",
    ),
    Route("GET", "/api/v1/user/", "quay.get_user", P.LOGIN, "Tell who the caller is", Scope.USER_READ),
)
