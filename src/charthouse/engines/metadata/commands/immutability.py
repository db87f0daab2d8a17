"""Policies that make tags immutable, and what they cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from charthouse.engines.metadata.tables import account, immutability_policy, repository, tag
from charthouse.model.errors import AlreadyExists
from charthouse.model.patterns import compiled
from charthouse.ports.immutability import Owner, Policy

from .repositories import lock_for_removal

_REPOSITORY: BindParameter[int] = bindparam("repository")
_policies = immutability_policy.c
_namespace = select(repository.c.namespace_id).where(repository.c.id == _REPOSITORY).scalar_subquery()
_RULES = (
    select(_policies.pattern, _policies.matches)
    .where(or_(_policies.repository_id == _REPOSITORY, _policies.namespace_id == _namespace))
    .order_by(_policies.uuid)
)
_FIELDS = select(_policies.uuid, _policies.pattern, _policies.matches)
_ADD = insert(immutability_policy)
_CHANGE = update(immutability_policy).where(_policies.uuid == bindparam("wanted"))
_REMOVE = delete(immutability_policy).where(_policies.uuid == bindparam("wanted"))
_LOCK_NAMESPACE = select(account.c.id).where(account.c.id == bindparam("key")).with_for_update()
_REPOSITORIES = (
    select(repository.c.id)
    .where(repository.c.id > bindparam("after"))
    .order_by(repository.c.id)
    .limit(bindparam("limit"))
)
_TAGS = (
    select(tag.c.name, tag.c.immutable)
    .where(tag.c.repository_id == _REPOSITORY, tag.c.name > bindparam("after"))
    .order_by(tag.c.name)
    .limit(bindparam("limit"))
)
_MARK = update(tag).where(tag.c.repository_id == _REPOSITORY, tag.c.name == bindparam("wanted"))


class Rule(NamedTuple):
    """What a policy says of a tag's name."""

    pattern: str
    matches: bool


def rules_of(connection: Connection, repository_id: int) -> tuple[Rule, ...]:
    """Return the policies of a repository and of its namespace."""
    return tuple(Rule(*row) for row in connection.execute(_RULES, {"repository": repository_id}))


def is_covered(name: str, rules: Sequence[Rule]) -> bool:
    """Tell whether a policy makes a tag of this name immutable."""
    return any((compiled(rule.pattern).fullmatch(name) is not None) is rule.matches for rule in rules)


def add(connection: Connection, owner: Owner, policy: Policy) -> None:
    """Keep a policy; raises AlreadyExists for a second of the same pattern."""
    _lock(connection, owner)
    _refuse_second(connection, owner, policy)
    row = {"uuid": policy.uuid, "pattern": policy.pattern, "matches": policy.matches}
    connection.execute(_ADD, row | {"namespace_id": owner.namespace_id, "repository_id": owner.repository_id})


def change(connection: Connection, owner: Owner, policy: Policy) -> bool:
    """Replace a policy; False when the owner has none so called."""
    _lock(connection, owner)
    if get(connection, owner, policy.uuid) is None:
        return False
    _refuse_second(connection, owner, policy)
    values = {"pattern": policy.pattern, "matches": policy.matches}
    connection.execute(_CHANGE.values(values), {"wanted": policy.uuid})
    return True


def remove(connection: Connection, owner: Owner, uuid: str) -> bool:
    """Forget a policy; False when the owner has none so called."""
    if get(connection, owner, uuid) is None:
        return False
    return connection.execute(_REMOVE, {"wanted": uuid}).rowcount > 0


def policies(connection: Connection, owner: Owner) -> list[Policy]:
    """Return the owner's policies."""
    rows = connection.execute(_FIELDS.where(_owned(owner)).order_by(_policies.uuid))
    return [Policy(*row) for row in rows]


def get(connection: Connection, owner: Owner, uuid: str) -> Policy | None:
    """Return one of them."""
    row = connection.execute(_FIELDS.where(_owned(owner), _policies.uuid == uuid)).first()
    return None if row is None else Policy(*row)


def repositories(connection: Connection, owner: Owner, after_id: int, limit: int) -> list[int]:
    """Return repositories under the owner's policies, in order of id."""
    if owner.repository_id is not None:
        return [owner.repository_id] if owner.repository_id > after_id else []
    query = _REPOSITORIES.where(repository.c.namespace_id == owner.namespace_id)
    return list(connection.execute(query, {"after": after_id, "limit": limit}).scalars())


def apply(
    connection: Connection, repository_id: int, after: str, limit: int, *, can_expire: bool
) -> str | None:
    """Make immutable what policies say so of the next tags; returns the last one seen, None at the end.

    The lock waits for pushes that have not seen the policy yet; later ones see it.
    """
    lock_for_removal(connection, repository_id)
    rules = rules_of(connection, repository_id)
    where: dict[str, Any] = {"repository": repository_id}
    found = connection.execute(_TAGS, where | {"after": after, "limit": limit}).all()
    marked: dict[str, Any] = {"immutable": True} if can_expire else {"immutable": True, "expires_ms": None}
    covered = [name for name, immutable in found if not immutable and is_covered(name, rules)]
    if covered:
        connection.execute(_MARK.values(marked), [where | {"wanted": name} for name in covered])
    return found[-1].name if len(found) == limit else None


def _lock(connection: Connection, owner: Owner) -> None:
    """Wait for pushes under way: those into new repositories of a namespace, or into one repository."""
    if owner.namespace_id is not None:
        connection.execute(_LOCK_NAMESPACE, {"key": owner.namespace_id}).all()
    elif owner.repository_id is not None:
        lock_for_removal(connection, owner.repository_id)


def _refuse_second(connection: Connection, owner: Owner, policy: Policy) -> None:
    for other in policies(connection, owner):
        if other.uuid != policy.uuid and (other.pattern, other.matches) == (policy.pattern, policy.matches):
            raise AlreadyExists("a policy with this pattern exists already")


def _owned(owner: Owner) -> ColumnElement[bool]:
    if owner.repository_id is not None:
        return _policies.repository_id == owner.repository_id
    return _policies.namespace_id == owner.namespace_id
