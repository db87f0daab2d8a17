"""What proves who somebody is, and what superusers keep."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Table,
)

from charthouse.engines.metadata.types import Name, bytes_type, key_type, text_type

from .base import content

oauth_application = Table(
    "oauth_application",
    content,
    Column("id", key_type(), primary_key=True),
    Column("client_id", Name(40), nullable=False, unique=True),
    Column("namespace_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("sealed_secret", bytes_type(), nullable=False),
    Column("name", text_type(), nullable=False),
    Column("description", text_type(), nullable=False),
    Column("application_uri", text_type(), nullable=False),
    Column("redirect_uri", text_type(), nullable=False),
    Column("avatar_email", text_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

access_token = Table(
    "access_token",
    content,
    Column("token_hash", Name(64), primary_key=True),
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("application", text_type(), nullable=False),
    Column("application_id", key_type(), ForeignKey("oauth_application.id"), index=True),
    Column("uuid", Name(36), nullable=False, unique=True),
    Column("title", text_type(), nullable=False),
    Column("creator", Name(511), nullable=False),
    Column("scopes", text_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
)
"""OAuth access tokens; ``scopes`` are separated by spaces. ``application`` names who made it when there is no ``application_id``; ``title`` and
``creator`` are of tokens made by an organization's administrators."""

oauth_code = Table(
    "oauth_code",
    content,
    Column("code_hash", Name(64), primary_key=True),
    Column("application_id", key_type(), ForeignKey("oauth_application.id"), nullable=False, index=True),
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("scopes", text_type(), nullable=False),
    Column("redirect_uri", text_type(), nullable=False),
    Column("challenge", text_type(), nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
)
"""Authorization codes (RFC 6749); ``challenge`` is PKCE's (RFC 7636), "" without."""

oauth_assignment = Table(
    "oauth_assignment",
    content,
    Column("uuid", Name(36), primary_key=True),
    Column("application_id", key_type(), ForeignKey("oauth_application.id"), nullable=False, index=True),
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("scopes", text_type(), nullable=False),
    Column("redirect_uri", text_type(), nullable=False),
    Column("response_type", Name(16), nullable=False),
)
"""Tokens that an organization's administrator offers to a user, who has yet to accept."""

app_token = Table(
    "app_token",
    content,
    Column("uuid", Name(36), primary_key=True),
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("title", text_type(), nullable=False),
    Column("token_hash", Name(64), nullable=False, unique=True),
    Column("sealed_token", bytes_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, index=True),
)
"""What a person gives to docker or helm in place of the password."""

session = Table(
    "session",
    content,
    Column("token_hash", Name(64), primary_key=True),
    Column("uuid", Name(36), nullable=False, unique=True),
    Column("account_id", key_type(), ForeignKey("account.id"), nullable=False, index=True),
    Column("login_epoch", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("verified_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("peer", text_type(), nullable=False),
    Column("user_agent", text_type(), nullable=False),
)
"""A browser that is signed in; ``verified_ms`` is when the password was last given."""

signing_key = Table(
    "signing_key",
    content,
    Column("kid", Name(255), primary_key=True),
    Column("public_key", text_type(), nullable=False),
    Column("private_key", bytes_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("retires_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

service_key = Table(
    "service_key",
    content,
    Column("kid", Name(255), primary_key=True),
    Column("service", Name(255), nullable=False, index=True),
    Column("name", text_type(), nullable=False),
    Column("jwk", text_type(), nullable=False),
    Column("metadata", text_type(), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger),
    Column("rotation_s", BigInteger),
    Column("approval", text_type(), nullable=False),
)
"""Public keys by which services prove who they are; ``metadata`` and ``approval`` are JSON objects, the second
"" until somebody has approved the key."""

message = Table(
    "message",
    content,
    Column("uuid", Name(36), primary_key=True),
    Column("text", text_type(), nullable=False),
    Column("severity", Name(16), nullable=False),
    Column("media_type", Name(255), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)
"""What superusers tell everybody."""
