"""An application's request for access, checked before anybody is asked or sent anywhere.

What is wrong is told to the person in front of the browser and never by a redirect: who registers an application
could otherwise make this registry's address lead to theirs (RFC 9700 § 4.11.2).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping

import msgspec

from charthouse.model.errors import InvalidRequest
from charthouse.model.scopes import Scope, parse_scopes
from charthouse.ports.oauth import Application

from .applications import ApplicationService
from .redirects import is_registered

MAXIMUM_STATE = 4096
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""SHA-256 in base64 without padding (RFC 7636 § 4.2)."""
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


class ResponseType(enum.StrEnum):
    """What an application gets: a code to exchange, or at once a token (RFC 6749 § 4.1, § 4.2)."""

    CODE = "code"
    TOKEN = "token"  # noqa: S105 -- a word of the protocol


class AccessRequest(msgspec.Struct, frozen=True):
    """A request that may be put to a user. ``challenge`` is PKCE's, "" without; ``assignment`` an offer's uuid."""

    application: Application
    redirect_uri: str
    scopes: frozenset[Scope]
    response_type: ResponseType
    state: str
    challenge: str
    assignment: str

    @property
    def ordered(self) -> tuple[Scope, ...]:
        """Return the scopes in the order in which they are always named."""
        return tuple(scope for scope in Scope if scope in self.scopes)


class RequestReader:
    """Reads requests. ``offered`` are the scopes that this registry gives."""

    def __init__(self, applications: ApplicationService, offered: frozenset[Scope]) -> None:
        self._applications = applications
        self._offered = offered

    async def read(self, fields: Mapping[str, str], local: str) -> AccessRequest:
        """Return the request; ``local`` is the registry's own landing page, where every application may send to.

        Raises NotFound (no such application) and InvalidRequest.
        """
        application = await self._applications.known(fields.get("client_id", ""))
        redirect_uri = fields.get("redirect_uri", "")
        if redirect_uri != local and not is_registered(application.details.redirect_uri, redirect_uri):
            raise InvalidRequest(
                "redirect_uri_mismatch: the application has not registered this redirect_uri"
            )
        scopes = parse_scopes(fields.get("scope", ""), self._offered)
        if not scopes:
            raise InvalidRequest("invalid_scope: scope names one or more known scopes")
        response_type = _response_type(fields.get("response_type") or ResponseType.CODE)
        state = fields.get("state", "")
        if len(state) > MAXIMUM_STATE or _PRINTABLE.fullmatch(state) is None:
            raise InvalidRequest(f"invalid_request: state is at most {MAXIMUM_STATE} printable characters")
        challenge = _challenge(fields)
        assignment = fields.get("assignment_uuid", "")
        return AccessRequest(application, redirect_uri, scopes, response_type, state, challenge, assignment)


def _response_type(text: str) -> ResponseType:
    try:
        return ResponseType(text)
    except ValueError:
        raise InvalidRequest("unsupported_response_type: response_type is code or token") from None


def _challenge(fields: Mapping[str, str]) -> str:
    challenge = fields.get("code_challenge", "")
    if not challenge:
        if fields.get("code_challenge_method"):
            raise InvalidRequest("invalid_request: code_challenge_method comes with a code_challenge")
        return ""
    if fields.get("code_challenge_method") != "S256" or _CHALLENGE.fullmatch(challenge) is None:
        raise InvalidRequest("invalid_request: PKCE goes by code_challenge_method=S256 only")
    return challenge
