"""Whose signatures users and organizations trust."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_ALL = "/{organization}/-/keyrings"
_MEMBER, _ADMIN = Permission.MEMBER, Permission.ORGANIZATION_ADMIN

ROUTES = (
    page(_ALL, "keyrings", _MEMBER, "List the keys whose signatures are trusted"),
    form(_ALL, "keyrings.add", _ADMIN, "Trust the signatures of keys"),
    form(f"{_ALL}/remove", "keyrings.remove", _ADMIN, "Trust a key no longer"),
    page(f"{_ALL}/keyring.gpg", "keyring_file", _MEMBER, "Send the keyring as Helm reads it"),
)
