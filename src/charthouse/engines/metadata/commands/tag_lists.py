"""Tags as lists show them: pages in an order, and what the manifests of a page are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from charthouse.engines.metadata.tables import ReferenceKind, manifest, manifest_reference, tag
from charthouse.model.manifests import is_index
from charthouse.model.names import Tag
from charthouse.ports.tag_lists import ManifestFacts, TagListQuery, TagOrder
from charthouse.ports.tags import TagLife

from .patterns import comparable
from .tag_lives import SIZE, described, like

_LARGEST_INDEX = 64 * 1024
"""Bytes of an index whose text is told with a list."""
_REPOSITORY = bindparam("repository", type_=BigInteger)
_NOW = bindparam("now", type_=BigInteger)
_DIGESTS: BindParameter[str] = bindparam("digests", expanding=True)
_ALIVE = or_(tag.c.expires_ms.is_(None), tag.c.expires_ms > _NOW)
_HERE = and_(tag.c.repository_id == _REPOSITORY, _ALIVE)
# Sources: OCI Distribution Specification 1.1, "Referrers Tag Schema", and cosign, whose tags go on after the digest.
_OF_A_DIGEST = or_(*(tag.c.name.like(f"{algorithm}-{'_' * 64}%") for algorithm in ("sha256", "sha512")))
_AMONG_THEM = and_(tag.c.name > "sha256-", tag.c.name < "sha512.")

_ORDERS = {
    TagOrder.NEWEST: (tag.c.since_ms.desc(), tag.c.name.desc()),
    TagOrder.OLDEST: (tag.c.since_ms, tag.c.name),
    TagOrder.NAME: (tag.c.name,),
    TagOrder.NAME_DOWN: (tag.c.name.desc(),),
}
_moment = tag.c.since_ms + 0
_UNINDEXED = {
    TagOrder.NEWEST: (_moment.desc(), tag.c.name.desc()),
    TagOrder.OLDEST: (_moment, tag.c.name),
}
_FIELDS = (
    tag.c.name,
    tag.c.since_ms.label("start_ms"),
    tag.c.expires_ms.label("end_ms"),
    tag.c.restored,
    tag.c.immutable,
)


def _cut(order: TagOrder, *, by_part: bool, signatures: bool) -> Select[Any]:
    """Return the question for the names of a page: the table of tags alone answers it."""
    keys = select(tag.c.name).where(_HERE)
    cuts = _ORDERS[order]
    if by_part:
        keys = keys.where(func.lower(tag.c.name).like(bindparam("part"), escape="/"))
        # Not by the index of moments: every name must be looked at, and they lie together by name.
        cuts = _UNINDEXED.get(order, cuts)
    if not signatures:
        keys = keys.where(not_(_OF_A_DIGEST))
    return keys.order_by(*cuts).limit(bindparam("limit")).offset(bindparam("offset"))


def _page(order: TagOrder, *, by_part: bool, signatures: bool) -> Select[Any]:
    cut = _cut(order, by_part=by_part, signatures=signatures).subquery()
    return (
        select(*_FIELDS, manifest.c.digest)
        .join(cut, cut.c.name == tag.c.name)
        .join(manifest, manifest.c.id == tag.c.manifest_id)
        .where(tag.c.repository_id == _REPOSITORY)
        .order_by(*_ORDERS[order])
    )


_NAMES = {
    (by_part, signatures): _cut(TagOrder.NAME, by_part=by_part, signatures=signatures)
    for by_part in (False, True)
    for signatures in (False, True)
}
_PAGES = {
    (order, by_part, signatures): _page(order, by_part=by_part, signatures=signatures)
    for order in TagOrder
    for by_part in (False, True)
    for signatures in (False, True)
}
_NAMED = (
    select(*_FIELDS, manifest.c.digest)
    .join(manifest, manifest.c.id == tag.c.manifest_id)
    .where(_HERE, tag.c.name.in_(bindparam("names", expanding=True)))
    .order_by(tag.c.name)
)
_signatures = (
    select(literal_column("1").label("one"))
    .select_from(tag)
    .where(_HERE, _AMONG_THEM, _OF_A_DIGEST)
    .limit(bindparam("most"))
    .subquery()
)
_COUNT_SIGNATURES = select(func.count()).select_from(_signatures)
_FACTS = select(
    manifest.c.digest,
    manifest.c.media_type,
    manifest.c.config_media_type,
    manifest.c.artifact_type,
    SIZE.where(manifest_reference.c.manifest_id == manifest.c.id).scalar_subquery().label("size"),
    select(func.count())
    .select_from(tag)
    .where(tag.c.manifest_id == manifest.c.id, _ALIVE)
    .scalar_subquery()
    .label("tags"),
    manifest.c.deleted_ms,
).where(manifest.c.repository_id == _REPOSITORY, manifest.c.digest.in_(_DIGESTS))
_INDEXES = select(manifest.c.digest, manifest.c.content).where(
    manifest.c.repository_id == _REPOSITORY,
    manifest.c.digest.in_(_DIGESTS),
    manifest.c.size <= _LARGEST_INDEX,
)
_REFERRERS = (
    select(manifest.c.subject, manifest.c.artifact_type)
    .where(
        manifest.c.repository_id == _REPOSITORY,
        manifest.c.subject.in_(_DIGESTS),
        manifest.c.deleted_ms.is_(None),
    )
    .distinct()
)
_TAGS_OF = (
    select(tag.c.name)
    .join(manifest, manifest.c.id == tag.c.manifest_id)
    .where(manifest.c.repository_id == _REPOSITORY, manifest.c.digest == bindparam("digest"), _ALIVE)
    .order_by(tag.c.name)
    .limit(bindparam("limit"))
)

_HELD_BY = (
    select(tag.c.name)
    .join(manifest_reference, manifest_reference.c.manifest_id == tag.c.manifest_id)
    .where(
        manifest_reference.c.repository_id == _REPOSITORY,
        manifest_reference.c.digest == bindparam("digest"),
        manifest_reference.c.kind == ReferenceKind.CHILD,
        _ALIVE,
    )
    .order_by(tag.c.name)
    .limit(bindparam("limit"))
)


def page(connection: Connection, query: TagListQuery) -> list[TagLife]:
    """Return a page of live tags."""
    if not comparable(query.part):
        return []
    statement = _PAGES[query.order, bool(query.part), query.signatures]
    rows = connection.execute(statement, _arguments(query)).all()
    return described(connection, query.repository_id, rows)


def names(connection: Connection, query: TagListQuery) -> list[Tag]:
    """Return the names of live tags by bytes."""
    if not comparable(query.part):
        return []
    statement = _NAMES[bool(query.part), query.signatures]
    return [Tag(name) for name in connection.execute(statement, _arguments(query)).scalars()]


def named(connection: Connection, repository_id: int, names: Sequence[str], now_ms: int) -> list[TagLife]:
    """Return those of ``names`` that are live tags, by bytes."""
    arguments = {
        "repository": repository_id,
        "now": now_ms,
        "names": [name for name in names if comparable(name)],
    }
    return described(connection, repository_id, connection.execute(_NAMED, arguments).all())


def signatures(connection: Connection, repository_id: int, now_ms: int, most: int) -> int:
    """Return how many tags only carry what belongs to a digest, ``most`` at most."""
    arguments = {"repository": repository_id, "now": now_ms, "most": most}
    return connection.execute(_COUNT_SIGNATURES, arguments).scalar_one()


def facts(
    connection: Connection, repository_id: int, digests: Sequence[str], now_ms: int
) -> dict[str, ManifestFacts]:
    """Return what is known of manifests, by digest."""
    where: dict[str, Any] = {"repository": repository_id, "digests": list(digests), "now": now_ms}
    rows = connection.execute(_FACTS, where).all()
    indexes = [row.digest for row in rows if is_index(row.media_type)]
    texts: dict[str, bytes] = {}
    if indexes:
        found = connection.execute(_INDEXES, {"repository": repository_id, "digests": indexes})
        texts = {digest: bytes(content) for digest, content in found}
    referrers: dict[str, list[str]] = defaultdict(list)
    for subject, artifact_type in connection.execute(_REFERRERS, where):
        referrers[subject].append(artifact_type)
    return {
        row.digest: ManifestFacts(
            row.media_type,
            row.config_media_type,
            row.artifact_type,
            int(row.size),
            row.tags,
            tuple(sorted(referrers[row.digest])),
            texts.get(row.digest, b""),
            row.deleted_ms is None,
        )
        for row in rows
    }


def tags_of(connection: Connection, repository_id: int, digest: str, now_ms: int, limit: int) -> list[Tag]:
    """Return live tags that point at a manifest, by bytes."""
    arguments = {"repository": repository_id, "digest": digest, "now": now_ms, "limit": limit}
    return [Tag(name) for name in connection.execute(_TAGS_OF, arguments).scalars()]


def held_by(connection: Connection, repository_id: int, digest: str, now_ms: int, limit: int) -> list[Tag]:
    """Return live tags of the indexes that list a manifest, by bytes."""
    arguments = {"repository": repository_id, "digest": digest, "now": now_ms, "limit": limit}
    return [Tag(name) for name in connection.execute(_HELD_BY, arguments).scalars()]


def _arguments(query: TagListQuery) -> dict[str, Any]:
    arguments = {"repository": query.repository_id, "now": query.now_ms, "part": like(query.part)}
    return arguments | {"limit": query.limit, "offset": query.offset}
