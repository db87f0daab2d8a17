"""What a purge and a whole collection would take now: the same rules, asked of everything at once."""

from __future__ import annotations

from sqlalchemy import Connection, Subquery, and_, exists, func, or_, select, union_all

from charthouse.engines.metadata.tables import (
    ReferenceKind,
    account,
    blob,
    manifest,
    manifest_reference,
    repository,
    repository_blob,
    tag,
    tag_history,
)
from charthouse.model.permissions import RepositoryState
from charthouse.ports.upkeep import Garbage, Terms

from .windows import IN_NAMESPACE, NOW, OF_NAMESPACE, UNTAGGED


def _holding() -> Subquery:
    """Return pairs of manifests, the first of which keeps the second: an index its child, a subject its referrer."""
    named, subject = manifest.alias(), manifest.alias()
    children = (
        select(manifest_reference.c.manifest_id.label("holder"), named.c.id.label("held"))
        .join(
            named,
            (named.c.repository_id == manifest_reference.c.repository_id)
            & (named.c.digest == manifest_reference.c.digest),
        )
        .where(manifest_reference.c.kind == ReferenceKind.CHILD)
    )
    referrers = select(subject.c.id.label("holder"), named.c.id.label("held")).join(
        named, (named.c.repository_id == subject.c.repository_id) & (named.c.subject == subject.c.digest)
    )
    return union_all(children, referrers).subquery()


_DELETED = select(repository.c.id).where(repository.c.state == RepositoryState.DELETED.value)
"""Repositories of which the purge takes everything."""

_own_history = and_(
    tag_history.c.repository_id == manifest.c.repository_id, tag_history.c.digest == manifest.c.digest
)
_released = exists().where(_own_history, tag_history.c.end_ms >= manifest.c.untagged_ms)
"""Nothing was pushed since the last tag ended, so that what sweeps the history gives the manifest up at once."""
_lives_on = or_(tag.c.expires_ms.is_(None), tag.c.expires_ms >= NOW - OF_NAMESPACE)
_roots = (
    select(manifest.c.id)
    .join(repository, repository.c.id == manifest.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(
        manifest.c.repository_id.not_in(_DELETED),
        or_(
            exists().where(tag.c.manifest_id == manifest.c.id, _lives_on),
            exists().where(_own_history, tag_history.c.end_ms >= NOW - OF_NAMESPACE),
            and_(manifest.c.untagged_ms >= NOW - UNTAGGED, ~_released),
        ),
    )
)
_pairs = _holding()
_needed = _roots.cte("needed", recursive=True)
_needed = _needed.union(select(_pairs.c.held).join(_needed, _pairs.c.holder == _needed.c.id))
_needed_ids = select(_needed.c.id)

_links = repository_blob.c
_named = (
    exists()
    .where(
        manifest_reference.c.repository_id == _links.repository_id,
        manifest_reference.c.digest == blob.c.digest,
        manifest_reference.c.kind != ReferenceKind.CHILD,
        manifest_reference.c.manifest_id.in_(_needed_ids),
    )
    .correlate(repository_blob, blob)
)
_link_stays = _links.repository_id.not_in(_DELETED) & or_(_links.kept_until_ms >= NOW, _named)
_HISTORY = (
    select(func.count())
    .select_from(tag_history)
    .join(repository, repository.c.id == tag_history.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(or_(tag_history.c.end_ms < NOW - OF_NAMESPACE, tag_history.c.repository_id.in_(_DELETED)))
)
_TAGS = (
    select(func.count())
    .select_from(tag)
    .join(repository, repository.c.id == tag.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(or_(tag.c.expires_ms < NOW - OF_NAMESPACE, tag.c.repository_id.in_(_DELETED)))
)
_MANIFESTS = select(func.count()).select_from(manifest).where(manifest.c.id.not_in(_needed_ids))
_LINKS = (
    select(func.count())
    .select_from(repository_blob.join(blob, blob.c.id == _links.blob_id))
    .where(~_link_stays)
)
_BLOBS = select(func.count(), func.coalesce(func.sum(blob.c.size), 0)).where(
    or_(blob.c.kept_until_ms.is_(None), blob.c.kept_until_ms < NOW),
    ~exists().where(_links.blob_id == blob.c.id, _link_stays),
)


def preview(connection: Connection, terms: Terms) -> Garbage:
    """Return what a purge and a whole collection would take now."""
    times = {"now": terms.now_ms, "window": terms.window_ms, "grace": terms.grace_ms}
    blobs, size = connection.execute(_BLOBS, times).one()
    history = connection.execute(_HISTORY, times).scalar_one()
    tags = connection.execute(_TAGS, times).scalar_one()
    return Garbage(
        tags=history + tags,
        manifests=connection.execute(_MANIFESTS, times).scalar_one(),
        links=connection.execute(_LINKS, times).scalar_one(),
        blobs=blobs,
        bytes=int(size),
    )
