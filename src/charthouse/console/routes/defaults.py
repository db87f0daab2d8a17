"""What new repositories of an organization grant."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_ALL = "/{organization}/-/defaults"
_ONE = f"{_ALL}/{{default}}"
_ADMIN = Permission.ORGANIZATION_ADMIN

ROUTES = (
    page(_ALL, "defaults", _ADMIN, "List default permissions"),
    form(_ALL, "defaults.create", _ADMIN, "Grant something on every new repository"),
    form(f"{_ONE}/change", "defaults.change", _ADMIN, "Change what a default permission grants"),
    form(f"{_ONE}/delete", "defaults.delete", _ADMIN, "Remove a default permission"),
)
