"""Manifests, tags and referrers of a repository."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from charthouse.engines.metadata.tables import (
    ReferenceKind,
    blob,
    manifest,
    manifest_reference,
    repository_blob,
    tag,
)
from charthouse.model.digests import Digest
from charthouse.model.errors import ManifestBlobUnknown
from charthouse.model.manifests import Manifest
from charthouse.ports.charts import ChartFacts
from charthouse.ports.content import PutManifest, Referrer, ReferrerPage, Referrers, TagTarget
from charthouse.ports.reads import ChangeKind

from .changes import log_change
from .chart_entries import follow, keep_facts, tags_of_chart
from .inserts import insert_row
from .repositories import lock_for_manifests, lock_manifests_of
from .tags import IS_TAGGED, TAGGED, UNTAG, end_tags_of, point, pointed, require_at, require_free

_AT_ONCE = 1000
"""Digests in one query: the databases take some ten thousand parameters, and an index may list more."""

_REPOSITORY: BindParameter[int] = bindparam("repository")
_NOW: BindParameter[int] = bindparam("now", type_=BigInteger)

_found = (manifest.c.repository_id == _REPOSITORY) & (manifest.c.digest == bindparam("wanted"))
_FIND = select(manifest.c.id, manifest.c.deleted_ms, IS_TAGGED.label("tagged")).where(_found)
_ADD = insert(manifest)
_ADD_REFERENCES = insert(manifest_reference)
_REVIVE = update(manifest).where(manifest.c.id == bindparam("key")).values(deleted_ms=None)
_HIDE = update(manifest).where(manifest.c.id == bindparam("key")).values(deleted_ms=_NOW, untagged_ms=_NOW)

_HELD_BLOBS = (
    select(blob.c.digest)
    .join(repository_blob, repository_blob.c.blob_id == blob.c.id)
    .where(
        repository_blob.c.repository_id == _REPOSITORY,
        blob.c.digest.in_(bindparam("digests", expanding=True)),
        ~blob.c.quarantined,
        ~repository_blob.c.hidden,
    )
)
_LIVE_MANIFESTS = select(manifest.c.digest).where(
    manifest.c.repository_id == _REPOSITORY,
    manifest.c.digest.in_(bindparam("digests", expanding=True)),
    manifest.c.deleted_ms.is_(None),
)

_refers = (
    (manifest.c.repository_id == _REPOSITORY)
    & (manifest.c.subject == bindparam("wanted"))
    & manifest.c.deleted_ms.is_(None)
)
# In the order of digests, but not by their index, by which SQLite would walk through all of the repository: most
# manifests have no subject, so that its statistics take the index of subjects for a bad one.
_by_digest = manifest.c.digest.concat("")
_REFERRER_SIZES = (
    select(manifest.c.digest, manifest.c.size)
    .where(_refers, _by_digest > bindparam("after"))
    .order_by(_by_digest)
    .limit(_AT_ONCE)
)
_REFERRER_SIZES_OF = _REFERRER_SIZES.where(
    manifest.c.artifact_type.in_(bindparam("artifact_types", expanding=True))
)
_REFERRERS = (
    select(manifest.c.digest, manifest.c.media_type, manifest.c.artifact_type, manifest.c.size)
    .add_columns(manifest.c.annotations)
    .where(_refers, manifest.c.digest.in_(bindparam("digests", expanding=True)))
    .order_by(manifest.c.digest)
)
_LISTABLE = _LIVE_MANIFESTS.where(
    or_(manifest.c.subject.is_(None), manifest.c.subject != bindparam("subject"))
)
_TAG_TARGETS = (
    select(tag.c.name, manifest.c.digest, manifest.c.media_type, manifest.c.size)
    .join(manifest, manifest.c.id == tag.c.manifest_id)
    .where(tag.c.repository_id == _REPOSITORY, tag.c.name > bindparam("after"))
    .where(or_(tag.c.expires_ms.is_(None), tag.c.expires_ms > _NOW))
    .order_by(tag.c.name)
    .limit(bindparam("limit"))
)


def put(connection: Connection, command: PutManifest) -> int:
    """Store a manifest and point tags at it; returns the repository's id."""
    repository_id = lock_for_manifests(connection, command.target, command.now_ms)
    if command.expected is not None:
        for name in command.tags:
            require_at(connection, repository_id, name, command.expected, command.now_ms)
    found = connection.execute(_FIND, {"repository": repository_id, "wanted": command.digest}).first()
    if not command.sparse and (found is None or not found.tagged):
        # Collection may already have taken what an untagged manifest names, and not yet the manifest.
        _require_content(connection, repository_id, command.manifest)
    if found is None:
        manifest_id = _add(connection, repository_id, command)
    else:
        manifest_id = found.id
        _put_again(connection, found, command)
    if command.chart is not None:
        _keep_facts(connection, repository_id, manifest_id, command.chart)
    if command.tags:
        is_chart = command.chart is not None
        at = pointed(connection, repository_id, manifest_id, command.terms, command.now_ms, chart=is_chart)
        for name in command.tags:
            point(connection, name, at)
        if found is not None:
            connection.execute(TAGGED, {"key": manifest_id})
    return repository_id


def delete_manifest(connection: Connection, repository_id: int, digest: str, now_ms: int) -> bool:
    """Hide a manifest and every tag that points at it; False when there is none.

    Raises TagImmutable when an immutable tag needs it.
    """
    lock_manifests_of(connection, repository_id)
    found = connection.execute(_FIND, {"repository": repository_id, "wanted": digest}).first()
    if found is None or found.deleted_ms is not None:
        return False
    require_free(connection, repository_id, found.id, digest, now_ms)
    end_tags_of(connection, repository_id, found.id, now_ms)
    connection.execute(_HIDE, {"key": found.id, "now": now_ms})
    log_change(connection, ChangeKind.MANIFEST, repository_id, digest)
    return True


def referrers(connection: Connection, asked: Referrers) -> ReferrerPage:
    """Return a page of the live manifests that name the subject: first asks how large they are."""
    where = {"repository": asked.repository_id, "wanted": asked.subject}
    if asked.artifact_types:
        page = {**where, "after": asked.after, "artifact_types": asked.artifact_types}
        sizes = connection.execute(_REFERRER_SIZES_OF, page).all()
    else:
        sizes = connection.execute(_REFERRER_SIZES, {**where, "after": asked.after}).all()
    filled = accumulate(size for _, size in sizes)
    count = max(sum(total <= asked.room for total in filled), 1)
    rows = connection.execute(_REFERRERS, {**where, "digests": [digest for digest, _ in sizes[:count]]})
    found = [
        Referrer(digest, media_type, artifact_type, size, msgspec.json.decode(annotations))
        for digest, media_type, artifact_type, size, annotations in rows
    ]
    more = count < len(sizes) or len(sizes) == _AT_ONCE
    return ReferrerPage(found, sizes[count - 1].digest if more else "")


def listable(connection: Connection, repository_id: int, subject: str, digests: Sequence[str]) -> set[str]:
    """Return those of ``digests`` that are live manifests of the repository and do not name ``subject``."""
    return _there(connection, repository_id, digests, _LISTABLE, subject=subject)


def tag_targets(
    connection: Connection, repository_id: int, after: str, limit: int, now_ms: int
) -> list[TagTarget]:
    """Return live tags greater than ``after`` with what they point at, by bytes."""
    arguments = {"repository": repository_id, "after": after, "limit": limit, "now": now_ms}
    return [TagTarget(*row) for row in connection.execute(_TAG_TARGETS, arguments)]


def _require_content(connection: Connection, repository_id: int, needs: Manifest) -> None:
    missing = _missing(connection, repository_id, needs.blobs, _HELD_BLOBS)
    missing += _missing(connection, repository_id, needs.children, _LIVE_MANIFESTS)
    if missing:
        raise ManifestBlobUnknown(
            "the manifest names content that the repository lacks: push that first",
            [{"digest": digest} for digest in missing],
        )


def _missing(
    connection: Connection, repository_id: int, digests: tuple[Digest, ...], query: Select[str]
) -> list[Digest]:
    there = _there(connection, repository_id, digests, query)
    return [digest for digest in digests if digest not in there]


def _there(
    connection: Connection, repository_id: int, digests: Sequence[str], query: Select[str], **where: str
) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        asked = {"repository": repository_id, "digests": some, **where}
        found.update(connection.execute(query, asked).scalars())
    return found


def _add(connection: Connection, repository_id: int, command: PutManifest) -> int:
    facts = command.manifest
    row = {
        "repository_id": repository_id,
        "digest": command.digest,
        "media_type": facts.media_type,
        "size": len(command.content),
        "subject": facts.subject,
        "created_ms": command.now_ms,
        "untagged_ms": None if command.tags else command.now_ms,
        "config_media_type": facts.config_media_type,
        "artifact_type": facts.artifact_type,
        "annotations": msgspec.json.encode(facts.annotations).decode(),
        "content": command.content,
    }
    manifest_id = insert_row(connection, _ADD, row)
    kinds = dict.fromkeys(facts.absent_allowed, ReferenceKind.OPTIONAL_BLOB)
    kinds |= dict.fromkeys(facts.blobs, ReferenceKind.BLOB)
    kinds |= dict.fromkeys(facts.children, ReferenceKind.CHILD)
    if kinds:
        references = [
            {"manifest_id": manifest_id, "repository_id": repository_id, "digest": digest, "kind": kind.value}
            for digest, kind in kinds.items()
        ]
        connection.execute(_ADD_REFERENCES, references)
    return manifest_id


def _keep_facts(connection: Connection, repository_id: int, manifest_id: int, facts: ChartFacts) -> None:
    """Store what a chart says of itself; tags that point at it already show it, if it was not read so far."""
    if keep_facts(connection, manifest_id, facts, pushed=True):
        for name in tags_of_chart(connection, manifest_id):
            follow(connection, repository_id, name)


def _put_again(connection: Connection, found: Row[*tuple[Any, ...]], command: PutManifest) -> None:
    if found.deleted_ms is not None:
        connection.execute(_REVIVE, {"key": found.id})
    if not command.tags:
        connection.execute(UNTAG, {"key": found.id, "now": command.now_ms})
