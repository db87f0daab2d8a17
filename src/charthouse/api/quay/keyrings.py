"""The keyrings of users and organizations."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.permissions import NamespaceRole
from charthouse.ports.keyrings import KeyringKey
from charthouse.services.access.permits import AccountPermit, NamespacePermit, RepositoryPermit
from charthouse.services.charts.keyrings import KeyringService

from .dates import iso8601
from .endpoints import Endpoints
from .guard import permit_of

_BINARY = "application/pgp-keys"


class KeyringBody(BaseModel):
    """Public keys, as ``gpg --armor --export`` writes them."""

    armored: str


class KeyAnswer(TypedDict):
    """A key that is trusted. Times are ISO 8601; ``expires`` null: never."""

    fingerprint: str
    user_ids: list[str]
    created: str
    expires: str | None
    revoked: bool
    added: str
    added_by: str


class ArmoredKeyAnswer(KeyAnswer):
    """A key that is trusted, with the key itself."""

    armored: str


class KeyringAnswer(TypedDict):
    """A keyring."""

    keys: list[KeyAnswer]


class KeyringHandlers:
    """Answers for both kinds of owner; the permit says whose keyring is meant."""

    def __init__(self, keyrings: KeyringService) -> None:
        self._keyrings = keyrings

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_repository_keyring_file": self.get_file_of_repository,
        } | {
            operation.format(kind): handler
            for kind in ("org", "user")
            for operation, handler in (
                ("quay.get_{}_keyring", self.get_keyring),
                ("quay.add_{}_keys", self.add_keys),
                ("quay.get_{}_keyring_file", self.get_file),
                ("quay.get_{}_key", self.get_key),
                ("quay.remove_{}_key", self.remove_key),
            )
        }

    async def get_keyring(self, request: Request) -> KeyringAnswer:
        """Answer GET …/keyring."""
        return {"keys": [_view(key) for key in await self._keyrings.all(_namespace(request))]}

    async def add_keys(self, request: Request, body: KeyringBody) -> KeyringAnswer:
        """Answer POST …/keyring with the keys that were sent."""
        return {"keys": [_view(key) for key in await self._keyrings.add(_namespace(request), body.armored)]}

    async def get_file(self, request: Request) -> Response:
        """Answer GET …/keyring.gpg."""
        return Response(await self._keyrings.binary(_namespace(request)), media_type=_BINARY)

    async def get_key(self, request: Request, fingerprint: str) -> ArmoredKeyAnswer:
        """Answer GET …/keyring/{fingerprint}."""
        key = await self._keyrings.get(_namespace(request), fingerprint)
        return {**_view(key), "armored": await self._keyrings.armored([key])}

    async def remove_key(self, request: Request, fingerprint: str) -> None:
        """Answer DELETE …/keyring/{fingerprint}."""
        await self._keyrings.remove(_namespace(request), fingerprint)

    async def get_file_of_repository(self, request: Request) -> Response:
        """Answer GET /api/v1/repository/{repository}/keyring.gpg."""
        return Response(
            await self._keyrings.binary_of(permit_of(request, RepositoryPermit)), media_type=_BINARY
        )


def _namespace(request: Request) -> NamespacePermit:
    """Return the permit for the namespace that is meant: the organization's, or the caller's own."""
    if "organization" in request.path_params:
        return permit_of(request, NamespacePermit)
    permit = permit_of(request, AccountPermit)
    return NamespacePermit(permit.actor, permit.account, NamespaceRole.ADMIN)


def _view(key: KeyringKey) -> KeyAnswer:
    certificate = key.certificate
    return {
        "fingerprint": certificate.fingerprint,
        "user_ids": list(certificate.user_ids),
        "created": iso8601(certificate.created_ms),
        "expires": None if certificate.expires_ms is None else iso8601(certificate.expires_ms),
        "revoked": certificate.revoked,
        "added": iso8601(key.added_ms),
        "added_by": key.added_by,
    }
