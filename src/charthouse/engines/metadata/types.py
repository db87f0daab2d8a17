"""Column types that mean the same on SQLite, PostgreSQL and MariaDB.

Names, tags and digests are ASCII and compare by bytes everywhere: ``v1`` and ``V1`` are two tags.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeEngine

LONGEST_DIGEST = 135
"""Characters of ``sha512:`` and its hexadecimal digits."""


class Name(TypeDecorator[str]):
    """ASCII text of at most so many characters that compares by bytes."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type with the engine's collation by bytes; MySQL's own ignores spaces at the end."""
        if dialect.name == "postgresql":
            return postgresql.VARCHAR(self.length, collation="C")
        if dialect.name in ("mysql", "mariadb"):
            collation = "ascii_nopad_bin" if getattr(dialect, "is_mariadb", False) else "ascii_bin"
            return mysql.VARCHAR(self.length, charset="ascii", collation=collation)
        return String(self.length)


def text_type() -> TypeEngine[str]:
    """Return the type of free text of any length, in any script."""
    text = mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin")
    return Text().with_variant(text, "mysql", "mariadb")


def words_type() -> TypeEngine[str]:
    """Return the type of encoded words with spaces between, which a full-text index is over."""
    text = mysql.MEDIUMTEXT(charset="ascii", collation="ascii_bin")
    return Text().with_variant(text, "mysql", "mariadb").with_variant(postgresql.TSVECTOR(), "postgresql")


def bytes_type() -> TypeEngine[bytes]:
    """Return the type of bytes, up to the size of the largest manifest."""
    return LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


def key_type() -> TypeEngine[int]:
    """Return the type of a numbered key; SQLite numbers only what is called INTEGER."""
    return BigInteger().with_variant(Integer(), "sqlite")
