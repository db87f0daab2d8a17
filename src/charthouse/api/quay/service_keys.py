"""Service keys: as superusers manage them, and as services read, register and withdraw them."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from typing import Any

import msgspec
from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from charthouse.ports.service_keys import ServiceKey
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.service_keys.managed import ManagedKeys, approval_of
from charthouse.services.service_keys.registered import Proof, RegisteredKeys, jwk_of

from .endpoints import Endpoints
from .guard import add_header, bearer_of, permit_of, public_of

_NO_STORE = (b"cache-control", b"no-store")


class NewKeyBody(BaseModel):
    """The request's body; ``expiration`` is in seconds since the epoch, null: never."""

    service: str
    expiration: int | None
    name: str = ""
    metadata: dict[str, Any] = {}
    notes: str = ""


class KeyBody(BaseModel):
    """The request's body: what is left out stays as it is."""

    name: str = ""
    metadata: dict[str, Any] = {}
    expiration: int | None = None


class ApprovalBody(BaseModel):
    """The request's body."""

    notes: str = ""


class NewKeyView(BaseModel):
    """A key that was just made; its private half is never shown again."""

    kid: str
    name: str
    service: str
    public_key: str
    private_key: str


class ApproverView(BaseModel):
    """Who approved a key."""

    name: str
    username: str
    kind: str = "user"


class ApprovalView(BaseModel):
    """How a key came to be believed."""

    approver: ApproverView | None
    approval_type: str
    approved_date: str
    notes: str


class KeyView(BaseModel):
    """A key without its private half, which is not kept."""

    name: str
    kid: str
    service: str
    jwk: dict[str, str]
    metadata: dict[str, Any]
    created_date: str
    expiration_date: str | None
    rotation_duration: int | None
    approval: ApprovalView | None


class KeysView(BaseModel):
    """All keys."""

    keys: list[KeyView]


class JwksView(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]


class ManagedKeyHandlers:
    """What superusers do with keys."""

    def __init__(self, keys: ManagedKeys) -> None:
        self._keys = keys

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_service_keys": self.list_service_keys,
            "quay.make_service_key": self.make_service_key,
            "quay.get_service_key": self.get_service_key,
            "quay.change_service_key": self.change_service_key,
            "quay.remove_service_key": self.remove_service_key,
            "quay.approve_service_key": self.approve_service_key,
        }

    async def list_service_keys(self, request: Request) -> KeysView:
        """Answer GET superuser/keys."""
        found = await self._keys.all(permit_of(request, RegistryPermit))
        return KeysView(keys=[_view(key) for key in found])

    async def make_service_key(self, request: Request, body: NewKeyBody) -> NewKeyView:
        """Answer POST superuser/keys."""
        permit = permit_of(request, RegistryPermit)
        made = await self._keys.make(
            permit, body.service, body.expiration, body.name, body.metadata, body.notes
        )
        add_header(request, _NO_STORE)
        return NewKeyView(
            kid=made.key.kid,
            name=made.key.name,
            service=made.key.service,
            public_key=made.public_pem,
            private_key=made.private_pem,
        )

    async def get_service_key(self, request: Request, kid: str) -> KeyView:
        """Answer GET superuser/keys/{kid}."""
        return _view(await self._keys.get(permit_of(request, RegistryPermit), kid))

    async def change_service_key(self, request: Request, kid: str, body: KeyBody) -> KeyView:
        """Answer PUT superuser/keys/{kid}."""
        given = {name: getattr(body, name) for name in body.model_fields_set}
        return _view(await self._keys.change(permit_of(request, RegistryPermit), kid, **given))

    async def remove_service_key(self, request: Request, kid: str) -> None:
        """Answer DELETE superuser/keys/{kid}."""
        await self._keys.remove(permit_of(request, RegistryPermit), kid)

    async def approve_service_key(self, request: Request, kid: str, body: ApprovalBody) -> str:
        """Answer POST superuser/approvedkeys/{kid}."""
        await self._keys.approve(permit_of(request, RegistryPermit), kid, body.notes)
        return ""


class RegisteredKeyHandlers:
    """What services do with keys; a token that a key has signed stands in the place of a caller."""

    def __init__(self, keys: RegisteredKeys) -> None:
        self._keys = keys

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_keys_of_service": self.list_keys,
            "quay.get_key_of_service": self.get_key,
            "quay.register_key": self.register_key,
            "quay.withdraw_key": self.withdraw_key,
        }

    async def list_keys(self, service: str) -> JwksView:
        """Answer GET /keys/services/{service}/keys."""
        return JwksView(keys=await self._keys.usable(service))

    async def get_key(self, service: str, kid: str) -> dict[str, str]:
        """Answer GET /keys/services/{service}/keys/{kid}."""
        return await self._keys.one(service, kid)

    async def register_key(
        self,
        request: Request,
        service: str,
        kid: str,
        body: dict[str, Any],
        expiration: int | None = None,
        rotation: int | None = None,
    ) -> Response:
        """Answer PUT /keys/services/{service}/keys/{kid}: 202 when the key waits for approval."""
        usable = await self._keys.register(service, kid, body, _proof(request), expiration, rotation)
        return JSONResponse("", 200 if usable else 202)

    async def withdraw_key(self, request: Request, service: str, kid: str) -> None:
        """Answer DELETE /keys/services/{service}/keys/{kid}."""
        await self._keys.withdraw(service, kid, _proof(request))


def _proof(request: Request) -> Proof:
    public = public_of(request)
    audiences = [f"{public.scheme}://{public.host}", public.host]
    return Proof(bearer_of(request), audiences, public.peer)


def _view(key: ServiceKey) -> KeyView:
    approval = approval_of(key)
    return KeyView(
        name=key.name,
        kid=key.kid,
        service=key.service,
        jwk=jwk_of(key),
        metadata=msgspec.json.decode(key.metadata, type=dict[str, Any]),
        created_date=_http_date(key.created_ms),
        expiration_date=None if key.expires_ms is None else _http_date(key.expires_ms),
        rotation_duration=key.rotation_s,
        approval=None
        if approval is None
        else ApprovalView(
            approver=ApproverView(name=approval.approver, username=approval.approver)
            if approval.approver
            else None,
            approval_type=approval.approval_type,
            approved_date=_http_date(approval.approved_ms),
            notes=approval.notes,
        ),
    )


def _http_date(at_ms: int) -> str:
    """Return ``Tue, 14 Sep 2021 10:52:04 GMT``, as Quay shows the times of keys, and of nothing else."""
    moment = datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC)
    return format_datetime(moment, usegmt=True)
