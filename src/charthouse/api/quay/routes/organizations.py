"""Organizations, who is in them, and what their repositories grant from the start."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission, Route
from charthouse.model.scopes import Scope

P = Permission
_ONE = "/api/v1/organization/{organization}"


def _administered(
    method: str, template: str, operation: str, summary: str, status: int = 200, *, fresh: bool = False
) -> Route:
    """Return a route of an organization's administrators."""
    return Route(
        method,
        f"{_ONE}{template}",
        f"quay.{operation}",
        P.ORGANIZATION_ADMIN,
        summary,
        Scope.ORG_ADMIN,
        fresh=fresh,
        status=status,
    )


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
    Route(
        "POST",
        "/api/v1/user/convert",
        "quay.convert_user",
        P.LOGIN,
        "Turn the caller into an organization that another user administers",
        Scope.USER_ADMIN,
        fresh=True,
        body=SMALL_BODY,
    ),
    Route(
        "GET",
        _ONE,
        "quay.get_organization",
        P.NAMESPACE,
        "Show an organization: its teams to members, all of it to administrators",
    ),
    _administered("PUT", "", "change_organization", "Change what an organization tells of itself"),
    _administered(
        "DELETE", "", "delete_organization", "Delete an organization with everything in it", 204, fresh=True
    ),
    _administered("GET", "/members", "get_organization_members", "List the users of all teams"),
    _administered("GET", "/members/{member}", "get_organization_member", "Show a user of a team"),
    _administered(
        "DELETE",
        "/members/{member}",
        "remove_organization_member",
        "Take a user out of all teams, and all that repositories grant",
        204,
    ),
    _administered(
        "GET", "/collaborators", "get_organization_collaborators", "List users with grants and without a team"
    ),
    _administered("GET", "/prototypes", "get_prototypes", "List default permissions"),
    _administered("POST", "/prototypes", "create_prototype", "Grant something on every new repository"),
    _administered("PUT", "/prototypes/{prototype}", "change_prototype", "Change a default permission"),
    _administered(
        "DELETE", "/prototypes/{prototype}", "delete_prototype", "Remove a default permission", 204
    ),
)
