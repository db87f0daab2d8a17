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


ROUTES = (
    *_policy("/api/v1/organization/{organization}", "org", P.ORGANIZATION_ADMIN, Scope.ORG_ADMIN),
    *_policy("/api/v1/user", "user", P.LOGIN, Scope.USER_ADMIN),
)
