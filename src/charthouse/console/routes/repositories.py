"""Namespaces and repositories."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

ROUTES = (
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
