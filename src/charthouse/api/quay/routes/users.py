"""The caller's own account, and other people's."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission, Route
from charthouse.model.scopes import Scope

P = Permission

INITIALIZE = "/api/v1/user/initialize"

ROUTES = (
    Route(
        "POST",
        INITIALIZE,
        "quay.initialize",
        P.NONE,
        "Make the first user of an empty registry",
        feature="FEATURE_USER_INITIALIZE",
        entry=True,
    ),
    Route("GET", "/api/v1/user/", "quay.get_user", P.LOGIN, "Tell who the caller is", Scope.USER_READ),
    Route(
        "POST",
        "/api/v1/user/",
        "quay.create_user",
        P.NONE,
        "Make an account for oneself",
        feature="FEATURE_USER_CREATION",
        entry=True,
        body=SMALL_BODY,
    ),
    Route(
        "PUT",
        "/api/v1/user/",
        "quay.change_user",
        P.LOGIN,
        "Change the caller's password, e-mail address or time machine",
        Scope.USER_ADMIN,
        fresh=True,
    ),
    Route(
        "DELETE",
        "/api/v1/user/",
        "quay.delete_user",
        P.LOGIN,
        "Delete the caller's account with everything in its namespace",
        Scope.USER_ADMIN,
        fresh=True,
        status=204,
    ),
    Route("GET", "/api/v1/users/{username}", "quay.get_public_user", P.NONE, "Show a user"),
    Route(
        "POST",
        "/api/v1/user/clientkey",
        "quay.create_client_key",
        P.LOGIN,
        "Show the encrypted form of the caller's password",
        Scope.USER_ADMIN,
        body=SMALL_BODY,
    ),
    Route(
        "POST",
        "/api/v1/recovery",
        "quay.recover_account",
        P.NONE,
        "Ask for a way back into an account",
        entry=True,
        body=SMALL_BODY,
    ),
)
