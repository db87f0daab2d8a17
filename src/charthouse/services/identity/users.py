"""Users and organizations: making them, and the access tokens that speak for users on the REST API.

Rules and texts are Quay 3.7's. Two of the four answers of its first-user call have no place here: there is no
authentication but the database's (the loader refuses any other), and a user who was just made can log in.
"""

from __future__ import annotations

import re
import uuid

import msgspec

from charthouse.model.errors import AlreadyExists, InvalidRequest, RegistryError
from charthouse.model.names import parse_namespace
from charthouse.model.permissions import Actor
from charthouse.ports.accounts import AccessToken, Account, AccountKind, Accounts, Membership, NewUser
from charthouse.ports.clock import Clock

from .actors import Standings
from .opaque import ACCESS_TOKEN_LENGTH, hash_of, random_secret
from .passwords import Passwords, check_password
from .sealing import Sealer

FIRST_USER_TOKEN_SECONDS = 9000
FIRST_USER_SCOPES = (
    "org:admin", "repo:admin", "repo:create", "repo:read", "repo:write", "super:user", "user:admin", "user:read",
)  # fmt: skip

_TAKEN = "A user or organization with this name already exists"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class FirstUser(msgspec.Struct, frozen=True):
    """The first user, with what its maker needs to go on; ``access_token`` is "" unless asked for."""

    account: Account
    encrypted_password: str
    access_token: str


class Users:
    """Makes and finds users and organizations."""

    def __init__(
        self,
        accounts: Accounts,
        passwords: Passwords,
        sealer: Sealer,
        clock: Clock,
        standings: Standings,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._sealer = sealer
        self._clock = clock
        self._standings = standings
        self._founded = False

    async def awaits_first(self) -> bool:
        """Tell whether there is no user yet; once there was one, nobody asks the store again."""
        self._founded = self._founded or await self._accounts.has_users()
        return not self._founded

    async def initialize(self, name: str, password: str, email: str, with_token: bool) -> FirstUser:
        """Make the first user, a superuser unless the configuration names others.

        Raises InvalidRequest with Quay's texts (name, password, e-mail; a database that has a user).
        """
        superuser = not self._standings.superusers or name in self._standings.superusers
        try:
            user = await self._new_user(name, password, email, superuser)
        except InvalidRequest as error:
            raise InvalidRequest(f"Failed to initialize user: {error.message}") from None
        account = await self._accounts.add_first_user(user)
        if account is None:
            raise InvalidRequest("Cannot initialize user in a non-empty database")
        token = ""
        if with_token:
            token = await self.issue_access_token(
                account, "automation", FIRST_USER_SCOPES, FIRST_USER_TOKEN_SECONDS
            )
        return FirstUser(account, self._sealer.seal(password, account.name), token)

    async def create_user(self, name: str, password: str, email: str, superuser: bool = False) -> Account:
        """Make a user; raises InvalidRequest (name, password, e-mail) and AlreadyExists."""
        user = await self._new_user(name, password, email, superuser)
        try:
            return await self._accounts.add_user(user)
        except AlreadyExists:
            raise AlreadyExists(_TAKEN) from None

    async def create_organization(self, name: str, email: str, owner: Account) -> Account:
        """Make an organization that ``owner`` administers; raises InvalidRequest and AlreadyExists."""
        _check_name_and_email(name, email)
        try:
            return await self._accounts.add_organization(name, email, owner.account_id, self._clock.now_ms())
        except AlreadyExists:
            raise AlreadyExists(_TAKEN) from None

    async def user(self, name: str) -> Account | None:
        """Return the user of this name; None also for organizations and robots."""
        account = await self._accounts.by_name(name)
        return account if account is not None and account.kind is AccountKind.USER else None

    async def set_password(self, account: Account, password: str) -> None:
        """Give a user a password: sessions, refresh and registry tokens end. Raises InvalidRequest."""
        check_password(password)
        await self._accounts.set_password(account.account_id, await self._passwords.hash(password))

    def actor(self, account: Account) -> Actor:
        """Return a user as a caller who has given the password."""
        return self._standings.logged_in(account)

    async def memberships(self, account: Account) -> list[Membership]:
        """Return the organizations that a user is in, by name."""
        return await self._accounts.memberships(account.account_id)

    async def issue_access_token(
        self, account: Account, application: str, scopes: tuple[str, ...], seconds: int
    ) -> str:
        """Return a new access token (40 letters and digits) for the REST API; only its hash is kept."""
        token = random_secret(ACCESS_TOKEN_LENGTH)
        now = self._clock.now_ms()
        await self._accounts.add_token(
            AccessToken(
                hash_of(token),
                account.account_id,
                application,
                scopes,
                now,
                now + seconds * 1000,
                str(uuid.uuid4()),
            )
        )
        return token

    async def _new_user(self, name: str, password: str, email: str, superuser: bool) -> NewUser:
        _check_name_and_email(name, email)
        check_password(password)
        return NewUser(name, email, await self._passwords.hash(password), superuser, self._clock.now_ms())


def _check_name_and_email(name: str, email: str) -> None:
    try:
        parse_namespace(name)
    except RegistryError as error:
        raise InvalidRequest(f"Invalid namespace {name[:255]}: {error.message}") from None
    check_email(email)


def check_email(email: str) -> None:
    """Return when the address is one, or ""; raises InvalidRequest with Quay's text."""
    if email and (len(email) > 255 or not email.isprintable() or _EMAIL.fullmatch(email) is None):
        raise InvalidRequest(f"Invalid email address: {email[:255]}")
