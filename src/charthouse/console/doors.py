"""Ways into the registry: what the configuration offers, and sessions for whoever came in."""

from __future__ import annotations

import msgspec

from charthouse.api.kit.cookies import Cookies
from charthouse.ports.accounts import Account
from charthouse.services.access.standstill import Standstill
from charthouse.services.identity.sessions import Sessions

from .guard import add_header
from .visit import Visit


class Doors(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered. ``passwords``: signing in by a password; ``sign_up``: making an account for oneself,
    only with an invitation when ``by_invitation``; ``elsewhere``: name and address of other places to sign in at."""

    passwords: bool = True
    sign_up: bool = False
    by_invitation: bool = False
    elsewhere: tuple[tuple[str, str], ...] = ()


class Doorkeeper:
    """Opens sessions, and hands each to the browser that it is for."""

    def __init__(self, sessions: Sessions, cookies: Cookies, standstill: Standstill) -> None:
        self._sessions = sessions
        self._cookies = cookies
        self._standstill = standstill

    def require_open(self) -> None:
        """Raise RegistryReadOnly when nobody can be let in, since a session is a change too."""
        self._standstill.refuse_change()

    async def sign_in(self, visit: Visit, name: str, password: str) -> Account:
        """Let somebody in by a password; raises Unauthorized, TooManyRequests and RegistryReadOnly."""
        self.require_open()
        opened = await self._sessions.sign_in(name, password, visit.public.peer, _agent(visit))
        add_header(visit.request, self._cookies.write(visit.public, opened.cookie))
        return opened.account

    async def let_in(self, visit: Visit, account: Account) -> None:
        """Let somebody in whose password was just set."""
        opened = await self._sessions.open(account, visit.public.peer, _agent(visit))
        add_header(visit.request, self._cookies.write(visit.public, opened.cookie))


def _agent(visit: Visit) -> str:
    return visit.request.headers.get("user-agent", "")
