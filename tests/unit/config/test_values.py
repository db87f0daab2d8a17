"""Values as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from charthouse.config.shapes import names
from charthouse.config.values import (
    Kind,
    choice,
    database,
    decimal,
    duration,
    flag,
    host,
    number,
    path,
    port,
    size,
    text,
    url,
    web,
)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (flag, True, True),
        (flag, "true", True),
        (flag, "True", True),
        (flag, " FALSE ", False),
        (number(), 443, 443),
        (number(), "443", 443),
        (duration(), "30s", 30),
        (duration(), "10m", 600),
        (duration(), "12h", 43_200),
        (duration(), "30d", 2_592_000),
        (duration(), "2w", 1_209_600),
        (duration(), "104w", 62_899_200),
        (duration(), 3600, 3600),
        (duration(), "3600", 3600),
        (size(), "20G", 20 * 1000**3),
        (size(), "20GB", 20 * 1000**3),
        (size(), "10Mi", 10 * 1024**2),
        (size(), "10MiB", 10 * 1024**2),
        (size(), "1 k", 1000),
        (size(), "2Ti", 2 * 1024**4),
        (size(), "512", 512),
        (size(), 512, 512),
        (choice("http", "https"), "https", "https"),
        (names, ["a", "b"], ("a", "b")),
        (names, [], ()),
        (host, "registry.example.com", "registry.example.com"),
        (path, "/oauth/localapp", "/oauth/localapp"),
        (host, "localhost:5000", "localhost:5000"),
        (host, "[::1]:5000", "[::1]:5000"),
        (database, "sqlite:///data/db", "sqlite:///data/db"),
        (database, "postgresql+psycopg2://u:p@h/db", "postgresql+psycopg2://u:p@h/db"),
        (database, "mysql+pymysql://u:p@h/db", "mysql+pymysql://u:p@h/db"),
        (
            database,
            "postgresql://u:p@ss/w@[::1]:5432/db?sslmode=require",
            "postgresql://u:p@ss/w@[::1]:5432/db?sslmode=require",
        ),
        (text, "", ""),
        (decimal(), "1.5", 1.5),
        (decimal(), 2, 2.0),
        (port, "443", 443),
        (web, "https://a.example.com:8443/x", "https://a.example.com:8443/x"),
        (url("ldap", "ldaps"), "ldaps://a", "ldaps://a"),
    ],
)
def test_read(kind: Kind, value: Any, expected: Any) -> None:
    assert kind.read(value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (flag, "yes"),
        (flag, 1),
        (flag, None),
        (number(), True),
        (number(), "1.5"),
        (number(), -1),
        (number(), "\u0663"),
        (number(4), 3),
        (duration(), "10 minutes"),
        (duration(), "m"),
        (duration(), "-5m"),
        (duration(), 1.5),
        (duration(60), "30s"),
        (size(), "20X"),
        (size(), "G"),
        (size(), "1.5G"),
        (size(4096), "4k"),
        (choice("http", "https"), "HTTP"),
        (choice("http", "https"), ["http"]),
        (names, "alice"),
        (names, ["alice", 7]),
        (host, "https://registry.example.com"),
        (path, ""),
        (path, "/"),
        (path, "oauth/localapp"),
        (path, "/oauth/"),
        (path, "//oauth"),
        (path, "/oauth/../x"),
        (path, "/oauth/{x}"),
        (path, "https://registry.example.com/oauth"),
        (path, 3),
        (host, "registry.example.com/"),
        (host, 'a" onload='),
        (host, ""),
        (database, "oracle://h/db"),
        (database, "data.db"),
        (text, 7),
        (database, "sqlite:///:memory:"),
        (decimal(), True),
        (decimal(1), "0.5"),
        (decimal(), "nan"),
        (decimal(), "many"),
        (port, 0),
        (port, 65_536),
        (web, "ftp://a"),
        (web, "https:a"),
        (web, "https://a b"),
        (web, 7),
        (number(), "9" * 5000),
    ],
)
def test_refused(kind: Kind, value: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        kind.read(value)
