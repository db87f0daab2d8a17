"""Accounts: users and organizations in one space of names, and the tokens that speak for users."""

from __future__ import annotations

import enum
from typing import Protocol

import msgspec

from charthouse.model.permissions import NamespaceRole


class AccountKind(enum.StrEnum):
    """What an account is."""

    USER = "user"
    ORGANIZATION = "organization"
    ROBOT = "robot"


class Account(msgspec.Struct, frozen=True):
    """An account. ``password_hash`` is empty for organizations and robots.

    ``epoch`` grows to end all registry tokens, ``login_epoch`` to end sessions and refresh tokens.
    ``tag_window_s`` is how long hidden tags of its repositories can be restored, None: as configured.
    ``profile`` is a JSON object of what the owner tells of itself, or "".
    """

    account_id: int
    name: str
    kind: AccountKind
    email: str
    password_hash: str
    enabled: bool
    superuser: bool
    epoch: int
    created_ms: int
    login_epoch: int = 1
    tag_window_s: int | None = None
    profile: str = ""


class NewUser(msgspec.Struct, frozen=True):
    """A user to create."""

    name: str
    email: str
    password_hash: str
    superuser: bool
    created_ms: int


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a user or organization changes of itself; UNSET stays as it is. See Account."""

    email: str | msgspec.UnsetType = msgspec.UNSET
    tag_window_s: int | msgspec.UnsetType | None = msgspec.UNSET
    profile: str | msgspec.UnsetType = msgspec.UNSET


class Membership(msgspec.Struct, frozen=True):
    """An organization that a user belongs to by a team, and the most that any of its teams allows there."""

    organization: Account
    can_create: bool
    is_admin: bool


class NamespaceAccess(msgspec.Struct, frozen=True):
    """What an account may do in a namespace, decided in one read. ``epoch`` is the account's (-1: disabled, gone)."""

    namespace: Account
    role: NamespaceRole
    epoch: int


class AccessToken(msgspec.Struct, frozen=True):
    """An OAuth access token for the REST API. Only a hash of the token is kept (hex SHA-256).

    ``application_id`` is that of the OAuth application it was made for; None: ``application`` names what made it.
    ``title`` and ``creator`` are of tokens that administrators make.
    """

    token_hash: str
    account_id: int
    application: str
    scopes: tuple[str, ...]
    created_ms: int
    expires_ms: int
    uuid: str
    application_id: int | None = None
    title: str = ""
    creator: str = ""


class Accounts(Protocol):
    """Accounts and their tokens. All may raise Unavailable."""

    async def add_user(self, user: NewUser) -> Account:
        """Create a user; raises AlreadyExists when the name is taken by any account."""

    async def add_first_user(self, user: NewUser) -> Account | None:
        """Create a user in a store that has none, in one transaction; None when there is one already."""

    async def has_users(self) -> bool:
        """Tell whether there is any user."""

    async def add_organization(self, name: str, email: str, owner_id: int, now_ms: int) -> Account:
        """Create an organization with team ``owners`` (role admin) holding its owner; raises AlreadyExists."""

    async def by_name(self, name: str) -> Account | None:
        """Return the account of this exact name."""

    async def by_email(self, email: str) -> Account | None:
        """Return the user who was made first of those with this address, as it is written or in lower case."""

    async def by_id(self, account_id: int) -> Account | None:
        """Return the account."""

    async def namespace_access(self, account_id: int, name: str) -> NamespaceAccess | None:
        """Decide what the account (0: anonymous) may do in the namespace of this name; None: there is none.

        Robots have no namespace; a user is ADMIN of the own one.
        """

    async def memberships(self, user_id: int) -> list[Membership]:
        """Return the organizations that the user is in, by name."""

    async def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password and raise the epoch: all tokens end."""

    async def upgrade_password(self, account_id: int, old_hash: str, new_hash: str) -> bool:
        """Keep another hash of the same password: no epoch changes. False when the hash is not ``old_hash`` any more."""

    async def change(self, account_id: int, change: AccountChange) -> None:
        """Change what the account tells of itself, and how long its hidden tags can be restored."""

    async def set_enabled(self, account_id: int, enabled: bool) -> None:
        """Enable or disable; either raises the epoch."""

    async def add_token(self, token: AccessToken) -> None:
        """Keep an access token."""

    async def token(self, token_hash: str) -> AccessToken | None:
        """Return the token, expired or not."""

    async def remove_tokens(self, expired_before_ms: int) -> int:
        """Forget expired tokens; returns how many."""
