"""The console's pages about robots. What is a user's own is that user's alone: no superuser of any kind sees it."""

from __future__ import annotations

from .console import form_row, page_row, says
from .rows import Row, shows, who

MEMBERS = who("member", "creator", "admin", "observer")
ADMINS = who("admin")
SEES = who("admin", "observer")
_ALL, _BOT = "/acme/-/robots", "/acme/-/robots/bot"
_T_ALL, _T_ONE = "/{organization}/-/robots", "/{organization}/-/robots/{robot}"
_NAMED = "SELECT description FROM robot JOIN account ON account_id = id WHERE name = '{}'"
_GRANTS = (
    "SELECT path, role FROM repository_grant JOIN account ON account.id = account_id"
    " JOIN repository ON repository.id = repository_id WHERE account.name = 'acme+bot' ORDER BY path"
)

ROWS: tuple[Row, ...] = (
    page_row(_T_ALL, _ALL, MEMBERS, says("acme+bot")),
    page_row(_T_ALL, "/admin/-/robots", ADMINS, says("admin+bot")),
    form_row(_T_ALL, _ALL, ADMINS, "name=new&description=made", shows(_NAMED.format("acme+new"), ("made",))),
    form_row(_T_ALL, "/admin/-/robots", ADMINS, "name=new", shows(_NAMED.format("admin+new"), ("",))),
    page_row(_T_ONE, _BOT, SEES, says("acme/app")),
    page_row(_T_ONE, "/admin/-/robots/bot", ADMINS, says("docker login", "admin+bot")),
    form_row(_T_ONE, _BOT, ADMINS, "description=new", shows(_NAMED.format("acme+bot"), ("new",))),
    form_row(f"{_T_ONE}/regenerate", f"{_BOT}/regenerate", ADMINS, ""),
    form_row(
        f"{_T_ONE}/grant",
        f"{_BOT}/grant",
        ADMINS,
        "repository=open&role=read",
        shows(_GRANTS, ("acme/app", 2), ("acme/open", 1)),
    ),
    form_row(f"{_T_ONE}/revoke", f"{_BOT}/revoke", ADMINS, "repository=app", shows(_GRANTS)),
    form_row(
        f"{_T_ONE}/trust",
        f"{_BOT}/trust",
        ADMINS,
        "issuer=https://issuer.example.com&subject=pipeline&audiences=registry",
        shows(
            "SELECT issuer FROM robot_federation WHERE subject = 'pipeline'", ("https://issuer.example.com",)
        ),
    ),
    form_row(
        f"{_T_ONE}/distrust",
        f"{_BOT}/distrust",
        ADMINS,
        "place=0&issuer=https://old.example.com&subject=old",
        shows("SELECT count(*) FROM robot_federation", (0,)),
    ),
    form_row(
        f"{_T_ONE}/delete",
        f"{_BOT}/delete",
        ADMINS,
        "confirm=acme%2Bbot",
        shows("SELECT count(*) FROM account WHERE name = 'acme+bot'", (0,)),
    ),
    page_row(f"{_T_ONE}/files/{{file}}", f"{_BOT}/files/config.json", ADMINS, says("auths")),
    page_row(f"{_T_ONE}/files/{{file}}", f"{_BOT}/files/secret.yaml", ADMINS, says("dockerconfigjson")),
)
