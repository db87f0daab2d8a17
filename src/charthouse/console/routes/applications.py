"""OAuth applications of organizations, and their tokens."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_ALL = "/{organization}/-/applications"
_ONE = f"{_ALL}/{{client_id}}"
_ADMIN = Permission.ORGANIZATION_ADMIN

ROUTES = (
    page(_ALL, "applications", _ADMIN, "List applications"),
    form(_ALL, "applications.create", _ADMIN, "Make an application"),
    page(_ONE, "application", _ADMIN, "Show an application and its tokens"),
    form(_ONE, "application.change", _ADMIN, "Change what is told of an application"),
    form(f"{_ONE}/secret", "application.reset_secret", _ADMIN, "Give an application a new secret"),
    form(f"{_ONE}/delete", "application.delete", _ADMIN, "Delete an application; its tokens end"),
    form(
        f"{_ONE}/tokens",
        "application.make_token",
        _ADMIN,
        "Make a token of an application that speaks for the caller",
        fresh=True,
    ),
    form(f"{_ONE}/revoke", "application.revoke_token", _ADMIN, "Revoke a token of an application"),
)
