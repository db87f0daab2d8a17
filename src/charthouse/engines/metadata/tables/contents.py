"""Repositories and what they hold."""

from __future__ import annotations

import enum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from charthouse.engines.metadata.types import LONGEST_DIGEST, Name, bytes_type, key_type, text_type

from .base import content


class ReferenceKind(enum.IntEnum):
    """What a manifest names another content as."""

    BLOB = 1
    OPTIONAL_BLOB = 2
    """A layer that the repository need not hold."""
    CHILD = 3
    """A manifest that an index lists."""


repository = Table(
    "repository",
    content,
    Column("id", key_type(), primary_key=True),
    Column("namespace_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("path", Name(511), nullable=False, unique=True),
    Column("public", Boolean, nullable=False),
    Column("state", Name(16), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("description", text_type(), nullable=False),
    sqlite_autoincrement=True,
)
"""``state`` is a RepositoryState. A deleted one has another path, and waits for its content to go."""

repository_grant = Table(
    "repository_grant",
    content,
    Column("id", key_type(), primary_key=True),
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    Column("account_id", key_type(), ForeignKey("account.id")),
    Column("team_id", key_type(), ForeignKey("team.id")),
    Column("role", SmallInteger, nullable=False),
    UniqueConstraint("repository_id", "account_id"),
    UniqueConstraint("repository_id", "team_id"),
    Index(None, "account_id"),
    Index(None, "team_id"),
)
"""``role`` is a Role; exactly one of ``account_id`` and ``team_id`` is set."""

blob = Table(
    "blob",
    content,
    Column("id", key_type(), primary_key=True),
    Column("digest", Name(LONGEST_DIGEST), nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("key", Name(512), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("kept_until_ms", BigInteger, index=True),
    Column("quarantined", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
"""``kept_until_ms`` is null while a repository holds the blob, else when its object may go. A quarantined blob is
unknown to every read until it is pushed again."""

repository_blob = Table(
    "repository_blob",
    content,
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    Column("blob_id", key_type(), ForeignKey("blob.id"), nullable=False),
    Column("kept_until_ms", BigInteger, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False),
    PrimaryKeyConstraint("repository_id", "blob_id"),
    Index(None, "blob_id"),
    Index(None, "held", "kept_until_ms"),
    sqlite_with_rowid=False,
)
"""``held``: collection has seen a manifest that names the blob, and need not look again until it is dropped.
``hidden``: it was deleted from the repository, but a hidden manifest that names it may be restored."""

manifest = Table(
    "manifest",
    content,
    Column("id", key_type(), primary_key=True),
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    Column("digest", Name(LONGEST_DIGEST), nullable=False),
    Column("media_type", Name(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("subject", Name(LONGEST_DIGEST)),
    Column("created_ms", BigInteger, nullable=False),
    Column("untagged_ms", BigInteger, index=True),
    Column("deleted_ms", BigInteger),
    Column("config_media_type", text_type(), nullable=False),
    Column("artifact_type", text_type(), nullable=False),
    Column("annotations", text_type(), nullable=False),
    Column("content", bytes_type(), nullable=False),
    UniqueConstraint("repository_id", "digest"),
    Index(None, "repository_id", "subject"),
    sqlite_autoincrement=True,
)
"""``untagged_ms`` is when collection may begin to count: null while a tag, or a manifest that collection has
seen, holds it. ``deleted_ms`` hides it. The long columns stand last, so that no other read walks over them."""

manifest_reference = Table(
    "manifest_reference",
    content,
    Column("manifest_id", key_type(), ForeignKey("manifest.id"), nullable=False),
    Column("digest", Name(LONGEST_DIGEST), nullable=False),
    Column("repository_id", key_type(), nullable=False),
    Column("kind", SmallInteger, nullable=False),
    PrimaryKeyConstraint("manifest_id", "digest"),
    Index(None, "repository_id", "digest"),
    sqlite_with_rowid=False,
)
"""What a manifest names; ``kind`` is a ReferenceKind."""

tag = Table(
    "tag",
    content,
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    Column("name", Name(128), nullable=False),
    Column("manifest_id", key_type(), ForeignKey("manifest.id"), nullable=False, index=True),
    Column("since_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, index=True),
    Column("immutable", Boolean, nullable=False),
    Column("restored", Boolean, nullable=False),
    PrimaryKeyConstraint("repository_id", "name"),
    Index(None, "repository_id", "since_ms"),
    sqlite_with_rowid=False,
)
"""Live tags. ``expires_ms`` hides one from then on; ``restored``: it was brought back from the history."""

tag_history = Table(
    "tag_history",
    content,
    Column("id", key_type(), primary_key=True),
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    Column("name", Name(128), nullable=False),
    Column("digest", Name(LONGEST_DIGEST), nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False, index=True),
    Column("restored", Boolean, nullable=False),
    Index(None, "repository_id", "digest"),
    Index(None, "repository_id", "name"),
    Index(None, "repository_id", "start_ms"),
    Index(None, "repository_id", "end_ms"),
)
"""What tags pointed at before: while a row is here, its manifest stays and the tag can be restored."""

label = Table(
    "label",
    content,
    Column("uuid", Name(36), primary_key=True),
    Column("manifest_id", key_type(), ForeignKey("manifest.id"), nullable=False, index=True),
    Column("key", text_type(), nullable=False),
    Column("value", text_type(), nullable=False),
    Column("source", Name(16), nullable=False),
    Column("media_type", Name(255), nullable=False),
)
"""``source``: manifest (an image's own), api or internal."""

immutability_policy = Table(
    "immutability_policy",
    content,
    Column("uuid", Name(36), primary_key=True),
    Column("namespace_id", key_type(), ForeignKey("account.id"), index=True),
    Column("repository_id", key_type(), ForeignKey("repository.id"), index=True),
    Column("pattern", text_type(), nullable=False),
    Column("matches", Boolean, nullable=False),
)
"""Tags that match ``pattern`` (or with ``matches`` false: do not) are immutable; exactly one owner is set."""

change_log = Table(
    "change_log",
    content,
    Column("id", key_type(), primary_key=True),
    Column("kind", Name(16), nullable=False),
    Column("subject", BigInteger, nullable=False),
    Column("name", Name(LONGEST_DIGEST), nullable=False),
    sqlite_autoincrement=True,
)
"""What caches must forget; on SQLite in order of commit, and without gaps. Old rows are dropped."""

doomed_object = Table(
    "doomed_object",
    content,
    Column("key", Name(512), primary_key=True),
    Column("due_ms", BigInteger, nullable=False),
)
"""Objects that no blob uses, to be deleted from ``due_ms`` on; the row goes when the blob engine has done it."""
