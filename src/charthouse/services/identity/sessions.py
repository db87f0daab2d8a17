"""Sessions of browsers: opened by a password, found by a cookie, ended by sign-out or a change of password.

The cookie is 32 random bytes, made anew at every login (no session can be fixed beforehand); the store holds its
hash only. A session ends with the account's login epoch at once, whatever becomes of its row. Source of timeouts and
of what asks for the password again: Quay's SESSION_TIMEOUT and FRESH_LOGIN_TIMEOUT.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid

import msgspec

from charthouse.model.errors import NotFound, Unauthorized
from charthouse.ports import sessions as ports
from charthouse.ports.accounts import Account, Accounts
from charthouse.ports.clock import Clock
from charthouse.ports.sessions import Session
from charthouse.services.access.permits import AccountPermit

from .csrf import is_cookie
from .logins import Logins

MOST_SESSIONS = 100
"""Sessions of one account; older ones end."""
_LONGEST_AGENT = 255
_COOKIE_BYTES = 32


class FreshLoginRequired(Unauthorized):
    """The session's password was given too long ago for what is asked."""


class Opened(msgspec.Struct, frozen=True):
    """A session that was just opened, and the cookie that only its browser gets."""

    account: Account
    session: Session
    cookie: str


class Live(msgspec.Struct, frozen=True):
    """The session of a request. ``extended``: it lives longer from now on, the browser should know."""

    account: Account
    session: Session
    extended: bool


class Sessions:
    """Opens, finds and ends sessions. Durations are seconds."""

    def __init__(
        self,
        sessions: ports.Sessions,
        accounts: Accounts,
        logins: Logins,
        clock: Clock,
        *,
        timeout: int = 31 * 86_400,
        fresh: int = 600,
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._logins = logins
        self._clock = clock
        self._timeout_ms = timeout * 1000
        self._fresh_ms = fresh * 1000

    async def sign_in(self, name: str, password: str, peer: str, user_agent: str) -> Opened:
        """Open a session for a name (or e-mail address) and password; raises Unauthorized and TooManyRequests."""
        return await self.open(await self._logins.verify(name, password, peer), peer, user_agent)

    async def open(self, account: Account, peer: str, user_agent: str) -> Opened:
        """Open a session for a user whose password was just given, or set."""
        cookie = new_cookie()
        now = self._clock.now_ms()
        session = Session(
            token_hash=_hash(cookie),
            uuid=str(uuid.uuid4()),
            account_id=account.account_id,
            login_epoch=account.login_epoch,
            created_ms=now,
            verified_ms=now,
            expires_ms=now + self._timeout_ms,
            peer=peer[:_LONGEST_AGENT],
            user_agent="".join(c for c in user_agent[:_LONGEST_AGENT] if c.isprintable()),
        )
        await self._sessions.add(session, MOST_SESSIONS)
        return Opened(account, session, cookie)

    async def find(self, cookie: str, *, extend: bool = True) -> Live | None:
        """Return the session of a cookie while it counts; with ``extend`` it lives longer."""
        if not is_cookie(cookie):
            return None
        session = await self._sessions.by_hash(_hash(cookie))
        now = self._clock.now_ms()
        if session is None or now >= session.expires_ms:
            return None
        account = await self._accounts.by_id(session.account_id)
        if account is None or not account.enabled or account.login_epoch != session.login_epoch:
            return None
        # Written when a tenth of its time is over, not with every request.
        extended = extend and session.expires_ms - now < self._timeout_ms - self._timeout_ms // 10
        if extended:
            await self._sessions.extend(session.token_hash, now + self._timeout_ms)
        return Live(account, session, extended)

    def require_fresh(self, session: Session) -> None:
        """Return when the password was given lately; raises FreshLoginRequired."""
        if self._clock.now_ms() - session.verified_ms > self._fresh_ms:
            raise FreshLoginRequired("The action requires a fresh login to succeed.")

    async def verify(self, session: Session, permit: AccountPermit, password: str, peer: str) -> None:
        """Note that the session's user has given the password again; raises Unauthorized and TooManyRequests."""
        await self._logins.verify(permit.account.name, password, peer)
        await self._sessions.verified(session.token_hash, self._clock.now_ms())

    async def sign_out(self, account_id: int) -> None:
        """End all sessions of the user, as Quay does: a stolen cookie ends too."""
        await self._sessions.remove_all(account_id)

    async def of(self, permit: AccountPermit) -> list[Session]:
        """Return the user's sessions that count, newest first."""
        account, now = permit.account, self._clock.now_ms()
        found = await self._sessions.of(account.account_id)
        return [s for s in found if now < s.expires_ms and s.login_epoch == account.login_epoch]

    async def end(self, permit: AccountPermit, session_uuid: str) -> None:
        """End one of the user's sessions; raises NotFound."""
        if not await self._sessions.remove(permit.account.account_id, session_uuid):
            raise NotFound("there is no such session")

    async def end_others(self, permit: AccountPermit, session: Session) -> int:
        """End all the user's sessions but this one; returns how many there were."""
        return await self._sessions.remove_others(permit.account.account_id, session.uuid)


def new_cookie() -> str:
    """Return a value for a cookie that nobody can guess."""
    return secrets.token_urlsafe(_COOKIE_BYTES)


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
