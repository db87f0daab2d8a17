"""OAuth applications, their tokens, and what users have granted them."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission, Route
from charthouse.model.scopes import Scope

P = Permission

_ALL = "/api/v1/organization/{organization}/applications"
_ONE = f"{_ALL}/{{client_id}}"

ROUTES = (
    Route("GET", _ALL, "quay.list_applications", P.ORGANIZATION_ADMIN, "List applications", Scope.ORG_ADMIN),
    Route(
        "POST", _ALL, "quay.create_application", P.ORGANIZATION_ADMIN, "Make an application", Scope.ORG_ADMIN
    ),
    Route("GET", _ONE, "quay.get_application", P.ORGANIZATION_ADMIN, "Show an application", Scope.ORG_ADMIN),
    Route(
        "PUT", _ONE, "quay.update_application", P.ORGANIZATION_ADMIN, "Change an application", Scope.ORG_ADMIN
    ),
    Route(
        "DELETE",
        _ONE,
        "quay.delete_application",
        P.ORGANIZATION_ADMIN,
        "Remove an application; its tokens end",
        Scope.ORG_ADMIN,
        status=204,
    ),
    Route(
        "POST",
        f"{_ONE}/resetclientsecret",
        "quay.reset_client_secret",
        P.ORGANIZATION_ADMIN,
        "Give an application a new secret",
        Scope.ORG_ADMIN,
    ),
    Route(
        "GET",
        f"{_ONE}/tokens",
        "quay.list_application_tokens",
        P.ORGANIZATION_ADMIN,
        "List the tokens of an application",
        Scope.ORG_ADMIN,
    ),
    Route(
        "POST",
        f"{_ONE}/tokens",
        "quay.create_application_token",
        P.ORGANIZATION_ADMIN,
        "Make a token of an application that speaks for the caller",
        Scope.ORG_ADMIN,
        fresh=True,
        status=201,
    ),
    Route(
        "DELETE",
        f"{_ONE}/tokens/{{token_uuid}}",
        "quay.delete_application_token",
        P.ORGANIZATION_ADMIN,
        "Revoke a token of an application",
        Scope.ORG_ADMIN,
        status=204,
    ),
    Route(
        "GET",
        "/api/v1/app/{client_id}",
        "quay.get_application_information",
        P.NONE,
        "Tell what an application is",
    ),
    Route(
        "GET",
        "/api/v1/user/authorizations",
        "quay.list_authorizations",
        P.LOGIN,
        "List what the caller has let applications do",
        Scope.USER_ADMIN,
    ),
    Route(
        "GET",
        "/api/v1/user/authorizations/{token_uuid}",
        "quay.get_authorization",
        P.LOGIN,
        "Show what the caller has let an application do",
        Scope.USER_ADMIN,
    ),
    Route(
        "DELETE",
        "/api/v1/user/authorizations/{token_uuid}",
        "quay.delete_authorization",
        P.LOGIN,
        "Take back what the caller has let an application do",
        Scope.USER_ADMIN,
        status=204,
    ),
    Route(
        "GET",
        "/api/v1/user/assignedauthorization",
        "quay.list_assigned_authorizations",
        P.LOGIN,
        "List applications that administrators ask the caller to let in",
        Scope.USER_ADMIN,
        feature="FEATURE_ASSIGN_OAUTH_TOKEN",
    ),
    Route(
        "DELETE",
        "/api/v1/user/assignedauthorization/{assignment_uuid}",
        "quay.delete_assigned_authorization",
        P.LOGIN,
        "Decline to let an application in",
        Scope.USER_ADMIN,
        feature="FEATURE_ASSIGN_OAUTH_TOKEN",
        status=204,
    ),
    Route(
        "GET",
        "/oauth/authorize",
        "oauth.authorize",
        P.LOGIN,
        "Ask the user to let an application in",
        page=True,
    ),
    Route(
        "POST",
        "/oauth/authorizeapp",
        "oauth.authorize_application",
        P.LOGIN,
        "Let an application in",
        page=True,
        direct=True,
    ),
    Route(
        "POST",
        "/oauth/denyapp",
        "oauth.deny_application",
        P.LOGIN,
        "Keep an application out",
        page=True,
    ),
    Route(
        "POST",
        "/oauth/authorize/assignuser",
        "oauth.assign_user",
        P.LOGIN,
        "Offer a user a token of an application that the caller administers",
        feature="FEATURE_ASSIGN_OAUTH_TOKEN",
        page=True,
    ),
    Route(
        "GET",
        "/oauth/localapp",
        "oauth.landing",
        P.NONE,
        "Show a user the token that stands in the page's address",
        entry=True,
        page=True,
    ),
    Route(
        "POST",
        "/oauth/access_token",
        "oauth.access_token",
        P.CLIENT,
        "Exchange a code for a token",
        body=SMALL_BODY,
    ),
)
