"""Teams, their members, and invitations to them."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission
_TEAM = "/api/v1/organization/{organization}/team/{team}"
_MAIL = "FEATURE_MAILING"
"""Without mail nobody is invited: people are added at once."""


def _route(
    method: str, template: str, operation: str, summary: str, status: int = 200, feature: str = ""
) -> Route:
    return Route(
        method,
        f"{_TEAM}{template}",
        f"quay.{operation}",
        P.ORGANIZATION_ADMIN,
        summary,
        Scope.ORG_ADMIN,
        feature=feature,
        status=status,
    )


def _own(
    method: str,
    template: str,
    operation: str,
    summary: str,
    scope: Scope,
    status: int = 200,
    feature: str = "",
) -> Route:
    return Route(
        method,
        f"/api/v1/{template}",
        f"quay.{operation}",
        P.LOGIN,
        summary,
        scope,
        feature=feature,
        status=status,
    )


_INVITE, _NOTICE = "teaminvite/{code}", "user/notifications/{uuid}"

ROUTES = (
    _route("PUT", "", "put_team", "Make a team, or change one"),
    _route("DELETE", "", "delete_team", "Delete a team", 204),
    Route(
        "GET",
        f"{_TEAM}/members",
        "quay.get_team_members",
        P.MEMBER,
        "List who is in a team, to its members and to administrators",
        Scope.ORG_ADMIN,
    ),
    _route("PUT", "/members/{member}", "put_team_member", "Add a user or robot to a team, or invite a user"),
    _route("DELETE", "/members/{member}", "delete_team_member", "Take somebody out of a team", 204),
    _route("GET", "/permissions", "get_team_permissions", "List what repositories grant to a team"),
    _route("PUT", "/invite/{email}", "invite_to_team", "Invite an e-mail address to a team", feature=_MAIL),
    _route("DELETE", "/invite/{email}", "withdraw_team_invite", "Take that back", 204, _MAIL),
    _own("PUT", _INVITE, "accept_team_invite", "Join the team", Scope.USER_ADMIN, feature=_MAIL),
    _own("DELETE", _INVITE, "decline_team_invite", "Refuse an invitation", Scope.USER_ADMIN, 204, _MAIL),
    _own(
        "GET",
        "user/notifications",
        "get_notifications",
        "List what the caller should know of",
        Scope.USER_READ,
    ),
    _own("GET", _NOTICE, "get_notification", "Show one of these", Scope.USER_READ),
    _own("PUT", _NOTICE, "change_notification", "Put one aside, or bring it back", Scope.USER_ADMIN),
)
