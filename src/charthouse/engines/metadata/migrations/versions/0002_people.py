"""People, robots and permissions; the history, expiry and protection of tags.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from charthouse.engines.metadata.migrations.groups import groups
from charthouse.engines.metadata.types import Name, bytes_type, key_type, text_type

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make and change the tables of the groups that lie in this database."""
    if "content" in groups():
        _columns()
        _content()
    if "activity" in groups():
        _activity()


def _columns() -> None:
    """Add columns to the tables of 0001; a default lets their rows stand, and stays."""
    empty = sa.text("('')") if op.get_bind().dialect.name == "mysql" else sa.text("''")
    op.add_column("account", sa.Column("login_epoch", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("account", sa.Column("tag_window_s", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("profile", text_type(), nullable=False, server_default=empty))
    op.create_index(op.f("ix_account_email"), "account", ["email"], mysql_length=255)
    op.add_column("team", sa.Column("description", text_type(), nullable=False, server_default=empty))
    op.add_column("tag", sa.Column("expires_ms", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_tag_expires_ms"), "tag", ["expires_ms"])
    op.create_index(op.f("ix_tag_repository_id_since_ms"), "tag", ["repository_id", "since_ms"])
    flags = (
        ("tag", "immutable"),
        ("tag", "restored"),
        ("tag_history", "restored"),
        ("repository_blob", "hidden"),
    )
    for table, column in flags:
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    # Tokens made so far end within hours and can be made again: simpler than to change the table everywhere.
    op.drop_table("access_token")


def _content() -> None:
    op.create_table(
        "message",
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("text", text_type(), nullable=False),
        sa.Column("severity", Name(16), nullable=False),
        sa.Column("media_type", Name(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid"),
    )
    op.create_table(
        "service_key",
        sa.Column("kid", Name(255), nullable=False),
        sa.Column("service", Name(255), nullable=False),
        sa.Column("name", text_type(), nullable=False),
        sa.Column("jwk", text_type(), nullable=False),
        sa.Column("metadata", text_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("rotation_s", sa.BigInteger(), nullable=True),
        sa.Column("approval", text_type(), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
    )
    op.create_index(op.f("ix_service_key_service"), "service_key", ["service"])
    op.create_table(
        "app_token",
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("title", text_type(), nullable=False),
        sa.Column("token_hash", Name(64), nullable=False),
        sa.Column("sealed_token", bytes_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_app_token_account_id")),
        sa.PrimaryKeyConstraint("uuid"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_app_token_token_hash")),
    )
    op.create_index(op.f("ix_app_token_account_id"), "app_token", ["account_id"])
    op.create_index(op.f("ix_app_token_expires_ms"), "app_token", ["expires_ms"])
    op.create_table(
        "oauth_application",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("client_id", Name(40), nullable=False),
        sa.Column("namespace_id", key_type(), nullable=False),
        sa.Column("sealed_secret", bytes_type(), nullable=False),
        sa.Column("name", text_type(), nullable=False),
        sa.Column("description", text_type(), nullable=False),
        sa.Column("application_uri", text_type(), nullable=False),
        sa.Column("redirect_uri", text_type(), nullable=False),
        sa.Column("avatar_email", text_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["namespace_id"], ["account.id"], name=op.f("fk_oauth_application_namespace_id")
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_id", name=op.f("uq_oauth_application_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_oauth_application_namespace_id"), "oauth_application", ["namespace_id"])
    op.create_table(
        "robot",
        sa.Column("account_id", key_type(), autoincrement=False, nullable=False),
        sa.Column("owner_id", key_type(), nullable=False),
        sa.Column("sealed_token", bytes_type(), nullable=False),
        sa.Column("creates", sa.Boolean(), nullable=False),
        sa.Column("description", text_type(), nullable=False),
        sa.Column("metadata", text_type(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_robot_account_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_robot_owner_id")),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index(op.f("ix_robot_owner_id"), "robot", ["owner_id"])
    op.create_table(
        "robot_federation",
        sa.Column("id", key_type(), nullable=False),
        sa.Column("robot_id", key_type(), nullable=False),
        sa.Column("issuer", text_type(), nullable=False),
        sa.Column("subject", text_type(), nullable=False),
        sa.Column("audiences", text_type(), nullable=False),
        sa.Column("claims", text_type(), nullable=False),
        sa.ForeignKeyConstraint(["robot_id"], ["account.id"], name=op.f("fk_robot_federation_robot_id")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_robot_federation_robot_id"), "robot_federation", ["robot_id"])
    op.create_table(
        "session",
        sa.Column("token_hash", Name(64), nullable=False),
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("login_epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("verified_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("peer", text_type(), nullable=False),
        sa.Column("user_agent", text_type(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("uuid", name=op.f("uq_session_uuid")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"])
    op.create_index(op.f("ix_session_expires_ms"), "session", ["expires_ms"])
    op.create_table(
        "default_permission",
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("organization_id", key_type(), nullable=False),
        sa.Column("creator_id", key_type(), nullable=True),
        sa.Column("account_id", key_type(), nullable=True),
        sa.Column("team_id", key_type(), nullable=True),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_default_permission_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["account.id"], name=op.f("fk_default_permission_creator_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["account.id"], name=op.f("fk_default_permission_organization_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_default_permission_team_id")),
        sa.PrimaryKeyConstraint("uuid"),
    )
    op.create_index(op.f("ix_default_permission_account_id"), "default_permission", ["account_id"])
    op.create_index(op.f("ix_default_permission_creator_id"), "default_permission", ["creator_id"])
    op.create_index(op.f("ix_default_permission_organization_id"), "default_permission", ["organization_id"])
    op.create_index(op.f("ix_default_permission_team_id"), "default_permission", ["team_id"])
    op.create_table(
        "immutability_policy",
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("namespace_id", key_type(), nullable=True),
        sa.Column("repository_id", key_type(), nullable=True),
        sa.Column("pattern", text_type(), nullable=False),
        sa.Column("matches", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["namespace_id"], ["account.id"], name=op.f("fk_immutability_policy_namespace_id")
        ),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name=op.f("fk_immutability_policy_repository_id")
        ),
        sa.PrimaryKeyConstraint("uuid"),
    )
    op.create_index(op.f("ix_immutability_policy_namespace_id"), "immutability_policy", ["namespace_id"])
    op.create_index(op.f("ix_immutability_policy_repository_id"), "immutability_policy", ["repository_id"])
    op.create_table(
        "oauth_assignment",
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("application_id", key_type(), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("scopes", text_type(), nullable=False),
        sa.Column("redirect_uri", text_type(), nullable=False),
        sa.Column("response_type", Name(16), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oauth_assignment_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["oauth_application.id"], name=op.f("fk_oauth_assignment_application_id")
        ),
        sa.PrimaryKeyConstraint("uuid"),
    )
    op.create_index(op.f("ix_oauth_assignment_account_id"), "oauth_assignment", ["account_id"])
    op.create_index(op.f("ix_oauth_assignment_application_id"), "oauth_assignment", ["application_id"])
    op.create_table(
        "oauth_code",
        sa.Column("code_hash", Name(64), nullable=False),
        sa.Column("application_id", key_type(), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("scopes", text_type(), nullable=False),
        sa.Column("redirect_uri", text_type(), nullable=False),
        sa.Column("challenge", text_type(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oauth_code_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["oauth_application.id"], name=op.f("fk_oauth_code_application_id")
        ),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index(op.f("ix_oauth_code_account_id"), "oauth_code", ["account_id"])
    op.create_index(op.f("ix_oauth_code_application_id"), "oauth_code", ["application_id"])
    op.create_index(op.f("ix_oauth_code_expires_ms"), "oauth_code", ["expires_ms"])
    op.create_table(
        "star",
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("repository_id", key_type(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_star_account_id")),
        sa.ForeignKeyConstraint(["repository_id"], ["repository.id"], name=op.f("fk_star_repository_id")),
        sa.PrimaryKeyConstraint("account_id", "repository_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_star_repository_id"), "star", ["repository_id"])
    op.create_table(
        "team_invite",
        sa.Column("code_hash", Name(64), nullable=False),
        sa.Column("team_id", key_type(), nullable=False),
        sa.Column("account_id", key_type(), nullable=True),
        sa.Column("email", Name(255), nullable=True),
        sa.Column("inviter_id", key_type(), nullable=False),
        sa.Column("sealed_code", bytes_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_team_invite_account_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_invite_team_id")),
        sa.PrimaryKeyConstraint("code_hash"),
        sa.UniqueConstraint("team_id", "account_id", name=op.f("uq_team_invite_team_id_account_id")),
        sa.UniqueConstraint("team_id", "email", name=op.f("uq_team_invite_team_id_email")),
    )
    op.create_index(op.f("ix_team_invite_account_id"), "team_invite", ["account_id"])
    op.create_table(
        "label",
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("manifest_id", key_type(), nullable=False),
        sa.Column("key", text_type(), nullable=False),
        sa.Column("value", text_type(), nullable=False),
        sa.Column("source", Name(16), nullable=False),
        sa.Column("media_type", Name(255), nullable=False),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_label_manifest_id")),
        sa.PrimaryKeyConstraint("uuid"),
    )
    op.create_index(op.f("ix_label_manifest_id"), "label", ["manifest_id"])

    op.create_table(
        "access_token",
        sa.Column("token_hash", Name(64), nullable=False),
        sa.Column("account_id", key_type(), nullable=False),
        sa.Column("application", text_type(), nullable=False),
        sa.Column("application_id", key_type(), nullable=True),
        sa.Column("uuid", Name(36), nullable=False),
        sa.Column("title", text_type(), nullable=False),
        sa.Column("creator", Name(511), nullable=False),
        sa.Column("scopes", text_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_token_account_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["oauth_application.id"], name=op.f("fk_access_token_application_id")
        ),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("uuid", name=op.f("uq_access_token_uuid")),
    )
    for column in ("account_id", "application_id", "expires_ms"):
        op.create_index(op.f(f"ix_access_token_{column}"), "access_token", [column])


def _activity() -> None:
    op.create_table(
        "last_use",
        sa.Column("subject", Name(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "measurement",
        sa.Column("name", Name(64), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "pull_day",
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("pulls", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "day"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_pull_day_day"), "pull_day", ["day"])
