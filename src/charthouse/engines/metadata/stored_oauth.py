"""The ports of OAuth, kept in tables."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.ports.accounts import AccessToken
from charthouse.ports.oauth import (
    Application,
    Assignment,
    Authorization,
    AuthorizationCode,
    Details,
    MadeToken,
    Redemption,
)

from . import commands
from .executor import Executor


class StoredApplications:
    """OAuth applications, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(
        self, namespace_id: int, client_id: str, details: Details, sealed_secret: bytes, now_ms: int
    ) -> None:
        """Make an application."""
        add = commands.oauth_applications.add
        await self._content.write(add, namespace_id, client_id, details, sealed_secret, now_ms)

    async def of_namespace(self, namespace_id: int) -> list[Application]:
        """Return the applications of a namespace."""
        return await self._content.read(commands.oauth_applications.of_namespace, namespace_id)

    async def by_client_id(self, client_id: str) -> Application | None:
        """Return the application."""
        return await self._content.read(commands.oauth_applications.by_client_id, client_id)

    async def change(self, application_id: int, details: Details) -> None:
        """Replace what is told of it."""
        await self._content.write(commands.oauth_applications.change, application_id, details)

    async def set_secret(self, application_id: int, sealed_secret: bytes) -> None:
        """Replace the secret."""
        await self._content.write(commands.oauth_applications.set_secret, application_id, sealed_secret)

    async def remove(self, application_id: int) -> None:
        """Forget it and all that was made for it."""
        await self._content.write(commands.oauth_applications.remove, application_id)


class StoredAuthorizations:
    """Access tokens as applications and users see them, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, token: AccessToken, at_most: int | None) -> bool:
        """Keep a token that an administrator made."""
        return await self._content.write(commands.oauth_tokens.add, token, at_most)

    async def of_application(self, application_id: int, after: str, limit: int) -> list[MadeToken]:
        """Return a page of the application's tokens."""
        return await self._content.read(commands.oauth_tokens.of_application, application_id, after, limit)

    async def of_account(self, account_id: int, now_ms: int) -> list[Authorization]:
        """Return the tokens of a user."""
        return await self._content.read(commands.oauth_grants.of_account, account_id, now_ms)

    async def granted(self, account_id: int, application_id: int, now_ms: int) -> Sequence[str]:
        """Return the scopes that the user has granted to the application."""
        return await self._content.read(commands.oauth_tokens.granted, account_id, application_id, now_ms)

    async def remove_of_application(self, application_id: int, uuid: str) -> bool:
        """Revoke a token of the application."""
        return await self._content.write(commands.oauth_tokens.remove_of_application, application_id, uuid)

    async def remove_of_account(self, account_id: int, uuid: str) -> bool:
        """Revoke a token of the user."""
        return await self._content.write(commands.oauth_tokens.remove_of_account, account_id, uuid)


class StoredCodes:
    """Authorization codes, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, code: AuthorizationCode) -> None:
        """Keep a code."""
        await self._content.write(commands.oauth_tokens.add_code, code)

    async def redeem(self, redemption: Redemption) -> AccessToken | None:
        """Exchange a code for a token."""
        return await self._content.write(commands.oauth_tokens.redeem, redemption)

    async def remove_expired(self, now_ms: int) -> int:
        """Forget codes that nobody exchanged in time."""
        return await self._content.write(commands.oauth_tokens.remove_expired_codes, now_ms)


class StoredAssignments:
    """Offers of tokens, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, assignment: Assignment) -> None:
        """Keep an offer."""
        await self._content.write(commands.oauth_grants.add_assignment, assignment)

    async def of_account(self, account_id: int) -> list[Assignment]:
        """Return the offers to a user."""
        return await self._content.read(commands.oauth_grants.assignments, account_id)

    async def remove(self, account_id: int, uuid: str) -> bool:
        """Forget an offer."""
        return await self._content.write(commands.oauth_grants.remove_assignment, account_id, uuid)
