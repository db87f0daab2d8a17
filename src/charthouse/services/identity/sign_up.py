"""Strangers who make an account for themselves (Quay: FEATURE_USER_CREATION)."""

from __future__ import annotations

import msgspec

from charthouse.model.errors import AlreadyExists, InvalidRequest
from charthouse.ports.accounts import Account
from charthouse.ports.clock import Clock
from charthouse.ports.invites import Invites

from .opaque import hash_of
from .throttle import Allowance
from .users import Users

ACCOUNTS_AN_HOUR = 100
"""Accounts that strangers of one network may make, in each process."""
_TAKEN = "The username already exists"


class SignUpRules(msgspec.Struct, frozen=True, kw_only=True):
    """Settings. ``reserved``: names that the configuration gives powers to, for the registry's owner to make. Addresses under ``refused_domains`` make no account; ``by_invitation``: who has no code does not."""

    refused_domains: tuple[str, ...] = ()
    by_invitation: bool = False
    reserved: frozenset[str] = frozenset()


class SignUp:
    """Makes accounts for strangers."""

    def __init__(self, users: Users, invites: Invites, clock: Clock, rules: SignUpRules) -> None:
        self._users = users
        self._allowance = Allowance(clock, ACCOUNTS_AN_HOUR, 3_600_000)
        self._invites = invites
        self._rules = rules

    async def sign_up(
        self, name: str, password: str, email: str, peer: str, invite_code: str = ""
    ) -> Account:
        """Make a user, who joins the team that ``invite_code`` is for.

        Raises InvalidRequest, AlreadyExists, and TooManyRequests (too many accounts from the network of ``peer``).

        A taken name is told (names are no secret), a taken address is not: it is nobody's business, and taken
        addresses are allowed.
        """
        invite = await self._invites.by_code(hash_of(invite_code)) if invite_code else None
        if invite is not None and (invite.email is None or invite.email.lower() != email.lower()):
            invite = None  # somebody else's, or one that a user is to accept
        if self._rules.by_invitation and invite is None:
            raise InvalidRequest("an account is made by invitation only: use the address that was invited")
        domain = email.rpartition("@")[2].lower().rstrip(".")
        if any(domain == d or domain.endswith(f".{d}") for d in map(str.lower, self._rules.refused_domains)):
            raise InvalidRequest("an account can't be made with this e-mail address: use another")
        if name in self._rules.reserved:
            raise AlreadyExists(_TAKEN)
        self._allowance.take(peer)
        try:
            account = await self._users.create_user(name, password, email)
        except AlreadyExists:
            raise AlreadyExists(_TAKEN) from None
        if invite is not None:
            await self._invites.accept(invite.code_hash, account.account_id)
        return account
