"""Alembic migrations, applied by ``schema``. A revision makes the tables of each group that the database holds."""
