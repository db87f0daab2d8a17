"""Service keys in the hands of services: each registers its own, and is believed once a superuser has approved it.

A key that an approved key of the same service has signed for is approved by that, and takes its place. Source: Quay
3.7's key server; ours never overwrites a key, and lets only so many wait for approval.
"""

from __future__ import annotations

from typing import Any

import msgspec

from charthouse.model.errors import (
    AlreadyExists,
    Denied,
    KeyNotApproved,
    NotFound,
    TooManyRequests,
    Unauthorized,
)
from charthouse.ports.clock import Clock
from charthouse.ports.service_keys import ServiceKey, ServiceKeys

from .jwk import public_jwk, signer_of, verify
from .managed import Approval
from .rules import check_kid, check_service, expiry_ms

MOST_UNAPPROVED = 100
_WAIT = 3600


class Proof(msgspec.Struct, frozen=True):
    """What a service proves itself by: a token signed for one of ``audiences``; ``peer`` is where it came from."""

    token: str
    audiences: list[str]
    peer: str


class RegisteredKeys:
    """Shows keys to whoever must verify by them, and lets services change their own."""

    def __init__(self, keys: ServiceKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    async def usable(self, service: str) -> list[dict[str, str]]:
        """Return the public keys that a service may be known by now."""
        return [jwk_of(key) for key in await self._keys.usable(service, self._clock.now_ms())]

    async def one(self, service: str, kid: str) -> dict[str, str]:
        """Return a public key; raises NotFound, KeyNotApproved, Denied for one that has expired."""
        key = await self._key(service, kid)
        if not key.approval:
            raise KeyNotApproved("nobody has approved this key yet")
        if not self._is_current(key):
            raise Denied("this key has expired")
        return jwk_of(key)

    async def register(
        self, service: str, kid: str, sent: Any, proof: Proof, expiration: int | None, rotation_s: int | None
    ) -> bool:
        """Keep the key of a service; True when it may be used at once, False when it waits for approval.

        Raises InvalidRequest, Unauthorized, AlreadyExists; TooManyRequests when too many wait already.
        """
        check_service(service)
        check_kid(kid)
        jwk = public_jwk(sent)
        signer = signer_of(proof.token)
        now = self._clock.now_ms()
        key = ServiceKey(
            kid=kid,
            service=service,
            name="",
            jwk=msgspec.json.encode(jwk).decode(),
            metadata=msgspec.json.encode({"ip": proof.peer}).decode(),
            created_ms=now,
            expires_ms=expiry_ms(expiration, now),
            rotation_s=rotation_s,
            approval="",
        )
        if signer in {"", kid}:
            self._verify(proof, jwk, service)
            return await self._add(key)
        await self._rotate(key, signer, proof)
        return True

    async def withdraw(self, service: str, kid: str, proof: Proof) -> None:
        """Forget a key, as itself or as another approved key of the service; raises NotFound, Unauthorized, Denied."""
        signer = signer_of(proof.token)
        key = await self._key(service, kid)
        if signer in {"", kid}:
            self._verify(proof, stored_jwk(key), service)
        else:
            await self._approved_signer(service, signer, proof)
        await self._keys.remove(kid)

    async def _add(self, key: ServiceKey) -> bool:
        """Keep a key that has signed for itself; the same again is no mistake."""
        try:
            added = await self._keys.add(key, MOST_UNAPPROVED)
        except AlreadyExists:
            known = await self._keys.get(key.kid)
            if known is None or (known.service, known.jwk) != (key.service, key.jwk):
                raise
            return False
        if not added:
            raise TooManyRequests("too many keys wait for the approval of a superuser already", _WAIT)
        return False

    async def _rotate(self, key: ServiceKey, signer: str, proof: Proof) -> None:
        """Keep a key in the place of the approved one that has signed for it."""
        old = await self._approved_signer(key.service, signer, proof)
        approval = Approval(
            approver="",
            approval_type="ServiceKeyApprovalType.KEY_ROTATION",
            approved_ms=self._clock.now_ms(),
            notes="Added in the place of another key",
        )
        new = msgspec.structs.replace(key, name=old.name, approval=msgspec.json.encode(approval).decode())
        if not await self._keys.replace(old.kid, new):
            raise Unauthorized("the key that has signed is not there any more")

    async def _approved_signer(self, service: str, signer: str, proof: Proof) -> ServiceKey:
        key = await self._keys.get(signer)
        if key is None or key.service != service or not key.approval or not self._is_current(key):
            raise Unauthorized("the key that has signed is none of this service's that may be used")
        self._verify(proof, stored_jwk(key), service)
        return key

    async def _key(self, service: str, kid: str) -> ServiceKey:
        key = await self._keys.get(kid)
        if key is None or key.service != service:
            raise NotFound("there is no such key")
        return key

    def _verify(self, proof: Proof, jwk: dict[str, str], service: str) -> None:
        verify(proof.token, jwk, service, proof.audiences, self._clock.now_ms() / 1000)

    def _is_current(self, key: ServiceKey) -> bool:
        return key.expires_ms is None or self._clock.now_ms() < key.expires_ms


def stored_jwk(key: ServiceKey) -> dict[str, str]:
    """Return the public key itself."""
    return msgspec.json.decode(key.jwk, type=dict[str, str])


def jwk_of(key: ServiceKey) -> dict[str, str]:
    """Return the public key with its id, as others read it."""
    return {**stored_jwk(key), "kid": key.kid, "use": "sig"}
