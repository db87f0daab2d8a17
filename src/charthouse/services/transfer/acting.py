"""With whose rights a command of the operator reads or pushes."""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.accounts import Accounts


async def acting(accounts: Accounts, place: str, name: str | None) -> Actor:
    """Return the account ``name`` as an actor, or (None) the owner of the namespace that ``place`` lies in.

    An organization owns its repositories itself: commands may act as one, though nobody can log in as it.
    Raises InvalidRequest when there is no such account.
    """
    wanted = name or place.partition("/")[0]
    account = await accounts.by_name(wanted)
    if account is None:
        raise InvalidRequest(f"there is no user or organization {wanted}: charthouse admin --help makes one")
    return Actor(account.account_id, account.name, ActorKind.USER, account.epoch)
