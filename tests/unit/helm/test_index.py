"""Entries of indexes: what is written is read back, and what others wrote is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import Dependency, Maintainer, Metadata
from charthouse.helm.chart.index import entry_yaml, read_index

CREATED = datetime(2026, 11, 21, 15, 0, 1, 500_000, tzinfo=UTC)
DIGEST = "ab" * 32
BASE = "https://charts.example.org/team"


def index(*entries: str, name: str = "web") -> bytes:
    return (
        f"apiVersion: v1\nentries:\n  {name}:\n{''.join(entries)}generated: '2026-11-21T15:00:00Z'\n".encode()
    )


def minimal(**fields: Any) -> dict[str, Any]:
    return {"name": "web", "version": "1.0.0", "urls": ["web.tgz"]} | fields


def read_json(*items: Any, name: str = "web", base: str = BASE) -> Any:
    return read_index(json.dumps({"apiVersion": "v1", "entries": {name: items}}).encode(), base)


def test_an_entry_is_written_as_helm_writes_it() -> None:
    metadata = Metadata(
        name="web",
        version="1.2.3",
        api_version="v2",
        app_version="1.10",
        description="A web: with # marks",
        maintainers=[Maintainer(name="N", email="n@example.org")],
        dependencies=[Dependency(name="db", version="^1.0.0", repository="https://example.org/charts")],
        keywords=["on", "web"],
    )
    assert entry_yaml(metadata, ["charts/web-1.2.3.tgz"], CREATED, f"sha256:{DIGEST}") == (
        "  - apiVersion: v2\n"
        '    appVersion: "1.10"\n'
        '    created: "2026-11-21T15:00:01Z"\n'
        "    dependencies:\n"
        "    - name: db\n"
        "      repository: https://example.org/charts\n"
        '      version: "^1.0.0"\n'
        '    description: "A web: with # marks"\n'
        f"    digest: {DIGEST}\n"
        "    keywords:\n"
        '    - "on"\n'
        "    - web\n"
        "    maintainers:\n"
        "    - email: n@example.org\n"
        '      name: "N"\n'
        "    name: web\n"
        "    urls:\n"
        "    - charts/web-1.2.3.tgz\n"
        "    version: 1.2.3\n"
    )


def test_a_time_keeps_its_zone() -> None:
    created = CREATED.astimezone(timezone(timedelta(hours=9)))
    assert '"2026-11-22T00:00:01+09:00"' in entry_yaml(
        Metadata(name="web", version="1.0.0"), ["x"], created, DIGEST
    )


_TEXTS = st.text(max_size=20) | st.sampled_from(
    ["y", "N", "on", "~", "null", "1", "1.0", "0x1", "1e3", "0o7", "12:30", "2024-01-01", "<<", "=", "- a", "a: b", "a #b", " a", "a ", "'", '"', "\x7f", "\u2028", "\ufeff", "é😀", "!x", "&a", "*a", "%", "@", "`", "k" * 1500, "[a]", "{a}", "|", ">", "?", "-", "---", "..."]
)  # fmt: skip


@given(st.lists(_TEXTS, max_size=3), st.dictionaries(_TEXTS, _TEXTS, max_size=3))
def test_whatever_stands_in_an_entry_is_read_back(texts: list[str], annotations: dict[str, str]) -> None:
    from charthouse.helm.chart.metadata import checked

    metadata = checked(
        Metadata(
            name="web",
            version="1.0.0",
            api_version="v2",
            keywords=texts,
            annotations=annotations,
            description="".join(texts),
        ),
        "x",
    )
    text = index(entry_yaml(metadata, ["web.tgz"], CREATED, DIGEST))
    (entry,) = read_index(text, BASE).entries
    assert entry.metadata == metadata
    assert (entry.created, entry.digest) == ("2026-11-21T15:00:01Z", DIGEST)
    assert isinstance(yaml.safe_load(text), dict)


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("charts/web.tgz", f"{BASE}/charts/web.tgz"),
        ("/charts/web.tgz", "https://charts.example.org/charts/web.tgz"),
        ("../web.tgz", "https://charts.example.org/web.tgz"),
        ("https://cdn.example.org/web.tgz", "https://cdn.example.org/web.tgz"),
        ("oci://registry.example.org/team/web:1.0.0", "oci://registry.example.org/team/web:1.0.0"),
        ("web.tgz?sig=1", f"{BASE}/web.tgz?sig=1"),
    ],
)
def test_addresses_are_resolved(url: str, resolved: str) -> None:
    for base in (BASE, BASE + "/"):
        assert read_json(minimal(urls=[url]), base=base).entries[0].urls == [resolved]


def test_without_a_base_addresses_stay() -> None:
    assert read_json(minimal(urls=["web.tgz"]), base="").entries[0].urls == ["web.tgz"]


@pytest.mark.parametrize(
    ("rule", "item"),
    [
        ("urls", minimal(urls=["file:///etc/passwd"])),
        ("urls", minimal(urls=["gopher://example.org"])),
        ("urls", minimal(urls=["https://[bad"])),
        ("urls", minimal(urls=[])),
        ("urls", minimal(urls=None)),
        ("urls", minimal(urls="web.tgz")),
        ("urls", minimal(urls=[1])),
        ("version", minimal(version="latest")),
        ("name", minimal(name="db")),
        ("field-type", minimal(keywords="web")),
        ("index", None),
        ("index", "web"),
    ],
)
def test_entries_that_cannot_be_used_are_named(rule: str, item: Any) -> None:
    read = read_json(minimal(version="0.9.0"), item)
    assert len(read.entries) == 1
    (problem,) = read.problems
    assert problem.rule == rule


def test_what_stands_beside_the_entries() -> None:
    text = (
        index(entry_yaml(Metadata(name="web", version="1.0.0"), ["w"], CREATED, DIGEST))
        + b"serverInfo: {contextPath: /charts}\nx: [1]\n"
    )
    read = read_index(text, BASE)
    assert read.context_path == "/charts"
    assert len(read.entries) == 1
    assert read_index(b"apiVersion: v1\nentries: {}\n", BASE).entries == []
    assert read_index(b"apiVersion: v1\nentries:\n  web:\n  db: []\n", BASE).entries == []


@pytest.mark.parametrize(
    "data",
    [b"", b"# nothing", b"- a", b"entries: {}", b"apiVersion: v1\nentries: []", b"apiVersion: v1\nentries: {web: {a: b}}", b"{", b"[]", b"a: [", "apiVersion: v1".encode("utf-16"), b"{" * 100_000, b"<html>"],
)  # fmt: skip
def test_what_is_no_index_is_refused(data: bytes) -> None:
    with pytest.raises(ChartInvalid):
        read_index(data, BASE)
