"""One row a route: what dispatch, the gate, metrics, documentation and the authorization tests are made from."""

from __future__ import annotations

import enum

import msgspec

from charthouse.model.scopes import Scope


class Permission(enum.StrEnum):
    """What a route asks of its caller; the gate (``services/access``) decides by it."""

    NONE = "none"
    """Anyone, logged in or not."""
    LOGIN = "login"
    """Any account, acting on what is its own."""
    ACCOUNT = "account"
    """Any account, whatever an access token is for: nothing is shown but what is no secret."""
    READ = "repository:read"
    WRITE = "repository:write"
    ADMIN = "repository:admin"
    NAMESPACE = "namespace"
    """Anyone, of a namespace that exists; what is shown depends on the role in it."""
    MEMBER = "organization:member"
    ORGANIZATION_ADMIN = "organization:admin"
    SUPERUSER = "superuser"
    CLIENT = "oauth:client"
    """An OAuth application that proves itself by its secret."""
    SERVICE = "service"
    """A service that proves by a signed token that a key is its own; no account speaks."""
    UPLOAD_OWNER = "upload:owner"
    """The account that opened the upload, while it may write to the repository."""


ANY_SCOPE = frozenset({Permission.NONE, Permission.NAMESPACE, Permission.ACCOUNT})
"""Where no scope is asked for, an access token will do whatever its scopes: they lower the role that is found."""


ORDINARY_BODY = 256 * 1024
SMALL_BODY = 8 * 1024
"""For what strangers may send: names, passwords, codes."""


class Route(msgspec.Struct, frozen=True):
    """``template`` in the form of RFC 6570 level 1; ``operation`` names the route in metrics and documents.

    ``{repository}`` and ``{organization}`` in it name what the permission is about. ``scope`` is what an OAuth
    access token must carry, beside the permission of its user (None: no such token, only a session). ``fresh``: a
    session must have given its password lately. ``feature`` is the setting without which there is no such route.
    ``status`` is that of success. ``entry``: open to strangers also where nobody else may do anything without a login.
    ``body``: bytes that a request's body may have.
    ``absent``: it succeeds without a permit, for those who may know that what it is
    about is not there. ``page``: for a person in front of a browser, who comes by a link
    or a form and reads HTML. ``direct``: configured OAuth clients send their user's name and password.
    """

    method: str
    template: str
    operation: str
    permission: Permission
    summary: str
    scope: Scope | None = None
    fresh: bool = False
    feature: str = ""
    status: int = 200
    entry: bool = False
    body: int = ORDINARY_BODY
    absent: bool = False
    page: bool = False
    direct: bool = False
