"""From a fresh registry to the first push."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission

from .table import form, page

P = Permission

ROUTES = (
    page("/-/first-user", "first_user", P.NONE, "Show a form to make the first user by", entry=True),
    form(
        "/-/first-user",
        "first_user.make",
        P.NONE,
        "Make the first user of an empty registry",
        entry=True,
        body=SMALL_BODY,
    ),
    page("/organizations/new/", "new_organization", P.LOGIN, "Show a form to make an organization by"),
    form(
        "/organizations/new/",
        "new_organization.make",
        P.LOGIN,
        "Make an organization that the caller administers",
    ),
    page("/{organization}/-/start", "start", P.MEMBER, "Show how to push, and what was pushed"),
)
