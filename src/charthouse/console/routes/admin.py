"""What superusers see and change; a read-only one only sees it."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

from .table import form, page

_USER = "/-/admin/users/{username}"
_ORGANIZATION = "/-/admin/orgs/{name}"
_KEY = "/-/admin/keys/{kid}"


def _page(template: str, operation: str, summary: str) -> Route:
    return page(template, f"admin.{operation}", Permission.SUPERUSER, summary)


def _form(template: str, operation: str, summary: str) -> Route:
    """Return a form; like the routes of Quay's API it wants a login that is fresh."""
    return form(template, f"admin.{operation}", Permission.SUPERUSER, summary, fresh=True)


ROUTES = (
    _page("/-/admin/", "registry", "Show how much is in the registry, and whether its parts work"),
    _form("/-/admin/size", "registry.count", "Have the bytes counted again"),
    _page("/-/admin/users", "users", "List all users"),
    _form("/-/admin/users", "users.create", "Make a user, with a password that is shown once"),
    _page(_USER, "user", "Show a user"),
    _form(f"{_USER}/email", "user.email", "Change a user's e-mail address"),
    _form(f"{_USER}/password", "user.password", "Set a user's password"),
    _form(f"{_USER}/enabled", "user.enabled", "Disable or enable a user"),
    _form(f"{_USER}/takeover", "user.takeover", "Make an organization of a user, and administer it"),
    _form(f"{_USER}/delete", "user.delete", "Delete a user with everything of it"),
    _page("/-/admin/orgs", "orgs", "List all organizations"),
    _page(_ORGANIZATION, "org", "Show what a superuser may do with an organization"),
    _form(f"{_ORGANIZATION}/rename", "org.rename", "Give an organization another name"),
    _form(f"{_ORGANIZATION}/takeover", "org.takeover", "Become an administrator of an organization"),
    _form(f"{_ORGANIZATION}/delete", "org.delete", "Delete an organization with everything in it"),
    _page("/-/admin/keys", "keys", "List service keys"),
    _form("/-/admin/keys", "keys.create", "Make a service key; its private half is shown once"),
    _page(_KEY, "key", "Show a service key"),
    _form(f"{_KEY}/approve", "key.approve", "Approve the key that a service has registered"),
    _form(f"{_KEY}/name", "key.name", "Name a service key"),
    _form(f"{_KEY}/expiry", "key.expiry", "Change when a service key expires"),
    _form(f"{_KEY}/delete", "key.delete", "Remove a service key"),
    _page("/-/admin/messages", "messages", "List what everybody is told"),
    _form("/-/admin/messages", "messages.create", "Tell everybody something"),
    _form("/-/admin/messages/delete", "messages.delete", "Tell it no longer"),
)
