"""Repositories by name."""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, Select, bindparam, insert, select, update

from charthouse.engines.metadata.tables import account, repository, repository_grant
from charthouse.model.errors import AlreadyExists, Denied, NameUnknown, RepositoryReadOnly
from charthouse.model.names import namespace_of
from charthouse.model.permissions import RepositoryState, Role
from charthouse.ports.content import Target
from charthouse.ports.reads import ChangeKind

from .accounts import add_organization
from .changes import log_change
from .defaults import apply
from .inserts import insert_row
from .rights import OWN, READABLE, WRITABLE

_PATH: BindParameter[str] = bindparam("path")
_FIND = select(repository.c.id, repository.c.state).where(repository.c.path == _PATH)
_FIND_BY_ID = select(repository.c.id, repository.c.state).where(repository.c.id == bindparam("id"))
# SQLite has one writer and needs no locks. Elsewhere three kinds, each at odds with the later ones: blobs are
# added (many at once), manifests and tags changed (one after another), content taken away (nobody beside).
_FOR_BLOBS = _FIND.with_for_update(read=True, key_share=True)
_FOR_MANIFESTS = _FIND.with_for_update(key_share=True)
_FOR_MANIFESTS_BY_ID = _FIND_BY_ID.with_for_update(key_share=True)
_FOR_REMOVAL = _FIND_BY_ID.with_for_update()
_WRITABLE_BY_ID = _FIND_BY_ID.where(WRITABLE)
# Locked, so that nothing is made in a namespace that is being deleted.
_NAMESPACE = (
    select(account.c.id).where(account.c.name == bindparam("name")).with_for_update(read=True, key_share=True)
)
_ADD = insert(repository)
_GRANT = insert(repository_grant)
_SET = update(repository).where(
    repository.c.id == bindparam("key"), repository.c.state != RepositoryState.DELETED.value
)
_NAMES = select(repository.c.path).where(
    repository.c.path > bindparam("after"), repository.c.state != RepositoryState.DELETED.value
)
_NAMES = _NAMES.order_by(repository.c.path).limit(bindparam("limit"))
_CATALOG = _NAMES.where(READABLE)
_CATALOG_OF_OWN = _NAMES.where(OWN)


def lock_for_blobs(connection: Connection, target: Target, now_ms: int) -> int:
    """Return the id of the repository to add blobs to; nothing is taken from it in this transaction.

    Makes it when ``target`` says so, else raises NameUnknown; Denied when another has just made it.
    """
    return _locked(connection, _FOR_BLOBS, target, now_ms)


def lock_for_manifests(connection: Connection, target: Target, now_ms: int) -> int:
    """Do the same to change manifests and tags: no other transaction changes any beside this one."""
    return _locked(connection, _FOR_MANIFESTS, target, now_ms)


def lock_manifests_of(connection: Connection, repository_id: int) -> None:
    """Lock as ``lock_for_manifests`` does, by id; raises RepositoryReadOnly, or NameUnknown once it is deleted."""
    found = connection.execute(_FOR_MANIFESTS_BY_ID, {"id": repository_id}).first()
    if found is not None:
        _require_normal(found.state)


def lock_for_removal(connection: Connection, repository_id: int) -> None:
    """Keep all other writers of the repository waiting until the end of the transaction."""
    connection.execute(_FOR_REMOVAL, {"id": repository_id})


def create(connection: Connection, target: Target, description: str, now_ms: int) -> int:
    """Create a repository, return its id; raises AlreadyExists, or NameUnknown for its namespace."""
    if connection.execute(_FIND, {"path": target.repository}).scalar() is not None:
        raise AlreadyExists(f"the repository {target.repository} exists already", {"name": target.repository})
    return _add(connection, target, description, now_ms)


def set_visibility(connection: Connection, repository_id: int, public: bool) -> None:
    """Make it public or private."""
    connection.execute(_SET, {"key": repository_id, "public": public})
    log_change(connection, ChangeKind.REPOSITORY, repository_id)


def set_state(connection: Connection, repository_id: int, state: RepositoryState) -> None:
    """Say what may be done to its content."""
    connection.execute(_SET, {"key": repository_id, "state": state.value})
    log_change(connection, ChangeKind.REPOSITORY, repository_id)


def set_description(connection: Connection, repository_id: int, description: str) -> None:
    """Replace its description, which no cache knows."""
    connection.execute(_SET, {"key": repository_id, "description": description})


def catalog(
    connection: Connection, account_id: int, after: str, limit: int, public: bool = True
) -> list[str]:
    """Return the names after ``after`` that the account may read, with or without those that everybody may."""
    query = _CATALOG if public else _CATALOG_OF_OWN
    arguments = {"account_id": account_id, "after": after, "limit": limit}
    return list(connection.execute(query, arguments).scalars())


def names(connection: Connection, after: str, limit: int) -> list[str]:
    """Return all names after ``after``."""
    return list(connection.execute(_NAMES, {"after": after, "limit": limit}).scalars())


def _locked(connection: Connection, query: Select[int, str], target: Target, now_ms: int) -> int:
    found = connection.execute(query, {"path": target.repository}).first()
    if found is None:
        if not target.create:
            raise NameUnknown(f"there is no repository {target.repository}", {"name": target.repository})
        return _add(connection, target, "", now_ms)
    if target.create:
        _require_own(connection, found.id, target)
    elif target.repository_id not in (0, found.id):
        raise NameUnknown(f"{target.repository} has just been deleted", {"name": target.repository})
    _require_normal(found.state)
    return int(found.id)


def _require_normal(state: str) -> None:
    """Raise RepositoryReadOnly when nobody may change what a repository holds, NameUnknown when it is deleted."""
    if state == RepositoryState.DELETED:
        raise NameUnknown("the repository is not there any more")
    if state == RepositoryState.MIRROR:
        raise RepositoryReadOnly("the repository is a mirror: only mirroring writes to it")
    if state != RepositoryState.NORMAL:
        raise RepositoryReadOnly("the repository is read-only: an administrator of it can change its state")


def _require_own(connection: Connection, repository_id: int, target: Target) -> None:
    """Raise Denied when a repository that was to be made is there by now, and is not the account's.

    That it might create one gives no right to one that another has just made.
    """
    who = {"id": repository_id, "account_id": target.account_id}
    if connection.execute(_WRITABLE_BY_ID, who).scalar() is None:
        raise Denied(f"you may not push to {target.repository}: it must be yours, or grant you write")


def _add(connection: Connection, target: Target, description: str, now_ms: int) -> int:
    namespace = namespace_of(target.repository)
    namespace_id = connection.execute(_NAMESPACE, {"name": namespace}).scalar()
    if namespace_id is None and target.found:
        namespace_id = add_organization(connection, namespace, "", target.account_id, now_ms).account_id
    if namespace_id is None:
        raise NameUnknown(f"there is no user or organization {namespace}", {"name": target.repository})
    row = {
        "namespace_id": namespace_id,
        "path": target.repository,
        "public": target.public,
        "state": RepositoryState.NORMAL.value,
        "created_ms": now_ms,
        "description": description,
    }
    repository_id = insert_row(connection, _ADD, row)
    grant = {"repository_id": repository_id, "account_id": target.account_id, "role": Role.ADMIN.value}
    connection.execute(_GRANT, grant)
    if namespace_id != target.account_id:
        apply(connection, namespace_id, repository_id, target.account_id)
    return repository_id
