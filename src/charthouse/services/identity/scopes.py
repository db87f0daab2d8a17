"""Scopes of a token request: which actions are asked for on which resource.

Source: Docker Registry v2 "Token Scope Documentation": ``repository:<name>:<action>,<action>`` and
``registry:catalog:*``. A repository's name may be preceded by the registry's host, as Quay allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from charthouse.model.errors import InvalidRequest
from charthouse.model.names import RepositoryName, parse_repository
from charthouse.model.permissions import Access, Actor, RepositoryState, Role
from charthouse.services.access.repositories import effective_role, may_create

PULL, PUSH, DELETE, ALL = "pull", "push", "delete", "*"
MAXIMUM_SCOPES = 100

_NEEDS: Mapping[str, Role] = {PULL: Role.READ, PUSH: Role.WRITE, DELETE: Role.WRITE, ALL: Role.ADMIN}
_CREATES = frozenset({PULL, PUSH})


class Grant(msgspec.Struct, frozen=True):
    """An entry of a token's ``access`` list."""

    type: str
    name: str
    actions: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """What a request asks for: actions of each repository, and whether to list repositories."""

    repositories: Mapping[RepositoryName, tuple[str, ...]]
    catalog: bool

    def __bool__(self) -> bool:
        return bool(self.repositories) or self.catalog


def parse_scopes(scopes: Iterable[str], hosts: Iterable[str], library: str) -> Asked:
    """Read the ``scope`` parameters of a request; each may hold several, separated by spaces.

    ``hosts`` are names of this registry that may precede a repository's; ``library`` is the namespace of names
    that have none ("" when there is none). Raises InvalidRequest and NameInvalid.
    """
    prefixes = tuple(f"{host}/" for host in hosts if host)
    repositories: dict[RepositoryName, tuple[str, ...]] = {}
    catalog = False
    words = [word for scope in scopes for word in scope.split()]
    if len(words) > MAXIMUM_SCOPES:
        raise InvalidRequest(f"a token request may name at most {MAXIMUM_SCOPES} scopes")
    for word in words:
        if word == "registry:catalog:*":
            catalog = True
            continue
        name, actions = _parse_repository_scope(word, prefixes, library)
        repositories[name] = tuple(dict.fromkeys((*repositories.get(name, ()), *actions)))
    return Asked(repositories, catalog)


def _parse_repository_scope(
    word: str, prefixes: tuple[str, ...], library: str
) -> tuple[RepositoryName, tuple[str, ...]]:
    kind, _, rest = word.partition(":")
    name, colon, actions = rest.rpartition(":")
    if kind != "repository" or not colon or not name:
        raise InvalidRequest(
            f"malformed scope {word[:200]!r}: it is repository:<name>:<actions> or registry:catalog:*"
        )
    for prefix in prefixes:
        if name.startswith(prefix) and "/" in name[len(prefix) :]:
            name = name[len(prefix) :]
            break
    if library and "/" not in name:
        name = f"{library}/{name}"
    return parse_repository(name), tuple(action for action in actions.split(",") if action)


def granted(asked: Iterable[str], actor: Actor, access: Access, repository: str) -> tuple[str, ...]:
    """Return those of the asked actions that ``actor`` may do, in their order."""
    if may_create(actor, access, repository):
        return tuple(action for action in asked if action in _CREATES)
    role = effective_role(actor, access, repository)
    if access.state is not RepositoryState.NORMAL:
        role = min(role, Role.READ)
    return tuple(action for action in asked if action in _NEEDS and role >= _NEEDS[action])


def limits_of(grants: Iterable[Grant]) -> dict[str, Role]:
    """Return the highest role that a token's grants carry, by repository ("registry:catalog" is model.permissions.CATALOG)."""
    limits: dict[str, Role] = {}
    for grant in grants:
        name = grant.name if grant.type == "repository" else f"{grant.type}:{grant.name}"
        roles = (_NEEDS[action] for action in grant.actions if action in _NEEDS)
        limits[name] = max(limits.get(name, Role.NONE), max(roles, default=Role.NONE))
    return limits
