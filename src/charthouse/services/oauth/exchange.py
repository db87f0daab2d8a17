"""The token endpoint: an application exchanges a code for a token (RFC 6749 § 4.1.3).

The application proves itself by its secret, in the form or as Basic credentials; the code must have been made for
it, with this redirect_uri and, where it was asked for with PKCE, this verifier's challenge (RFC 7636). Whoever
presents a code uses it up, be it right or wrong.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping

import msgspec

from charthouse.model.errors import RegistryError
from charthouse.ports.clock import Clock
from charthouse.ports.oauth import Application, Applications, Codes, Redemption
from charthouse.services.identity.opaque import ACCESS_TOKEN_LENGTH, hash_of, random_secret

from .applications import CLIENT_SECRET_LENGTH, ApplicationService
from .consent import TOKEN_SECONDS

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class ExchangeRefused(RegistryError):
    """A refusal of the token endpoint: ``error`` is the word of RFC 6749 § 5.2."""

    status = 400

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class ClientRefused(ExchangeRefused):
    """The application has not proved that it is the one it says."""

    status = 401

    def __init__(self) -> None:
        super().__init__("invalid_client", "unknown client_id, or wrong client_secret")


class IssuedAccessToken(msgspec.Struct, frozen=True):
    """The answer (RFC 6749 § 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class Exchange:
    """Answers the token endpoint."""

    def __init__(
        self, service: ApplicationService, applications: Applications, codes: Codes, clock: Clock
    ) -> None:
        self._service = service
        self._applications = applications
        self._codes = codes
        self._clock = clock

    async def redeem(self, form: Mapping[str, str], basic: tuple[str, str] | None) -> IssuedAccessToken:
        """Exchange the code of a form; ``basic`` are the Basic credentials. Raises ExchangeRefused."""
        application = await self._client(form, basic)
        if form.get("grant_type") != "authorization_code":
            raise ExchangeRefused("unsupported_grant_type", "grant_type is authorization_code")
        code = form.get("code", "")
        if not code:
            raise ExchangeRefused("invalid_request", "code is missing")
        now, token = self._clock.now_ms(), random_secret(ACCESS_TOKEN_LENGTH)
        made = await self._codes.redeem(
            Redemption(
                code_hash=hash_of(code),
                application_id=application.application_id,
                redirect_uri=form.get("redirect_uri", ""),
                challenge=_challenge(form.get("code_verifier", "")),
                scopes=_scopes(form.get("scope", "")),
                token_hash=hash_of(token),
                token_uuid=_token_uuid(code),
                now_ms=now,
                expires_ms=now + TOKEN_SECONDS * 1000,
            )
        )
        if made is None:
            raise ExchangeRefused(
                "invalid_grant",
                "the code is unknown, used, expired, or was made for another client, redirect_uri, scope or verifier",
            )
        return IssuedAccessToken(token, "Bearer", TOKEN_SECONDS, " ".join(made.scopes))

    async def _client(self, form: Mapping[str, str], basic: tuple[str, str] | None) -> Application:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if basic is not None:
            if secret or client_id not in ("", basic[0]):
                raise ExchangeRefused("invalid_request", "the client proves itself in one way, not in two")
            client_id, secret = basic
        application = await self._applications.by_client_id(client_id)
        known = "-" * CLIENT_SECRET_LENGTH if application is None else self._service.secret(application)
        same = hmac.compare_digest(hash_of(secret), hash_of(known))
        if not same or application is None:
            raise ClientRefused
        return application


def _challenge(verifier: str) -> str:
    """Return the challenge that a verifier answers ("": none); a malformed verifier answers no challenge."""
    if not verifier:
        return ""
    if _VERIFIER.fullmatch(verifier) is None:
        return "malformed"
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _scopes(text: str) -> frozenset[str] | None:
    return frozenset(text.replace(",", " ").split()) or None


def _token_uuid(code: str) -> str:
    """Return the uuid of the token that a code becomes: the code does not follow from it."""
    return str(uuid.UUID(bytes=hashlib.sha256(b"token of " + code.encode()).digest()[:16], version=4))
