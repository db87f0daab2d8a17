"""Accounts, robots, teams, and what they are given by default."""

from __future__ import annotations

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

from charthouse.engines.metadata.types import Name, bytes_type, key_type, text_type

from .base import content

_EMAIL_LENGTH = 255
DELETED_ACCOUNT = "deleted"
"""The kind of an account that is gone, whose row waits until nothing is left of what it owned."""

account = Table(
    "account",
    content,
    Column("id", key_type(), primary_key=True),
    Column("name", Name(511), nullable=False, unique=True),
    Column("kind", Name(16), nullable=False),
    Column("email", text_type(), nullable=False),
    Column("password_hash", text_type(), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("superuser", Boolean, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("login_epoch", BigInteger, nullable=False),
    Column("tag_window_s", BigInteger),
    Column("profile", text_type(), nullable=False),
    Index(None, "email", mysql_length=_EMAIL_LENGTH),
    sqlite_autoincrement=True,
)
"""``kind`` is an AccountKind, or DELETED_ACCOUNT. ``epoch`` ends registry tokens,
``login_epoch`` sessions and refresh tokens. ``tag_window_s`` null: as configured. ``profile`` is a JSON
object, or ""."""

robot = Table(
    "robot",
    content,
    Column("account_id", key_type(), ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("owner_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("sealed_token", bytes_type(), nullable=False),
    Column("creates", Boolean, nullable=False),
    Column("description", text_type(), nullable=False),
    Column("metadata", text_type(), nullable=False),
)
"""``creates``: it may create repositories in its namespace, and administers those. ``metadata`` is a JSON object."""

robot_federation = Table(
    "robot_federation",
    content,
    Column("id", key_type(), primary_key=True),
    Column("robot_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("issuer", text_type(), nullable=False),
    Column("subject", text_type(), nullable=False),
    Column("audiences", text_type(), nullable=False),
    Column("claims", text_type(), nullable=False),
)
"""Whose tokens become a robot's. ``audiences`` is a JSON array, ``claims`` a JSON object of names and values."""

team = Table(
    "team",
    content,
    Column("id", key_type(), primary_key=True),
    Column("organization_id", key_type(), ForeignKey("account.id"), nullable=False),
    Column("name", Name(255), nullable=False),
    Column("role", SmallInteger, nullable=False),
    Column("description", text_type(), nullable=False),
    UniqueConstraint("organization_id", "name"),
    sqlite_autoincrement=True,
)
"""``role`` is a NamespaceRole."""

team_member = Table(
    "team_member",
    content,
    Column("team_id", key_type(), ForeignKey("team.id"), nullable=False),
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False),
    PrimaryKeyConstraint("account_id", "team_id"),
    Index(None, "team_id"),
    sqlite_with_rowid=False,
)

team_invite = Table(
    "team_invite",
    content,
    Column("code_hash", Name(64), primary_key=True),
    Column("team_id", key_type(), ForeignKey("team.id"), nullable=False),
    Column("account_id", key_type(), ForeignKey("account.id")),
    Column("email", Name(255)),
    Column("inviter_id", key_type(), nullable=False),
    Column("sealed_code", bytes_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("dismissed", Boolean, nullable=False),
    UniqueConstraint("team_id", "account_id"),
    UniqueConstraint("team_id", "email"),
    Index(None, "account_id"),
)
"""Exactly one of ``account_id`` and ``email`` is set. ``dismissed``: who is invited has put the notice aside."""

default_permission = Table(
    "default_permission",
    content,
    Column("uuid", Name(36), primary_key=True),
    Column("organization_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("creator_id", key_type(), ForeignKey("account.id"), index=True),
    Column("account_id", key_type(), ForeignKey("account.id"), index=True),
    Column("team_id", key_type(), ForeignKey("team.id"), index=True),
    Column("role", SmallInteger, nullable=False),
)
"""What a new repository grants (Quay: prototypes); ``creator_id`` null: whoever creates it. Exactly one of
``account_id`` and ``team_id`` is set."""

star = Table(
    "star",
    content,
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False),
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    PrimaryKeyConstraint("account_id", "repository_id"),
    Index(None, "repository_id"),
    sqlite_with_rowid=False,
)
