"""Column types that mean the same on SQLite, PostgreSQL and MariaDB.

Names, tags and digests are ASCII and compare by bytes everywhere: ``v1`` and ``V1`` are two tags.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeEngine

LONGEST_DIGEST = 135
"""Characters of ``sha512:`` and its hexadecimal digits."""


def name_type(length: int) -> TypeEngine[str]:
    """Return the type of an ASCII name of at most ``length`` characters that compares by bytes."""
    return (
        String(length)
        .with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")
        .with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql")
        .with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_nopad_bin"), "mariadb")
    )


def text_type() -> TypeEngine[str]:
    """Return the type of free text of any length, in any script."""
    text = mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_bin")
    return Text().with_variant(text, "mysql", "mariadb")


def bytes_type() -> TypeEngine[bytes]:
    """Return the type of bytes, up to the size of the largest manifest."""
    return LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


def key_type() -> TypeEngine[int]:
    """Return the type of a numbered key; SQLite numbers only what is called INTEGER."""
    return BigInteger().with_variant(Integer(), "sqlite")
