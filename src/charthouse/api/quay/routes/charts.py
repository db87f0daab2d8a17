"""Charts: what only a registry of charts has; none of it is Quay's."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission


def _policy(base: str, kind: str, permission: Permission, scope: Scope) -> tuple[Route, ...]:
    """Return the routes of one kind of owner; ``kind`` tells operations apart."""
    template = f"{base}/chartpolicy"
    return (
        Route(
            "GET",
            template,
            f"quay.get_{kind}_chart_policy",
            permission,
            "Tell what is asked of charts that are pushed",
            scope,
        ),
        Route(
            "PUT",
            template,
            f"quay.set_{kind}_chart_policy",
            permission,
            "Ask nothing of charts that are pushed, warn of findings, or refuse",
            scope,
        ),
    )


_CHART = "/api/v1/repository/{repository}/chart"


def _inside(tail: str, operation: str, summary: str) -> Route:
    """Return a route that shows something of charts to those who may read their repository."""
    return Route("GET", f"{_CHART}{tail}", f"quay.{operation}", P.READ, summary, Scope.REPO_READ)


_INSIDE = (
    _inside("", "list_chart_versions", "List the charts of a repository, newest version first"),
    _inside("/{version}", "get_chart", "Show a chart by version, tag, digest or latest"),
    _inside("/{version}/values", "chart_values", "Show a chart's values, each with what is said of it"),
    _inside("/{version}/schema", "chart_schema", "Show the schema of a chart's values"),
    _inside("/{version}/readme", "chart_readme", "Show a chart's README"),
    _inside("/{version}/templates", "chart_templates", "Show a chart's templates"),
    _inside("/{version}/crds", "chart_crds", "Show a chart's custom resource definitions"),
    _inside("/{version}/files", "chart_files", "List a chart's files"),
    _inside(
        "/{version}/dependencies", "chart_dependencies", "Show the charts that a chart needs, with its lock"
    ),
    _inside("/{version}/images", "chart_images", "List the container images that a chart names"),
    _inside("/{version}/compare/{other}", "compare_charts", "Tell what changed from one chart to another"),
)

ROUTES = (
    *_INSIDE,
    *_policy("/api/v1/organization/{organization}", "org", P.ORGANIZATION_ADMIN, Scope.ORG_ADMIN),
    *_policy("/api/v1/user", "user", P.LOGIN, Scope.USER_ADMIN),
)
