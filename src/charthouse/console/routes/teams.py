"""Teams of organizations, and the people in them."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_ALL = "/{organization}/-/teams"
_ONE = f"{_ALL}/{{team}}"
_MEMBERS = "/{organization}/-/members"
_MEMBER, _ADMIN = Permission.MEMBER, Permission.ORGANIZATION_ADMIN

ROUTES = (
    page(_ALL, "teams", _MEMBER, "List teams"),
    form(_ALL, "teams.create", _ADMIN, "Make a team"),
    page(_ONE, "team", _MEMBER, "Show who is in a team, and what it may use"),
    form(_ONE, "team.change", _ADMIN, "Change what a team is"),
    form(f"{_ONE}/add", "team.add", _ADMIN, "Add a user or robot to a team, or invite somebody"),
    form(f"{_ONE}/remove", "team.remove", _ADMIN, "Take somebody out of a team"),
    form(f"{_ONE}/withdraw", "team.withdraw", _ADMIN, "Take back that an e-mail address is invited"),
    form(f"{_ONE}/grant", "team.grant", _ADMIN, "Let a team use repositories"),
    form(f"{_ONE}/revoke", "team.revoke", _ADMIN, "Let a team use a repository no longer"),
    form(f"{_ONE}/delete", "team.delete", _ADMIN, "Delete a team"),
    page(_MEMBERS, "members", _ADMIN, "List the people of an organization, and by what they belong to it"),
    page(f"{_MEMBERS}/{{member}}", "member", _ADMIN, "Show what somebody has in an organization"),
    form(f"{_MEMBERS}/{{member}}/remove", "member.remove", _ADMIN, "Take a user out of everything here"),
)
