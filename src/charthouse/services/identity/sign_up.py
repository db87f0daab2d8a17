"""Strangers who make an account for themselves (Quay: FEATURE_USER_CREATION)."""

from __future__ import annotations

import msgspec

from charthouse.model.errors import AlreadyExists, InvalidRequest
from charthouse.ports.accounts import Account

from .users import Users


class SignUpRules(msgspec.Struct, frozen=True, kw_only=True):
    """Settings. Addresses under ``refused_domains`` make no account; ``by_invitation``: nobody does unasked."""

    refused_domains: tuple[str, ...] = ()
    by_invitation: bool = False


class SignUp:
    """Makes accounts for strangers."""

    def __init__(self, users: Users, rules: SignUpRules) -> None:
        self._users = users
        self._rules = rules

    async def sign_up(self, name: str, password: str, email: str) -> Account:
        """Make a user; raises InvalidRequest and AlreadyExists with Quay's texts.

        A taken name is told (names are no secret), a taken address is not: it is nobody's business, and taken
        addresses are allowed.
        """
        if self._rules.by_invitation:
            raise InvalidRequest("an account is made by invitation only: ask whoever runs this registry")
        domain = email.rpartition("@")[2].lower().rstrip(".")
        if any(domain == d or domain.endswith(f".{d}") for d in map(str.lower, self._rules.refused_domains)):
            raise InvalidRequest("an account can't be made with this e-mail address: use another")
        try:
            return await self._users.create_user(name, password, email)
        except AlreadyExists:
            raise AlreadyExists("The username already exists") from None
