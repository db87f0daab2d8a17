"""The first schema: content and activity.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from charthouse.engines.metadata.migrations.groups import groups
from charthouse.engines.metadata.types import LONGEST_DIGEST, Name, bytes_type, key_type, text_type

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the groups that lie in this database."""
    if "content" in groups():
        _content()
    if "activity" in groups():
        _activity()


def _content() -> None:
    op.create_table(
        "account",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("name", Name(511), nullable=False),
        sa.Column("kind", Name(16), nullable=False),
        sa.Column("email", text_type(), nullable=False),
        sa.Column("password_hash", text_type(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("superuser", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "blob",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("digest", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", Name(512), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("kept_until_ms", sa.BigInteger()),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name=op.f("uq_blob_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_blob_kept_until_ms"), "blob", ["kept_until_ms"])
    op.create_index(op.f("ix_blob_key"), "blob", ["key"])
    op.create_table(
        "change_log",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("kind", Name(16), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("name", Name(LONGEST_DIGEST), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "doomed_object",
        sa.Column("key", Name(512), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", Name(255), nullable=False),
        sa.Column("public_key", text_type(), nullable=False),
        sa.Column("private_key", bytes_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("retires_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
    )
    op.create_table(
        "access_token",
        sa.Column("token_hash", Name(64), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("application", text_type(), nullable=False),
        sa.Column("scopes", text_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_token_account_id")),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_access_token_account_id"), "access_token", ["account_id"])
    op.create_index(op.f("ix_access_token_expires_ms"), "access_token", ["expires_ms"])
    op.create_table(
        "repository",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("namespace_id", key_type(), nullable=False),
        sa.Column("path", Name(511), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("state", Name(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("description", text_type(), nullable=False),
        sa.ForeignKeyConstraint(["namespace_id"], ["account.id"], name=op.f("fk_repository_namespace_id")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path", name=op.f("uq_repository_path")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_repository_namespace_id"), "repository", ["namespace_id"])
    op.create_table(
        "team",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("organization_id", key_type(), nullable=False),
        sa.Column("name", Name(255), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["account.id"], name=op.f("fk_team_organization_id")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_team_organization_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "manifest",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("digest", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("media_type", Name(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("subject", Name(LONGEST_DIGEST)),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("untagged_ms", sa.BigInteger()),
        sa.Column("deleted_ms", sa.BigInteger()),
        sa.Column("config_media_type", text_type(), nullable=False),
        sa.Column("artifact_type", text_type(), nullable=False),
        sa.Column("annotations", text_type(), nullable=False),
        sa.Column("content", bytes_type(), nullable=False),
        sa.ForeignKeyConstraint(["repository_id"], ["repository.id"], name=op.f("fk_manifest_repository_id")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("repository_id", "digest", name=op.f("uq_manifest_repository_id_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_manifest_repository_id_subject"), "manifest", ["repository_id", "subject"])
    op.create_index(op.f("ix_manifest_untagged_ms"), "manifest", ["untagged_ms"])
    op.create_table(
        "repository_blob",
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("blob_id", key_type(), nullable=False),
        sa.Column("kept_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_repository_blob_blob_id")),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name=op.f("fk_repository_blob_repository_id")
        ),
        sa.PrimaryKeyConstraint("repository_id", "blob_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_repository_blob_blob_id"), "repository_blob", ["blob_id"])
    op.create_index(
        op.f("ix_repository_blob_held_kept_until_ms"), "repository_blob", ["held", "kept_until_ms"]
    )
    op.create_table(
        "repository_grant",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("account_id", key_type()),
        sa.Column("team_id", key_type()),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_repository_grant_account_id")),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name=op.f("fk_repository_grant_repository_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_repository_grant_team_id")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "repository_id", "account_id", name=op.f("uq_repository_grant_repository_id_account_id")
        ),
        sa.UniqueConstraint(
            "repository_id", "team_id", name=op.f("uq_repository_grant_repository_id_team_id")
        ),
    )
    op.create_index(op.f("ix_repository_grant_account_id"), "repository_grant", ["account_id"])
    op.create_index(op.f("ix_repository_grant_team_id"), "repository_grant", ["team_id"])
    op.create_table(
        "tag_history",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("name", Name(128), nullable=False),
        sa.Column("digest", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name=op.f("fk_tag_history_repository_id")
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_tag_history_end_ms"), "tag_history", ["end_ms"])
    op.create_index(op.f("ix_tag_history_repository_id_digest"), "tag_history", ["repository_id", "digest"])
    op.create_index(op.f("ix_tag_history_repository_id_name"), "tag_history", ["repository_id", "name"])
    op.create_table(
        "team_member",
        sa.Column("team_id", key_type(), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_team_member_account_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("account_id", "team_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_team_member_team_id"), "team_member", ["team_id"])
    op.create_table(
        "manifest_reference",
        sa.Column("manifest_id", key_type(), nullable=False),
        sa.Column("digest", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manifest_id"], ["manifest.id"], name=op.f("fk_manifest_reference_manifest_id")
        ),
        sa.PrimaryKeyConstraint("manifest_id", "digest"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_manifest_reference_repository_id_digest"), "manifest_reference", ["repository_id", "digest"]
    )
    op.create_table(
        "tag",
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("name", Name(128), nullable=False),
        sa.Column("manifest_id", key_type(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_tag_manifest_id")),
        sa.ForeignKeyConstraint(["repository_id"], ["repository.id"], name=op.f("fk_tag_repository_id")),
        sa.PrimaryKeyConstraint("repository_id", "name"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tag_manifest_id"), "tag", ["manifest_id"])


def _activity() -> None:
    op.create_table(
        "lease",
        sa.Column("name", Name(128), nullable=False),
        sa.Column("holder", Name(255), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "pull_count",
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("pulls", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "reference"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "upload",
        sa.Column("upload_id", Name(64), nullable=False),
        sa.Column("repository", Name(511), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", Name(16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash_state", bytes_type(), nullable=False),
        sa.Column("store_state", bytes_type(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("touched_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id"),
    )
    op.create_index(op.f("ix_upload_touched_ms"), "upload", ["touched_ms"])
