"""Signing in and out, and what a person has open."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission, Route
from charthouse.model.scopes import Scope

P = Permission

ROUTES = (
    Route("GET", "/csrf_token", "quay.csrf_token", P.NONE, "Give a browser its CSRF token", entry=True),
    Route(
        "POST",
        "/api/v1/signin",
        "quay.sign_in",
        P.NONE,
        "Open a session for a name and password",
        feature="FEATURE_DIRECT_LOGIN",
        entry=True,
        body=SMALL_BODY,
    ),
    Route(
        "POST",
        "/api/v1/signin/verify",
        "quay.verify_login",
        P.LOGIN,
        "Give the password again, before sensitive changes",
        feature="FEATURE_DIRECT_LOGIN",
        body=SMALL_BODY,
    ),
    Route(
        "POST",
        "/api/v1/signout",
        "quay.sign_out",
        P.NONE,
        "End all sessions of the caller",
        entry=True,
        body=SMALL_BODY,
    ),
    Route("GET", "/api/v1/user/sessions", "quay.list_sessions", P.LOGIN, "List the caller's sessions"),
    Route(
        "DELETE",
        "/api/v1/user/sessions/{session_uuid}",
        "quay.delete_session",
        P.LOGIN,
        "End a session of the caller",
        status=204,
    ),
    Route(
        "GET",
        "/api/v1/user/apptoken",
        "quay.list_app_tokens",
        P.LOGIN,
        "List the caller's application tokens",
        Scope.USER_ADMIN,
        feature="FEATURE_APP_SPECIFIC_TOKENS",
    ),
    Route(
        "POST",
        "/api/v1/user/apptoken",
        "quay.create_app_token",
        P.LOGIN,
        "Make an application token",
        Scope.USER_ADMIN,
        fresh=True,
        feature="FEATURE_APP_SPECIFIC_TOKENS",
        body=SMALL_BODY,
    ),
    Route(
        "GET",
        "/api/v1/user/apptoken/{token_uuid}",
        "quay.get_app_token",
        P.LOGIN,
        "Show an application token again",
        Scope.USER_ADMIN,
        fresh=True,
        feature="FEATURE_APP_SPECIFIC_TOKENS",
    ),
    Route(
        "DELETE",
        "/api/v1/user/apptoken/{token_uuid}",
        "quay.delete_app_token",
        P.LOGIN,
        "Revoke an application token",
        Scope.USER_ADMIN,
        fresh=True,
        feature="FEATURE_APP_SPECIFIC_TOKENS",
        status=204,
    ),
)
