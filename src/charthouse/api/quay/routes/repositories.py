"""Repositories themselves, and the stars that people give them."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission

_DESCRIPTION_BODY = 512 * 1024  # the longest description, in any script

_LIST = "/api/v1/repository"
_ONE = "/api/v1/repository/{repository}"
_STARS = "/api/v1/user/starred"
_STAR = "/api/v1/user/starred/{repository}"

ROUTES = (
    Route(
        "POST",
        _LIST,
        "quay.create_repository",
        P.LOGIN,
        "Make a repository; the namespace must let the caller create",
        Scope.REPO_CREATE,
        status=201,
        body=_DESCRIPTION_BODY,
    ),
    Route(
        "GET",
        _LIST,
        "quay.list_repositories",
        P.NONE,
        "List repositories that the caller may read: of a namespace, public or starred ones",
        Scope.REPO_READ,
    ),
    Route("GET", _ONE, "quay.get_repository", P.READ, "Show a repository", Scope.REPO_READ),
    Route(
        "PUT",
        _ONE,
        "quay.change_repository",
        P.WRITE,
        "Change the description",
        Scope.REPO_WRITE,
        body=_DESCRIPTION_BODY,
    ),
    Route(
        "DELETE",
        _ONE,
        "quay.delete_repository",
        P.ADMIN,
        "Delete a repository with everything in it",
        Scope.REPO_ADMIN,
        status=204,
        absent=True,
    ),
    Route(
        "POST",
        f"{_ONE}/changevisibility",
        "quay.change_visibility",
        P.ADMIN,
        "Make a repository public or private",
        Scope.REPO_ADMIN,
    ),
    Route(
        "PUT",
        f"{_ONE}/changestate",
        "quay.change_state",
        P.ADMIN,
        "Make what a repository holds unchangeable, or changeable again",
        Scope.REPO_ADMIN,
    ),
    Route("GET", _STARS, "quay.list_stars", P.LOGIN, "List starred repositories", Scope.USER_READ),
    Route("POST", _STARS, "quay.create_star", P.LOGIN, "Star a repository", Scope.USER_ADMIN, status=201),
    Route("DELETE", _STAR, "quay.delete_star", P.LOGIN, "Take a star back", Scope.USER_ADMIN, status=204),
)
