"""How much is in the registry, and in one namespace."""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select

from charthouse.engines.metadata.tables import account, blob, repository, repository_blob, robot, tag
from charthouse.model.permissions import RepositoryState
from charthouse.ports.accounts import AccountKind
from charthouse.ports.totals import Holdings, RegistryTotals

from .rights import NOT_DELETED

_NOW: BindParameter[int] = bindparam("now")
_NAMESPACE: BindParameter[int] = bindparam("namespace")

_ACCOUNTS = select(account.c.kind, func.count()).group_by(account.c.kind)
_REPOSITORIES = select(func.count()).select_from(repository).where(NOT_DELETED)
_live = or_(tag.c.expires_ms.is_(None), tag.c.expires_ms > _NOW)
_deleted = select(repository.c.id).where(repository.c.state == RepositoryState.DELETED.value)
_TAGS = select(func.count()).select_from(tag).where(_live, tag.c.repository_id.not_in(_deleted))
_OWN_REPOSITORIES = _REPOSITORIES.where(repository.c.namespace_id == _NAMESPACE)
_OWN_TAGS = (
    select(func.count())
    .select_from(tag)
    .join(repository, repository.c.id == tag.c.repository_id)
    .where(_live, NOT_DELETED, repository.c.namespace_id == _NAMESPACE)
)
_OWN_ROBOTS = select(func.count()).select_from(robot).where(robot.c.owner_id == _NAMESPACE)
_LINKED = (
    select(func.coalesce(func.sum(blob.c.size), 0))
    .select_from(repository_blob)
    .join(blob, blob.c.id == repository_blob.c.blob_id)
    .where(blob.c.id.between(bindparam("first"), bindparam("last")))
)


def registry(connection: Connection, now_ms: int) -> RegistryTotals:
    """Count what is in the registry."""
    accounts: dict[str, int] = dict(connection.execute(_ACCOUNTS).all())
    return RegistryTotals(
        users=accounts.get(AccountKind.USER.value, 0),
        organizations=accounts.get(AccountKind.ORGANIZATION.value, 0),
        robots=accounts.get(AccountKind.ROBOT.value, 0),
        repositories=connection.execute(_REPOSITORIES).scalar_one(),
        tags=connection.execute(_TAGS, {"now": now_ms}).scalar_one(),
    )


def namespace(connection: Connection, namespace_id: int, now_ms: int) -> Holdings:
    """Count what an account owns."""
    where = {"namespace": namespace_id}
    return Holdings(
        repositories=connection.execute(_OWN_REPOSITORIES, where).scalar_one(),
        tags=connection.execute(_OWN_TAGS, where | {"now": now_ms}).scalar_one(),
        robots=connection.execute(_OWN_ROBOTS, where).scalar_one(),
    )


def linked_bytes(connection: Connection, first: int, last: int) -> int:
    """Return the bytes of blobs with ids in the range, each once for every repository that has it."""
    return int(connection.execute(_LINKED, {"first": first, "last": last}).scalar_one())
