"""Taking what deleted repositories and accounts leave behind, some rows at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, select

from charthouse.engines.metadata.tables import (
    DELETED_ACCOUNT,
    account,
    chart,
    chart_document,
    chart_entry,
    label,
    last_use,
    manifest,
    manifest_reference,
    pull_count,
    pull_day,
    repository,
    repository_blob,
    tag,
    tag_history,
)
from charthouse.model.permissions import RepositoryState
from charthouse.ports.upkeep import Garbage

from .blobs import drop_link
from .removal import forget_accounts, forget_repositories

_LIMIT: BindParameter[int] = bindparam("limit")
_KEY: BindParameter[int] = bindparam("key")
_KEYS: BindParameter[Sequence[int]] = bindparam("keys", expanding=True)

_deleted = repository.c.state == RepositoryState.DELETED.value
_DELETED = select(repository.c.id).where(_deleted).order_by(repository.c.id).limit(_LIMIT)
_LOCKED = select(repository.c.id).where(repository.c.id == _KEY, _deleted).with_for_update()

_MANIFESTS = select(manifest.c.id).where(manifest.c.repository_id == _KEY).limit(_LIMIT)
_DROP_LABELS = delete(label).where(label.c.manifest_id.in_(_KEYS))
_DROP_TAGS = delete(tag).where(tag.c.manifest_id.in_(_KEYS))
_DROP_DOCUMENTS = delete(chart_document).where(chart_document.c.manifest_id.in_(_KEYS))
_DROP_CHARTS = delete(chart).where(chart.c.manifest_id.in_(_KEYS))
_DROP_REFERENCES = delete(manifest_reference).where(manifest_reference.c.manifest_id.in_(_KEYS))
_DROP_MANIFESTS = delete(manifest).where(manifest.c.id.in_(_KEYS))
_HISTORY = select(tag_history.c.id).where(tag_history.c.repository_id == _KEY).limit(_LIMIT)
_DROP_HISTORY = delete(tag_history).where(tag_history.c.id.in_(_KEYS))
_ENTRIES = select(chart_entry.c.tag).where(chart_entry.c.repository_id == _KEY).limit(_LIMIT)
_DROP_ENTRIES = delete(chart_entry).where(
    chart_entry.c.repository_id == _KEY, chart_entry.c.tag.in_(bindparam("tags", expanding=True))
)
_LINKS = (
    select(repository_blob.c.blob_id)
    .where(repository_blob.c.repository_id == _KEY)
    .order_by(repository_blob.c.blob_id)  # as everybody locks them
    .limit(_LIMIT)
)
_HOLDS = select(
    exists().where(manifest.c.repository_id == _KEY)
    | exists().where(tag_history.c.repository_id == _KEY)
    | exists().where(chart_entry.c.repository_id == _KEY)
    | exists().where(repository_blob.c.repository_id == _KEY)
)
_DROP_REPOSITORY = delete(repository).where(repository.c.id == _KEY)

_COUNTS = (
    delete(pull_count).where(pull_count.c.repository_id == _KEY),
    delete(pull_day).where(pull_day.c.repository_id == _KEY),
)
_LAST_USE = delete(last_use).where(last_use.c.subject == bindparam("subject"))

_owns = exists().where(repository.c.namespace_id == account.c.id)
_gone = (account.c.kind == DELETED_ACCOUNT) & ~_owns
_ACCOUNTS = select(account.c.id).where(_gone).order_by(account.c.id).limit(_LIMIT)
_GONE = select(account.c.id).where(account.c.id == _KEY, _gone).with_for_update()
_DROP_ACCOUNT = delete(account).where(account.c.id == _KEY)


def repositories(connection: Connection, limit: int) -> list[int]:
    """Return deleted repositories that still have a row."""
    return list(connection.execute(_DELETED, {"limit": limit}).scalars())


def take(connection: Connection, repository_id: int, now_ms: int, limit: int) -> Garbage:
    """Take some manifests, else hidden tags, else links to blobs of a deleted repository."""
    if connection.execute(_LOCKED, {"key": repository_id}).first() is None:
        return Garbage()
    some = {"key": repository_id, "limit": limit}
    manifests = list(connection.execute(_MANIFESTS, some).scalars())
    if manifests:
        return _take_manifests(connection, manifests)
    history = list(connection.execute(_HISTORY, some).scalars())
    if history:
        connection.execute(_DROP_HISTORY, {"keys": history})
        return Garbage(tags=len(history))
    entries = list(connection.execute(_ENTRIES, some).scalars())
    if entries:
        connection.execute(_DROP_ENTRIES, {"key": repository_id, "tags": entries})
        return Garbage(tags=len(entries))
    links = list(connection.execute(_LINKS, some).scalars())
    for blob_id in links:
        drop_link(connection, repository_id, blob_id, now_ms - 1)
    return Garbage(links=len(links))


def drop_repository(connection: Connection, repository_id: int) -> None:
    """Forget the row of a deleted repository that holds nothing."""
    where = {"key": repository_id}
    if connection.execute(_LOCKED, where).first() is None or connection.execute(_HOLDS, where).scalar():
        return
    forget_repositories(connection, [repository_id])  # what a request under way has just added
    connection.execute(_DROP_REPOSITORY, where)


def drop_counts(connection: Connection, repository_id: int) -> None:
    """Forget the pulls of a repository."""
    for statement in _COUNTS:
        connection.execute(statement, {"key": repository_id})


def accounts(connection: Connection, limit: int) -> list[int]:
    """Return deleted accounts that own no repository."""
    return list(connection.execute(_ACCOUNTS, {"limit": limit}).scalars())


def drop_account(connection: Connection, account_id: int) -> None:
    """Forget the row of a deleted account that owns no repository."""
    if connection.execute(_GONE, {"key": account_id}).first() is None:
        return
    forget_accounts(connection, [account_id])  # what a request under way has just added
    connection.execute(_DROP_ACCOUNT, {"key": account_id})


def drop_last_use(connection: Connection, account_id: int) -> None:
    """Forget when an account was last used."""
    connection.execute(_LAST_USE, {"subject": f"account:{account_id}"})


def _take_manifests(connection: Connection, keys: list[int]) -> Garbage:
    where = {"keys": keys}
    connection.execute(_DROP_LABELS, where)
    tags = connection.execute(_DROP_TAGS, where).rowcount
    for statement in (_DROP_DOCUMENTS, _DROP_CHARTS, _DROP_REFERENCES, _DROP_MANIFESTS):
        connection.execute(statement, where)
    return Garbage(tags=tags, manifests=len(keys))
