"""Who may use a repository."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

_USERS = "/api/v1/repository/{repository}/permissions/user/"
_USER = f"{_USERS}{{username}}"
_TEAMS = "/api/v1/repository/{repository}/permissions/team/"
_TEAM = f"{_TEAMS}{{teamname}}"


def _route(method: str, template: str, operation: str, summary: str, status: int = 200) -> Route:
    return Route(
        method, template, f"quay.{operation}", Permission.ADMIN, summary, Scope.REPO_ADMIN, status=status
    )


ROUTES = (
    _route("GET", _USERS, "list_user_permissions", "List the roles of users and robots"),
    _route("GET", _USER, "get_user_permission", "Tell the role of a user or robot"),
    _route(
        "GET",
        f"{_USER}/transitive",
        "get_transitive_permission",
        "Tell every role of a user, by whatever way",
    ),
    _route("PUT", _USER, "set_user_permission", "Give a user or robot a role"),
    _route("DELETE", _USER, "delete_user_permission", "Take a role back", status=204),
    _route("GET", _TEAMS, "list_team_permissions", "List the roles of teams"),
    _route("GET", _TEAM, "get_team_permission", "Tell the role of a team"),
    _route("PUT", _TEAM, "set_team_permission", "Give a team a role"),
    _route("DELETE", _TEAM, "delete_team_permission", "Take a team's role back", status=204),
)
