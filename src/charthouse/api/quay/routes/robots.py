"""Robots of users and of organizations: the same routes below two addresses."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission


def _routes(base: str, kind: str, administer: Permission, see: Permission, scope: Scope) -> tuple[Route, ...]:
    """Return the routes of one kind of owner; ``kind`` tells operations apart."""
    one = f"{base}/robots/{{robot}}"

    def route(method: str, template: str, operation: str, summary: str, status: int = 200) -> Route:
        return Route(
            method, template, f"quay.{operation.format(kind)}", administer, summary, scope, status=status
        )

    return (
        Route("GET", f"{base}/robots", f"quay.get_{kind}_robots", see, "List robots", scope),
        route("GET", one, "get_{}_robot", "Show a robot, with its token"),
        route("PUT", one, "create_{}_robot", "Make a robot", 201),
        route("PATCH", one, "change_{}_robot", "Change a robot, and what it may do"),
        route("DELETE", one, "delete_{}_robot", "Delete a robot", 204),
        route(
            "GET", f"{one}/permissions", "get_{}_robot_permissions", "List what repositories grant to a robot"
        ),
        route("POST", f"{one}/regenerate", "regenerate_{}_robot_token", "Give a robot a new token"),
    )


ROUTES = (
    *_routes("/api/v1/user", "user", P.LOGIN, P.LOGIN, Scope.USER_ADMIN),
    *_routes("/api/v1/organization/{organization}", "org", P.ORGANIZATION_ADMIN, P.MEMBER, Scope.ORG_ADMIN),
)
