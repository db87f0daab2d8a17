"""Service keys in the hands of superusers. Rules and texts are Quay 3.7's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.ports.clock import Clock
from charthouse.ports.service_keys import ServiceKey, ServiceKeyChange, ServiceKeys
from charthouse.services.access.permits import RegistryPermit

from .jwk import new_key, thumbprint
from .rules import LARGEST_METADATA, LONGEST_NAME, LONGEST_NOTES, check_service, expiry_ms

MOST_KEYS = 1000


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved a key, and when. ``approval_type`` is Quay's word for how."""

    approver: str
    approval_type: str
    approved_ms: int
    notes: str


class MadeKey(msgspec.Struct, frozen=True):
    """A key that was made here; the private half is not kept."""

    key: ServiceKey
    public_pem: str
    private_pem: str


class ManagedKeys:
    """Lists, makes, changes, approves and removes keys."""

    def __init__(self, keys: ServiceKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    async def all(self, _: RegistryPermit) -> list[ServiceKey]:
        """Return the keys, whatever their state."""
        return await self._keys.all(MOST_KEYS)

    async def get(self, _: RegistryPermit, kid: str) -> ServiceKey:
        """Return a key; raises NotFound."""
        key = await self._keys.get(kid)
        if key is None:
            raise NotFound("there is no such key")
        return key

    def has_expired(self, key: ServiceKey) -> bool:
        """Tell whether a key's time is over."""
        return key.expires_ms is not None and key.expires_ms <= self._clock.now_ms()

    async def make(
        self,
        permit: RegistryPermit,
        service: str,
        expiration: int | None,
        name: str = "",
        metadata: Mapping[str, Any] | None = None,
        notes: str = "",
    ) -> MadeKey:
        """Make a key that its maker has approved; ``expiration`` in seconds since the epoch.

        Raises InvalidRequest.
        """
        check_service(service)
        now = self._clock.now_ms()
        expires_ms = expiry_ms(expiration, now)
        if len(await self._keys.all(MOST_KEYS)) >= MOST_KEYS:
            raise InvalidRequest(f"there are {MOST_KEYS} keys already: remove some")
        jwk, public_pem, private_pem = await new_key()
        key = ServiceKey(
            kid=thumbprint(jwk),
            service=service,
            name=_name(name),
            jwk=msgspec.json.encode(jwk).decode(),
            metadata=_metadata({"created_by": f"Superuser {permit.actor.name}", **(metadata or {})}),
            created_ms=now,
            expires_ms=expires_ms,
            rotation_s=None,
            approval=self._approval(permit, notes),
        )
        await self._keys.add(key, 0)
        return MadeKey(key, public_pem, private_pem)

    async def change(
        self,
        permit: RegistryPermit,
        kid: str,
        *,
        name: str | msgspec.UnsetType = msgspec.UNSET,
        metadata: Mapping[str, Any] | msgspec.UnsetType = msgspec.UNSET,
        expiration: int | msgspec.UnsetType | None = msgspec.UNSET,
    ) -> ServiceKey:
        """Change a key and return it; raises InvalidRequest and NotFound."""
        unset = msgspec.UNSET
        change = ServiceKeyChange(
            name=unset if name is unset else _name(name),
            metadata=unset if metadata is unset else _metadata(metadata),
            expires_ms=unset if expiration is unset else expiry_ms(expiration, self._clock.now_ms()),
        )
        if not await self._keys.change(kid, change):
            raise NotFound("there is no such key")
        return await self.get(permit, kid)

    async def approve(self, permit: RegistryPermit, kid: str, notes: str) -> None:
        """Approve a key, unless it is approved already; raises NotFound."""
        if not await self._keys.approve(kid, self._approval(permit, notes)):
            raise NotFound("there is no such key")

    async def remove(self, permit: RegistryPermit, kid: str) -> ServiceKey:
        """Forget a key, and return what it was; raises NotFound."""
        key = await self.get(permit, kid)
        await self._keys.remove(kid)
        return key

    def _approval(self, permit: RegistryPermit, notes: str) -> str:
        if len(notes) > LONGEST_NOTES:
            raise InvalidRequest(f"notes have at most {LONGEST_NOTES} characters")
        approval = Approval(
            approver=permit.actor.name,
            approval_type="ServiceKeyApprovalType.SUPERUSER",
            approved_ms=self._clock.now_ms(),
            notes=notes,
        )
        return msgspec.json.encode(approval).decode()


def approval_of(key: ServiceKey) -> Approval | None:
    """Return who approved a key; None for nobody."""
    return msgspec.json.decode(key.approval, type=Approval) if key.approval else None


def _name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise InvalidRequest(f"the name of a key has at most {LONGEST_NAME} characters")
    return name


def _metadata(metadata: Mapping[str, Any]) -> str:
    text = msgspec.json.encode(metadata).decode()
    if len(text) > LARGEST_METADATA:
        raise InvalidRequest(f"metadata has at most {LARGEST_METADATA} bytes")
    return text
