"""Whose signatures a namespace trusts: the keyring of a user or an organization.

What is in it is public, but who administers a namespace alone decides what is. Whoever may read a repository may have
the keyring of its namespace, to verify by himself.
"""

from __future__ import annotations

import re

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.ports.clock import Clock
from charthouse.ports.keyrings import KeyringKey, Keyrings
from charthouse.ports.openpgp import OpenPgp
from charthouse.services.access.permits import NamespacePermit, RepositoryPermit

MOST_KEYS = 100
_FINGERPRINT = re.compile(r"[0-9A-F]{40}(?:[0-9A-F]{24})?", re.ASCII)


class KeyringService:
    """Shows, fills and empties keyrings."""

    def __init__(self, keyrings: Keyrings, pgp: OpenPgp, clock: Clock) -> None:
        self._keyrings = keyrings
        self._pgp = pgp
        self._clock = clock

    async def all(self, permit: NamespacePermit) -> list[KeyringKey]:
        """Return the keys by fingerprint."""
        return await self._keyrings.keys(permit.namespace.account_id)

    async def get(self, permit: NamespacePermit, fingerprint: str) -> KeyringKey:
        """Return a key; raises NotFound."""
        wanted = _fingerprint(fingerprint)
        for key in await self.all(permit):
            if key.certificate.fingerprint == wanted:
                return key
        raise _no_such_key()

    async def add(self, permit: NamespacePermit, keyring: str) -> list[KeyringKey]:
        """Trust the keys in an armored keyring, and return them.

        A newer certificate of a key takes the place of the one that is there. Raises InvalidRequest for what is no
        keyring, and for more keys than a namespace may have.
        """
        certificates = await self._pgp.read_certificates(keyring.encode())
        now = self._clock.now_ms()
        keys = [KeyringKey(certificate, now, permit.actor.name) for certificate in certificates]
        if not await self._keyrings.put(permit.namespace.account_id, keys, MOST_KEYS):
            raise InvalidRequest(f"a keyring has at most {MOST_KEYS} keys: remove some first")
        return keys

    async def remove(self, permit: NamespacePermit, fingerprint: str) -> None:
        """Trust a key no longer, also for what it has signed; raises NotFound."""
        if not await self._keyrings.remove(permit.namespace.account_id, _fingerprint(fingerprint)):
            raise _no_such_key()

    async def binary(self, permit: NamespacePermit) -> bytes:
        """Return the keyring as ``helm verify --keyring`` reads it."""
        return joined(await self.all(permit))

    async def binary_of(self, permit: RepositoryPermit) -> bytes:
        """Return the keyring of a repository's namespace, as Helm reads it."""
        return joined(await self._keyrings.of_repository(permit.repository_id))

    async def armored(self, keys: list[KeyringKey]) -> str:
        """Return keys as one armored block, as people send them; "" for none."""
        return await self._pgp.armored([key.certificate.content for key in keys]) if keys else ""


def joined(keys: list[KeyringKey]) -> bytes:
    """Return a binary keyring."""
    return b"".join(key.certificate.content for key in keys)


def _fingerprint(written: str) -> str:
    """Return a fingerprint as it is kept; people write it with spaces, and in either case. Raises NotFound."""
    wanted = "".join(written.split()).upper()
    if _FINGERPRINT.fullmatch(wanted) is None:
        raise _no_such_key()
    return wanted


def _no_such_key() -> NotFound:
    return NotFound("the keyring has no key of this fingerprint")
