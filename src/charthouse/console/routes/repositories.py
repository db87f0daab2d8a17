"""Namespaces and repositories."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_SETTINGS = "/{repository}/-/settings"

ROUTES = (
    page("/new/", "new", Permission.LOGIN, "Show the form that makes a repository"),
    form("/new/", "new.create", Permission.LOGIN, "Make a repository"),
    page(
        "/{repository}/-/description",
        "description",
        Permission.WRITE,
        "Show the description as it is written",
    ),
    form(
        "/{repository}/-/description",
        "description.describe",
        Permission.WRITE,
        "Replace the description of a repository",
    ),
    page(_SETTINGS, "repository_settings", Permission.ADMIN, "Show what can be changed of a repository"),
    form(
        f"{_SETTINGS}/visibility",
        "repository_settings.visibility",
        Permission.ADMIN,
        "Make a repository public or private",
    ),
    form(
        f"{_SETTINGS}/state",
        "repository_settings.state",
        Permission.ADMIN,
        "Let a repository only be read, or be written to again",
    ),
    form(f"{_SETTINGS}/grant", "repository_settings.grant", Permission.ADMIN, "Give somebody a role"),
    form(f"{_SETTINGS}/revoke", "repository_settings.revoke", Permission.ADMIN, "Take a role back"),
    form(
        f"{_SETTINGS}/protect",
        "repository_settings.protect",
        Permission.ADMIN,
        "Add a policy that makes tags immutable",
    ),
    form(
        f"{_SETTINGS}/unprotect",
        "repository_settings.unprotect",
        Permission.ADMIN,
        "Take a policy away that makes tags immutable",
    ),
    form(f"{_SETTINGS}/delete", "repository_settings.delete", Permission.ADMIN, "Delete a repository"),
    page(
        "/{organization}",
        "namespace",
        Permission.NAMESPACE,
        "Show the repositories of a user or an organization",
    ),
    page("/{repository}", "repository", Permission.READ, "Show a repository"),
    form(
        "/{repository}/-/star", "repository.star", Permission.READ, "Star a repository, or take the star back"
    ),
)
