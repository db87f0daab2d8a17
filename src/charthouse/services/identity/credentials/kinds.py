"""What a kind of Basic credential is."""

from __future__ import annotations

from typing import Protocol

from charthouse.model.permissions import Actor


class CredentialKind(Protocol):
    """One kind of secret: a password, a robot's token, an application token."""

    def claims(self, name: str) -> bool:
        """Tell whether credentials of this name are of this kind; names come as clients send them."""

    async def verify(self, name: str, secret: str, peer: str) -> Actor:
        """Return whom the secret is of; ``peer`` is the address that sent it.

        ``Actor.expires_ms`` ends the tokens given for the credential too. Raises Unauthorized (wrong, expired, or
        of a disabled account) and TooManyRequests.
        """
