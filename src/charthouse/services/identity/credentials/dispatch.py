"""Which kind of credential a name stands for."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.model.permissions import Actor

from .kinds import CredentialKind


class Credentials:
    """Verifies Basic credentials of every kind. Names that no kind claims are those of ``people``."""

    def __init__(self, kinds: Sequence[CredentialKind], people: CredentialKind) -> None:
        self._kinds = tuple(kinds)
        self._people = people

    async def verify(self, name: str, secret: str, peer: str) -> Actor:
        """Return whom the credentials are of; raises Unauthorized and TooManyRequests."""
        kind = next((kind for kind in self._kinds if kind.claims(name)), self._people)
        return await kind.verify(name, secret, peer)
