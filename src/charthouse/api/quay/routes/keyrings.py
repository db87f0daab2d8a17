"""Keys whose signatures users and organizations trust, and what the signatures of a chart prove."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission
_BODY = 512 * 1024
"""The largest keyring, armored and as JSON."""
_REPOSITORY = "/api/v1/repository/{repository}"


def _keyring(
    base: str, kind: str, see: Permission, administer: Permission, scope: Scope
) -> tuple[Route, ...]:
    """Return the routes of one kind of owner; ``kind`` tells operations apart."""
    ring = f"{base}/keyring"
    one = f"{ring}/{{fingerprint}}"
    return (
        Route("GET", ring, f"quay.get_{kind}_keyring", see, "List the keys whose signatures are trusted", scope),
        Route(
            "POST", ring, f"quay.add_{kind}_keys", administer, "Trust the signatures of keys", scope,
            status=201, body=_BODY,
        ),
        Route("GET", f"{base}/keyring.gpg", f"quay.get_{kind}_keyring_file", see, "Get the keyring as Helm reads it", scope),
        Route("GET", one, f"quay.get_{kind}_key", see, "Show a key that is trusted, armored", scope),
        Route("DELETE", one, f"quay.remove_{kind}_key", administer, "Trust a key no longer", scope, status=204),
    )  # fmt: skip


ROUTES = (
    *_keyring("/api/v1/organization/{organization}", "org", P.MEMBER, P.ORGANIZATION_ADMIN, Scope.ORG_ADMIN),
    *_keyring("/api/v1/user", "user", P.LOGIN, P.LOGIN, Scope.USER_ADMIN),
    Route(
        "GET",
        f"{_REPOSITORY}/keyring.gpg",
        "quay.get_repository_keyring_file",
        P.READ,
        "Get the keyring of a repository's namespace as Helm reads it",
        Scope.REPO_READ,
    ),
    Route(
        "GET",
        f"{_REPOSITORY}/chart/{{version}}/signatures",
        "quay.get_chart_signatures",
        P.READ,
        "Tell who signed a chart, what that proves, and what lies beside it",
        Scope.REPO_READ,
    ),
)
