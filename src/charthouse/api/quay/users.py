"""Users: who the caller is, what they change of their account, and what others see of it."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from fastapi import Request
from pydantic import BaseModel

from charthouse.model.errors import InvalidRequest, NotFound, Unauthorized
from charthouse.ports.accounts import Account
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.own_account import OwnAccount, OwnChanges
from charthouse.services.identity.sign_up import SignUp
from charthouse.services.identity.users import Users
from charthouse.services.people.removal import Removal

from .endpoints import Endpoints
from .guard import add_header, caller_of, permit_of, public_of
from .signin import Doorkeeper, PasswordBody
from .user_views import own_view, public_view

T = TypeVar("T")

_PROFILE = ("invoice_email", "invoice_email_address", "given_name", "family_name", "company", "location")


class NewUserBody(BaseModel):
    """The request's body."""

    username: str
    password: str
    email: str | None = None
    invite_code: str | None = None


class UserBody(BaseModel):
    """The request's body: what is left out stays as it is."""

    password: str | None = None
    email: str | None = None
    invoice_email: bool | None = None
    invoice_email_address: str | None = None
    tag_expiration_s: int | None = None
    username: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    company: str | None = None
    location: str | None = None

    def changes(self) -> OwnChanges:
        """Return it in the service's terms."""
        given = {name: getattr(self, name) for name in _PROFILE if name in self.model_fields_set}
        if given.get("invoice_email", False) is None:
            del given["invoice_email"]
        return OwnChanges(
            password=_given(self.password),
            email=_given(self.email),
            tag_window_s=_given(self.tag_expiration_s),
            username=_given(self.username),
            profile=given,
        )


class RecoveryBody(BaseModel):
    """The request's body."""

    email: str


class UserHandlers:
    """Shows, makes, changes and deletes users. ``tag_window_s``: the time machine of those who chose none."""

    def __init__(
        self,
        users: Users,
        own: OwnAccount,
        sign_up: SignUp,
        removal: Removal,
        door: Doorkeeper,
        tag_window_s: int,
    ) -> None:
        self._removal = removal
        self._users = users
        self._own = own
        self._sign_up = sign_up
        self._door = door
        self._tag_window_s = tag_window_s

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.get_user": self.get_user,
            "quay.create_user": self.create_user,
            "quay.change_user": self.change_user,
            "quay.delete_user": self.delete_user,
            "quay.get_public_user": self.get_public_user,
            "quay.create_client_key": self.create_client_key,
            "quay.recover_account": self.recover_account,
        }

    async def get_user(self, request: Request) -> dict[str, Any]:
        """Answer GET user/."""
        permit = permit_of(request, AccountPermit)
        return await self._view(permit, permit.account)

    async def create_user(self, request: Request, body: NewUserBody) -> dict[str, Any]:
        """Answer POST user/: the new user is signed in."""
        account = await self._sign_up.sign_up(
            body.username,
            body.password,
            body.email or "",
            public_of(request).peer,
            body.invite_code or "",
        )
        await self._let_in(request, account)
        actor = self._users.actor(account)
        return await self._view(AccountPermit(actor, account), account)

    async def change_user(self, request: Request, body: UserBody) -> dict[str, Any]:
        """Answer PUT user/. A new password ends all sessions; this one goes on by a new cookie."""
        permit = permit_of(request, AccountPermit)
        account = await self._own.change(permit, body.changes())
        if account.login_epoch != permit.account.login_epoch and caller_of(request).session is not None:
            await self._let_in(request, account)
        return await self._view(permit, account)

    async def delete_user(self, request: Request) -> None:
        """Answer DELETE user/: the account goes with everything in its namespace."""
        await self._removal.own_account(permit_of(request, AccountPermit))
        add_header(request, self._door.cookies.clear(public_of(request)))

    async def get_public_user(self, request: Request, username: str) -> dict[str, Any]:
        """Answer GET users/{username}."""
        account = await self._users.user(username)
        if account is None:
            raise NotFound("there is no such user")
        return public_view(account)

    async def create_client_key(self, request: Request, body: PasswordBody) -> dict[str, str]:
        """Answer POST user/clientkey: the encrypted form of the password, for docker and its like."""
        permit = permit_of(request, AccountPermit)
        try:
            key = await self._own.encrypted_password(permit, body.password, public_of(request).peer)
        except Unauthorized as error:
            raise InvalidRequest(error.message) from None
        return {"key": key}

    async def recover_account(self, request: Request, body: RecoveryBody) -> None:
        """Answer POST recovery, to every address alike: no mail is sent yet."""
        raise InvalidRequest("this registry sends no mail: ask whoever runs it for a new password")

    async def _let_in(self, request: Request, account: Account) -> None:
        agent = request.headers.get("user-agent", "")
        opened = await self._door.sessions.open(account, public_of(request).peer, agent)
        self._door.let_in(request, opened)

    async def _view(self, permit: AccountPermit, account: Account) -> dict[str, Any]:
        memberships = await self._users.memberships(account)
        return own_view(account, memberships, permit.actor.standing, self._tag_window_s)


def _given(value: T | None) -> T | msgspec.UnsetType:
    return msgspec.UNSET if value is None else value
