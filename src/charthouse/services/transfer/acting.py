"""With whose rights a command of the operator reads or pushes."""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest
from charthouse.model.names import RepositoryName, namespace_of
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.accounts import Accounts


async def acting(accounts: Accounts, repository: RepositoryName, name: str | None) -> Actor:
    """Return the account ``name`` as an actor, or (None) the owner of the repository's namespace.

    An organization owns its repositories itself: commands may act as one, though nobody can log in as it.
    Raises InvalidRequest when there is no such account.
    """
    account = await accounts.by_name(name or namespace_of(repository))
    if account is None:
        raise InvalidRequest(f"there is no user or organization {name or namespace_of(repository)}")
    return Actor(account.account_id, account.name, ActorKind.USER, account.epoch)
