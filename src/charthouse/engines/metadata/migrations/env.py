"""Alembic's entry: runs revisions on the connection it is given. The caller owns lock and transaction."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
