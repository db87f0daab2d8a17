"""What superusers do, and how services prove who they are."""

from __future__ import annotations

from charthouse.api.kit.routes import SMALL_BODY, Permission, Route
from charthouse.model.scopes import Scope

_BASE = "/api/v1/superuser"
_KEY = "/keys/services/{service}/keys/{kid}"


def _route(
    method: str, template: str, operation: str, summary: str, *, status: int = 200, feature: str = ""
) -> Route:
    """Return a route for superusers; all want a login that is fresh, as in Quay."""
    return Route(
        method,
        template,
        operation,
        Permission.SUPERUSER,
        summary,
        Scope.SUPER_USER,
        fresh=True,
        feature=feature or "FEATURE_SUPER_USERS",
        status=status,
    )


ROUTES = (
    _route("GET", f"{_BASE}/users/", "quay.list_people", "List all users"),
    _route("POST", f"{_BASE}/users/", "quay.add_person", "Make a user, with a password of chance"),
    _route("GET", f"{_BASE}/users/{{username}}", "quay.get_person", "Show a user"),
    _route("PUT", f"{_BASE}/users/{{username}}", "quay.change_person", "Change, disable or enable a user"),
    _route(
        "DELETE",
        f"{_BASE}/users/{{username}}",
        "quay.remove_person",
        "Delete a user with everything of it",
        status=204,
    ),
    _route(
        "POST",
        "/api/v1/superusers/users/{username}/sendrecovery",
        "quay.send_recovery",
        "Send a user a mail to set a new password",
    ),
    _route("GET", f"{_BASE}/organizations/", "quay.list_all_organizations", "List all organizations"),
    _route(
        "PUT",
        f"{_BASE}/organizations/{{name}}",
        "quay.rename_organization",
        "Give an organization another name, with its repositories and robots",
    ),
    _route(
        "DELETE",
        f"{_BASE}/organizations/{{name}}",
        "quay.remove_organization",
        "Delete any organization with everything in it",
        status=204,
    ),
    _route(
        "POST",
        f"{_BASE}/takeownership/{{namespace}}",
        "quay.take_ownership",
        "Become an administrator of a namespace; a user becomes an organization",
    ),
    _route("GET", f"{_BASE}/registrysize/", "quay.get_registry_size", "Tell how many bytes are stored"),
    _route(
        "POST",
        f"{_BASE}/registrysize/",
        "quay.count_registry_size",
        "Have the bytes counted again",
        status=201,
    ),
    _route(
        "GET",
        f"{_BASE}/apptokens",
        "quay.list_all_app_tokens",
        "List everybody's application tokens",
    ),
    _route(
        "GET",
        f"{_BASE}/config",
        "quay.get_configuration",
        "Show the configuration, secrets hidden",
        feature="FEATURE_SUPERUSER_CONFIGDUMP",
    ),
    _route("GET", f"{_BASE}/keys", "quay.list_service_keys", "List all service keys"),
    _route("POST", f"{_BASE}/keys", "quay.make_service_key", "Make a service key"),
    _route("GET", f"{_BASE}/keys/{{kid}}", "quay.get_service_key", "Show a service key"),
    _route("PUT", f"{_BASE}/keys/{{kid}}", "quay.change_service_key", "Change a service key"),
    _route("DELETE", f"{_BASE}/keys/{{kid}}", "quay.remove_service_key", "Remove a service key", status=204),
    _route(
        "POST",
        f"{_BASE}/approvedkeys/{{kid}}",
        "quay.approve_service_key",
        "Approve the key that a service has registered",
        status=201,
    ),
    Route(
        "GET",
        "/keys/services/{service}/keys",
        "quay.list_keys_of_service",
        Permission.NONE,
        "List the keys that a service may be known by",
        entry=True,
    ),
    Route(
        "GET",
        _KEY,
        "quay.get_key_of_service",
        Permission.NONE,
        "Show a key that a service may be known by",
        entry=True,
    ),
    Route(
        "PUT",
        _KEY,
        "quay.register_key",
        Permission.SERVICE,
        "Register or replace the key of a service",
        body=SMALL_BODY,
    ),
    Route(
        "DELETE", _KEY, "quay.withdraw_key", Permission.SERVICE, "Withdraw a service's own key", status=204
    ),
    _route("GET", f"{_BASE}/registrystatus", "quay.get_registry_status", "Tell that the registry is ready"),
)
