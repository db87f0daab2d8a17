"""Public keys whose signatures a namespace trusts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, PrimaryKeyConstraint, Table

from charthouse.engines.metadata.types import Name, bytes_type, key_type, text_type

from .base import content

keyring_key = Table(
    "keyring_key",
    content,
    Column("namespace_id", key_type(), ForeignKey("account.id"), nullable=False),
    Column("fingerprint", Name(64), nullable=False),
    Column("user_ids", text_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger),
    Column("revoked", Boolean, nullable=False),
    Column("content", bytes_type(), nullable=False),
    Column("added_ms", BigInteger, nullable=False),
    Column("added_by", Name(511), nullable=False),
    PrimaryKeyConstraint("namespace_id", "fingerprint"),
)
"""``content`` is the binary certificate; what stands beside it is read from it. ``user_ids`` is a list in JSON."""
