"""Granting and refusing: what a user decides, and how the application learns of it.

The answers are those of RFC 6749 § 4.1.2 and § 4.2.2, with ``iss`` (RFC 9207), so that a client of several
registries cannot be made to take one's answer for another's.
"""

from __future__ import annotations

import uuid

from charthouse.model.scopes import Scope, covers
from charthouse.ports.accounts import AccessToken
from charthouse.ports.clock import Clock
from charthouse.ports.oauth import Assignments, AuthorizationCode, Authorizations, Codes
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.opaque import ACCESS_TOKEN_LENGTH, hash_of, random_secret, uuid_in

from .redirects import with_fragment, with_query
from .requests import AccessRequest, ResponseType

CODE_SECONDS = 600
TOKEN_SECONDS = 315_576_000
"""Ten years, as in Quay."""


class Consent:
    """Does what a user has decided."""

    def __init__(
        self, authorizations: Authorizations, codes: Codes, assignments: Assignments, clock: Clock
    ) -> None:
        self._authorizations = authorizations
        self._codes = codes
        self._assignments = assignments
        self._clock = clock

    async def is_given(self, permit: AccountPermit, request: AccessRequest) -> bool:
        """Tell whether the user has granted the application all that it asks for before."""
        application_id, now = request.application.application_id, self._clock.now_ms()
        granted = await self._authorizations.granted(permit.account.account_id, application_id, now)
        known = {scope for scope in Scope if scope.value in granted}
        return all(covers(known, scope) for scope in request.scopes)

    async def grant(self, permit: AccountPermit, request: AccessRequest, issuer: str) -> str:
        """Let the application in; returns where to send the browser."""
        account_id = permit.account.account_id
        if request.assignment:
            await self._assignments.remove(account_id, uuid_in(request.assignment))
        if request.response_type == ResponseType.CODE:
            fields = {"code": await self._code(account_id, request)}
            return with_query(request.redirect_uri, fields | _common(request, issuer))
        fields = {
            "access_token": await self._token(account_id, request),
            "token_type": "Bearer",
            "expires_in": str(TOKEN_SECONDS),
            "scope": " ".join(request.ordered),
        }
        return with_fragment(request.redirect_uri, fields | _common(request, issuer))

    async def deny(self, permit: AccountPermit, request: AccessRequest, issuer: str) -> str:
        """Refuse the application; returns where to send the browser."""
        if request.assignment:
            await self._assignments.remove(permit.account.account_id, uuid_in(request.assignment))
        fields = {"error": "access_denied"} | _common(request, issuer)
        if request.response_type == ResponseType.CODE:
            return with_query(request.redirect_uri, fields)
        return with_fragment(request.redirect_uri, fields)

    async def _code(self, account_id: int, request: AccessRequest) -> str:
        code = random_secret(ACCESS_TOKEN_LENGTH)
        await self._codes.add(
            AuthorizationCode(
                code_hash=hash_of(code),
                application_id=request.application.application_id,
                account_id=account_id,
                scopes=request.ordered,
                redirect_uri=request.redirect_uri,
                challenge=request.challenge,
                expires_ms=self._clock.now_ms() + CODE_SECONDS * 1000,
            )
        )
        return code

    async def _token(self, account_id: int, request: AccessRequest) -> str:
        token, now = random_secret(ACCESS_TOKEN_LENGTH), self._clock.now_ms()
        await self._authorizations.add(
            AccessToken(
                token_hash=hash_of(token),
                account_id=account_id,
                application="",
                scopes=request.ordered,
                created_ms=now,
                expires_ms=now + TOKEN_SECONDS * 1000,
                uuid=str(uuid.uuid4()),
                application_id=request.application.application_id,
            ),
            None,
        )
        return token


def _common(request: AccessRequest, issuer: str) -> dict[str, str]:
    return ({"state": request.state} if request.state else {}) | {"iss": issuer}
