"""The two groups of tables, and how their constraints are named."""

from __future__ import annotations

from sqlalchemy import MetaData

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}

content = MetaData(naming_convention=_NAMING)
activity = MetaData(naming_convention=_NAMING)
