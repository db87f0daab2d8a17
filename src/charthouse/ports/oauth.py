"""OAuth: applications, the access tokens made for them, and what leads to such tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from .accounts import AccessToken, AccountKind

NEVER_MS = 253_402_300_799_000
"""``AccessToken.expires_ms`` of a token that stays until it is revoked: the last second of the year 9999."""


class Details(msgspec.Struct, frozen=True):
    """What the owner of an application tells of it."""

    name: str
    description: str = ""
    application_uri: str = ""
    redirect_uri: str = ""
    avatar_email: str = ""


class Owner(msgspec.Struct, frozen=True):
    """The namespace that an application belongs to: an organization, or a user."""

    account_id: int
    name: str
    email: str
    kind: AccountKind


class Application(msgspec.Struct, frozen=True):
    """An application that asks users for access. Its secret is encrypted."""

    application_id: int
    client_id: str
    owner: Owner
    details: Details
    sealed_secret: bytes
    created_ms: int


class Authorization(msgspec.Struct, frozen=True):
    """An access token of a user, and the application that has it (None: ``token.application`` made it)."""

    token: AccessToken
    application: Application | None


class MadeToken(msgspec.Struct, frozen=True):
    """An access token of an application, with the name of its user."""

    token: AccessToken
    user: str


class AuthorizationCode(msgspec.Struct, frozen=True):
    """What an application exchanges for a token (RFC 6749 § 4.1); only a hash of the code is kept.

    ``challenge`` is PKCE's by S256 (RFC 7636), "" without.
    """

    code_hash: str
    application_id: int
    account_id: int
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    expires_ms: int


class Redemption(msgspec.Struct, frozen=True):
    """An application presents a code. ``challenge`` is computed from the verifier it sent, "" without one.

    ``token_uuid`` follows from the code alone, so that a code that comes twice finds the token of the first time.
    ``scopes``: those that the application names, None when it names none.
    """

    code_hash: str
    application_id: int
    redirect_uri: str
    challenge: str
    scopes: frozenset[str] | None
    token_hash: str
    token_uuid: str
    now_ms: int
    expires_ms: int


class Assignment(msgspec.Struct, frozen=True):
    """A token that an administrator offers to a user."""

    uuid: str
    application: Application
    account_id: int
    scopes: tuple[str, ...]
    redirect_uri: str
    response_type: str


class Applications(Protocol):
    """OAuth applications. All may raise Unavailable."""

    async def add(
        self, namespace_id: int, client_id: str, details: Details, sealed_secret: bytes, now_ms: int
    ) -> None:
        """Make an application."""

    async def of_namespace(self, namespace_id: int) -> list[Application]:
        """Return the applications of a namespace, the oldest first."""

    async def by_client_id(self, client_id: str) -> Application | None:
        """Return the application."""

    async def change(self, application_id: int, details: Details) -> None:
        """Replace what is told of it."""

    async def set_secret(self, application_id: int, sealed_secret: bytes) -> None:
        """Replace the secret; codes that were given out before end."""

    async def remove(self, application_id: int) -> None:
        """Forget it and its tokens, codes and offers; registry tokens of the users concerned end too."""


class Authorizations(Protocol):
    """Access tokens as applications and users see them. Whatever ends one ends its user's registry tokens."""

    async def add(self, token: AccessToken, at_most: int | None) -> bool:
        """Keep a token that an administrator made; False when its application has ``at_most`` such tokens."""

    async def of_application(self, application_id: int, after: str, limit: int) -> list[MadeToken]:
        """Return at most ``limit`` tokens with uuids greater than ``after``, in their order."""

    async def of_account(self, account_id: int, now_ms: int) -> list[Authorization]:
        """Return the tokens of a user that have not expired, the oldest first."""

    async def granted(self, account_id: int, application_id: int, now_ms: int) -> Sequence[str]:
        """Return the scopes that the user has granted to the application in person, of unexpired tokens."""

    async def remove_of_application(self, application_id: int, uuid: str) -> bool:
        """Revoke a token of the application; False when it has none of this uuid."""

    async def remove_of_account(self, account_id: int, uuid: str) -> bool:
        """Revoke a token of the user; False when there is none of this uuid."""


class Codes(Protocol):
    """Authorization codes."""

    async def add(self, code: AuthorizationCode) -> None:
        """Keep a code."""

    async def redeem(self, redemption: Redemption) -> AccessToken | None:
        """Exchange a code for a token, in one transaction.

        The code is gone afterwards, whatever is wrong with what was presented (then None). One that was gone
        before has been used twice: the token of the first time is revoked (RFC 6749 § 4.1.2).
        """

    async def remove_expired(self, now_ms: int) -> int:
        """Forget codes that nobody exchanged in time; returns how many."""


class Assignments(Protocol):
    """Offers of tokens."""

    async def add(self, assignment: Assignment) -> None:
        """Keep an offer; one of the same application to the same user before is replaced."""

    async def of_account(self, account_id: int) -> list[Assignment]:
        """Return the offers to a user."""

    async def remove(self, account_id: int, uuid: str) -> bool:
        """Forget an offer, accepted or not; False when the user has none of this uuid."""
