"""Keyless robots: whose tokens they trust, and the exchange of one."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission


def _routes(base: str, kind: str, permission: Permission, scope: Scope) -> tuple[Route, ...]:
    """Return the routes of one kind of owner; ``kind`` tells operations apart."""
    template = f"{base}/robots/{{robot}}/federation"
    operation = f"{kind}_robot_federation"
    return (
        Route(
            "GET",
            template,
            f"quay.get_{operation}",
            permission,
            "List whose tokens become the robot's",
            scope,
        ),
        Route(
            "POST",
            template,
            f"quay.create_{operation}",
            permission,
            "Say whose tokens become the robot's",
            scope,
        ),
        Route(
            "DELETE",
            template,
            f"quay.delete_{operation}",
            permission,
            "Let nobody's tokens become the robot's",
            scope,
            status=204,
        ),
    )


ROUTES = (
    *_routes("/api/v1/user", "user", P.LOGIN, Scope.USER_ADMIN),
    *_routes("/api/v1/organization/{organization}", "org", P.ORGANIZATION_ADMIN, Scope.ORG_ADMIN),
    Route(
        "GET",
        "/oauth2/federation/robot/token",
        "quay.exchange_robot_token",
        P.NONE,
        "Exchange a token of another issuer (as the robot's password) for one of the robot",
        entry=True,
    ),
)
