"""Lists and mappings: every mistake within one, with its place and its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charthouse.config.document import read_document
from charthouse.config.fields import read_values
from charthouse.config.shapes import (
    Faults,
    anything,
    either,
    faults_of,
    listing,
    mapping,
    names,
    shown_path,
    table,
    tagged,
)
from charthouse.config.values import HIDDEN, Kind, duration, flag, nullable, number, secret, text, web

SERVER = mapping({"host": text, "port": number(1), "password": secret, "tls": flag}, ["host"])
ENGINES = table(
    tagged({"disk": mapping({"path": text}, ["path"]), "redis": SERVER}, "engine"), "expected engines"
)


def faults(kind: Kind, value: Any) -> list[str]:
    with pytest.raises(ValueError) as refused:
        kind.read(value)
    return [f"{shown_path(path)}: {message}" for path, message in faults_of(refused.value)]


def test_what_is_read() -> None:
    assert SERVER.read({"host": "a", "port": "7", "tls": "False", "password": None}) == {
        "host": "a",
        "port": 7,
        "tls": False,
    }
    assert listing(duration()).read(["1d", 5]) == (86400, 5)
    assert ENGINES.read({"a": ["disk", {"path": "/x"}]}) == {"a": ("disk", {"path": "/x"})}
    assert either(names, flag).read("true") is True
    assert either(names, flag).read([]) == ()
    assert nullable(number()).read(None) is None
    assert nullable(number()).read("3") == 3


def test_every_mistake_has_its_place() -> None:
    assert faults(SERVER, {"hots": "a", "port": 0, "tls": "perhaps", "elsewhere": 1}) == [
        ": host is missing",
        ".hots: no such field: did you mean host?",
        f".{HIDDEN}: no such field; known are host, port, password, tls",
        ".port: expected 1 or more",
        ".tls: expected true or false",
    ]
    assert faults(listing(SERVER), [{"host": 1}, {}, 3]) == [
        "[0].host: expected text: put it in quotes",
        "[1]: host is missing",
        "[2]: expected a mapping (name: value)",
    ]
    assert faults(ENGINES, {"a": ["disc", {}], "b": ["redis", {"host": []}], "c": ["x", {}], "d": 7}) == [
        ".a: no such engine: did you mean disk?",
        ".b[1].host: expected text",
        ".c: no such engine: known are disk, redis",
        f".{HIDDEN}: expected [engine, arguments]",
    ]
    assert faults(ENGINES, {}) == [": expected engines"]
    assert faults(listing(text, 2, 3), ["a"]) == [": expected a list of 2 to 3 (text each)"]
    assert faults(listing(text, 1), []) == [": expected a list of 1 or more (text each)"]
    assert faults(either(names, flag), 7) == [": expected list of names or true or false"]


def test_faults_are_one_error() -> None:
    error = Faults([(("a",), "one"), ((), "two")])
    assert str(error) == "one; two"
    assert faults_of(error, ("x",)) == [(("x", "a"), "one"), (("x",), "two")]


def test_what_is_shown() -> None:
    value = SERVER.read({"host": "a", "password": "hunter2", "tls": True})
    assert SERVER.show(value) == {"host": "a", "password": HIDDEN, "tls": True}
    assert listing(secret).show(("hunter2", "")) == [HIDDEN, ""]
    assert web.show("https://user:p/w@host/path?token=hunter2") == f"https://{HIDDEN}@host/path?{HIDDEN}"
    assert web.show("https://host/path") == "https://host/path"
    assert anything.show("hunter2") == HIDDEN
    assert anything.show({"a": "hunter2"}) == HIDDEN
    assert either(secret, flag).show("hunter2") == HIDDEN


def test_lines_within_a_value(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        """\
BUILDLOGS_REDIS:
  host: a
  port: many

  host: b
DISTRIBUTED_STORAGE_CONFIG:
  # a comment
  one: [LocalStorage, {storage_path: /a, storage_pth: b}]
  two:
    - LocalStorage
    -
      storage_path: [1]
TAG_EXPIRATION_OPTIONS:
  - 2w
  - soon
"""
    )
    entries, mistakes = read_document(file)
    read = read_values(entries, mistakes)
    assert sorted((mistake.line, mistake.message) for mistake in read.mistakes) == [
        (3, "BUILDLOGS_REDIS.port: expected a whole number"),
        (5, "BUILDLOGS_REDIS: a field stands twice, first at config.yaml:2"),
        (8, "DISTRIBUTED_STORAGE_CONFIG.one[1].storage_pth: no such field: did you mean storage_path?"),
        (12, "DISTRIBUTED_STORAGE_CONFIG.two[1].storage_path: expected text"),
        (15, "TAG_EXPIRATION_OPTIONS[1]: expected a duration: seconds, or a number with s, m, h, d or w"),
    ]
    assert {mistake.key for mistake in read.mistakes} == {
        "BUILDLOGS_REDIS",
        "DISTRIBUTED_STORAGE_CONFIG",
        "TAG_EXPIRATION_OPTIONS",
    }
