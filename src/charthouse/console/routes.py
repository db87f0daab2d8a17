"""The console's pages. No name begins with ``-``, so ``/-/`` parts a page from the repository that it is about."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

P = Permission


def _page(template: str, operation: str, permission: P, summary: str, method: str = "GET") -> Route:
    return Route(method, template, f"console.{operation}", permission, summary, page=True)


ROUTES: tuple[Route, ...] = (
    _page("/", "home", P.NONE, "Show what is the caller's own, or what is public"),
    _page("/search", "search", P.NONE, "Find repositories"),
    _page("/-/about", "about", P.NONE, "Tell which registry this is"),
    _page("/-/preferences", "preferences", P.NONE, "Choose language and theme", "POST"),
    _page("/-/signout", "sign_out", P.LOGIN, "End the session", "POST"),
    _page("/-/static/{asset}", "asset", P.NONE, "Send a style sheet, a script or a picture of ours"),
    _page("/{organization}", "namespace", P.NAMESPACE, "Show the repositories of a user or an organization"),
    _page("/{repository}", "repository", P.READ, "Show a repository"),
    _page("/{repository}/-/tags", "tags", P.READ, "List tags"),
    _page("/{repository}/-/tags/{tag}", "tag", P.READ, "Show a tag"),
    _page("/{repository}/-/history", "history", P.READ, "Show what tags pointed at"),
    _page("/{repository}/-/star", "star", P.READ, "Star a repository, or take the star back", "POST"),
    _page("/{repository}/-/restore", "restore", P.WRITE, "Bring back what a tag pointed at", "POST"),
)
"""Served in this order; ``{repository}`` has two segments or more."""
