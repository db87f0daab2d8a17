"""Repositories by name."""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from charthouse.engines.metadata.tables import account, repository, repository_grant
from charthouse.model.errors import AlreadyExists, NameUnknown
from charthouse.model.names import namespace_of
from charthouse.model.permissions import Role
from charthouse.ports.content import Target
from charthouse.ports.reads import ChangeKind

from .changes import log_change
from .inserts import insert_row
from .rights import READABLE

_PATH: BindParameter[str] = bindparam("path")
_SHARED = select(repository.c.id).where(repository.c.path == _PATH).with_for_update(read=True)
_EXCLUSIVE = select(repository.c.id).where(repository.c.id == bindparam("id")).with_for_update()
_NAMESPACE = select(account.c.id).where(account.c.name == bindparam("name"))
_ADD = insert(repository)
_GRANT = insert(repository_grant)
_SET_VISIBILITY = update(repository).where(repository.c.id == bindparam("key"))
_NAMES = select(repository.c.path).where(repository.c.path > bindparam("after"))
_NAMES = _NAMES.order_by(repository.c.path).limit(bindparam("limit"))
_CATALOG = _NAMES.where(READABLE)


def target_id(connection: Connection, target: Target, now_ms: int) -> int:
    """Return the id of the repository to write to, making it when ``target`` says so; raises NameUnknown.

    Until the end of the transaction collection cannot take anything of it away (``lock``).
    """
    found = connection.execute(_SHARED, {"path": target.repository}).scalar()
    if found is not None:
        return int(found)
    if not target.create:
        raise NameUnknown(f"there is no repository {target.repository}", {"name": target.repository})
    return _add(connection, target, "", now_ms)


def lock(connection: Connection, repository_id: int) -> None:
    """Keep all other writers of the repository waiting until the end of the transaction."""
    connection.execute(_EXCLUSIVE, {"id": repository_id})


def create(connection: Connection, target: Target, description: str, now_ms: int) -> int:
    """Create a repository, return its id; raises AlreadyExists, or NameUnknown for its namespace."""
    if connection.execute(_SHARED, {"path": target.repository}).scalar() is not None:
        raise AlreadyExists(f"the repository {target.repository} exists already", {"name": target.repository})
    return _add(connection, target, description, now_ms)


def set_visibility(connection: Connection, repository_id: int, public: bool) -> None:
    """Make it public or private."""
    connection.execute(_SET_VISIBILITY, {"key": repository_id, "public": public})
    log_change(connection, ChangeKind.REPOSITORY, repository_id)


def catalog(connection: Connection, account_id: int, after: str, limit: int) -> list[str]:
    """Return the names after ``after`` that the account may read."""
    arguments = {"account_id": account_id, "after": after, "limit": limit}
    return list(connection.execute(_CATALOG, arguments).scalars())


def names(connection: Connection, after: str, limit: int) -> list[str]:
    """Return all names after ``after``."""
    return list(connection.execute(_NAMES, {"after": after, "limit": limit}).scalars())


def _add(connection: Connection, target: Target, description: str, now_ms: int) -> int:
    namespace = namespace_of(target.repository)
    namespace_id = connection.execute(_NAMESPACE, {"name": namespace}).scalar()
    if namespace_id is None:
        raise NameUnknown(f"there is no user or organization {namespace}", {"name": target.repository})
    row = {
        "namespace_id": namespace_id,
        "path": target.repository,
        "public": target.public,
        "state": "normal",
        "created_ms": now_ms,
        "description": description,
    }
    repository_id = insert_row(connection, _ADD, row)
    if namespace_id != target.account_id:
        grant = {"repository_id": repository_id, "account_id": target.account_id, "role": Role.ADMIN.value}
        connection.execute(_GRANT, grant)
    return repository_id
