"""The console's pages about teams, and the people in them."""

from __future__ import annotations

from .console import form_row, page_row, says
from .rows import Row, shows, who

MEMBERS = who("member", "creator", "admin", "observer")
ADMINS = who("admin")
SEES = who("admin", "observer")
_ALL, _ONE, _PEOPLE = "/{organization}/-/teams", "/{organization}/-/teams/{team}", "/{organization}/-/members"
_AUDITORS, _MEMBERS = "/acme/-/teams/auditors", "/acme/-/teams/members"
_TEAM = "SELECT role, description FROM team WHERE name = '{}'"
_IN = (
    "SELECT account.name FROM team_member JOIN account ON account.id = account_id"
    " JOIN team ON team.id = team_id WHERE team.name = '{}'"
)
_GRANTS = (
    "SELECT path, repository_grant.role FROM repository_grant JOIN team ON team.id = team_id"
    " JOIN repository ON repository.id = repository_id WHERE team.name = 'auditors' ORDER BY path"
)
_INVITED = "SELECT count(*) FROM team_invite WHERE email = 'visitor@example.com'"

ROWS: tuple[Row, ...] = (
    page_row(_ALL, "/acme/-/teams", MEMBERS, says("auditors")),
    form_row(
        _ALL,
        "/acme/-/teams",
        ADMINS,
        "name=new&role=creator&description=made",
        shows(_TEAM.format("new"), (2, "made")),
    ),
    page_row(_ONE, _MEMBERS, who("member", "admin", "observer"), says("member")),
    page_row(_ONE, _AUDITORS, SEES, says("acme/app", "visitor@example.com")),
    form_row(
        _ONE, _AUDITORS, ADMINS, "role=creator&description=x", shows(_TEAM.format("auditors"), (2, "x"))
    ),
    form_row(
        f"{_ONE}/add", f"{_AUDITORS}/add", ADMINS, "member=member", shows(_IN.format("auditors"), ("member",))
    ),
    form_row(f"{_ONE}/remove", f"{_MEMBERS}/remove", ADMINS, "member=member", shows(_IN.format("members"))),
    form_row(
        f"{_ONE}/withdraw",
        f"{_AUDITORS}/withdraw",
        ADMINS,
        "email=visitor@example.com",
        shows(_INVITED, (0,)),
    ),
    form_row(
        f"{_ONE}/grant",
        f"{_AUDITORS}/grant",
        ADMINS,
        "repository=open&role=write",
        shows(_GRANTS, ("acme/app", 1), ("acme/open", 2)),
    ),
    form_row(f"{_ONE}/revoke", f"{_AUDITORS}/revoke", ADMINS, "repository=app", shows(_GRANTS)),
    form_row(
        f"{_ONE}/delete", f"{_AUDITORS}/delete", ADMINS, "confirm=auditors", shows(_TEAM.format("auditors"))
    ),
    page_row(_PEOPLE, "/acme/-/members", SEES, says("creator")),
    page_row(_PEOPLE, "/acme/-/members?of=outside", SEES, says("keeper")),
    page_row(f"{_PEOPLE}/{{member}}", "/acme/-/members/member", SEES, says("members")),
    form_row(
        f"{_PEOPLE}/{{member}}/remove",
        "/acme/-/members/creator/remove",
        ADMINS,
        "confirm=creator",
        shows(_IN.format("creators")),
    ),
)
