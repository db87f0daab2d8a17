"""What an organization tells of itself, what it asks of pushes, and its end."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_ALL = "/{organization}/-/settings"
_ADMIN = Permission.ORGANIZATION_ADMIN

ROUTES = (
    page(_ALL, "organization_settings", _ADMIN, "Show an organization's settings"),
    form(_ALL, "organization_settings.change", _ADMIN, "Change what an organization tells of itself"),
    form(f"{_ALL}/charts", "organization_settings.charts", _ADMIN, "Change what is asked of charts"),
    form(f"{_ALL}/immutability", "organization_settings.protect", _ADMIN, "Make tags immutable by a pattern"),
    form(
        f"{_ALL}/immutability/remove",
        "organization_settings.unprotect",
        _ADMIN,
        "Remove a policy that makes tags immutable",
    ),
    form(
        f"{_ALL}/delete",
        "organization_settings.delete",
        _ADMIN,
        "Delete an organization with everything in it",
        fresh=True,
    ),
)
