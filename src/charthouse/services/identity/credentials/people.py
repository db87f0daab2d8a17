"""People's own credentials: the name or e-mail address of a user, and the password."""

from __future__ import annotations

from charthouse.model.permissions import Actor
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.last_use import LastUses, of_account
from charthouse.services.identity.logins import Logins


class PersonalCredentials:
    """Passwords, plain or encrypted. ``encrypted_only``: the plain ones are refused, whoever's they are."""

    def __init__(
        self, logins: Logins, standings: Standings, uses: LastUses, *, encrypted_only: bool = False
    ) -> None:
        self._logins = logins
        self._standings = standings
        self._uses = uses
        self._encrypted_only = encrypted_only

    def claims(self, name: str) -> bool:
        """Return True: every name may be a user's."""
        return True

    async def verify(self, name: str, secret: str, peer: str) -> Actor:
        """Return the user; raises Unauthorized and TooManyRequests."""
        user = await self._logins.verify(name, secret, peer, encrypted_only=self._encrypted_only)
        self._uses.note(of_account(user.account_id))
        return self._standings.logged_in(user)
