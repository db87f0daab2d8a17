"""The charts of the world: what tag v1 points at is one, in the private repository and in the public one."""

from __future__ import annotations

import zlib

import msgspec

from charthouse.engines.metadata.commands.chart_words import token
from charthouse.helm.chart.facts import ChartReading, Metadata, Text
from charthouse.model.digests import digest_of
from charthouse.services.charts.words import words_of

from .store import Store

_METADATA = Metadata(api_version="v2", name="app", version="1.0.0", description="A sextant")
_READING = ChartReading(
    digest="sha256:" + "a" * 64,
    size=3,
    metadata=_METADATA,
    chart_yaml={"name": "app", "version": "1.0.0"},
    readme=Text("README.md", "# App", 5),
    values_text=Text("values.yaml", "a: 1\n", 5),
)


def make_charts(store: Store) -> None:
    """Make a chart of each manifest under v1; its layer is the package, its config the signature."""
    document = zlib.compress(msgspec.json.encode(_READING))
    summary = msgspec.json.encode(_METADATA).decode()
    query = (
        "SELECT repository_id, path, manifest_id FROM tag JOIN repository ON repository.id = repository_id"
        " WHERE name = 'v1'"
    )
    for repository_id, path, manifest_id in store.ask(query):
        name = path.rpartition("/")[2]
        words = words_of(Metadata(name=name, description="A sextant"))
        store.execute(
            "INSERT INTO chart (manifest_id, state, tag, precedence, name, version, package, package_size,"
            " provenance, problems, summary, entry, words)"
            " VALUES (?, 'read', 'v1', '1', ?, 'v1', ?, 3, ?, '[]', ?, ?, ?)",
            manifest_id,
            name,
            digest_of(b"v1"),
            digest_of(b"{}"),
            summary,
            f"  - name: {name}\n",
            words,
        )
        store.execute("INSERT INTO chart_document VALUES (?, ?)", manifest_id, document)
        store.execute("INSERT INTO chart_repository VALUES (?, 'acme', 1, ?)", repository_id, manifest_id)
        store.execute(
            "INSERT INTO chart_entry (repository_id, tag, manifest_id, precedence, stamp)"
            " VALUES (?, 'v1', ?, '1', 1)",
            repository_id,
            manifest_id,
        )
        tokens = " ".join(token(word) for word in words.split())
        store.execute("INSERT INTO chart_search VALUES (?, ?, ?)", repository_id, name, tokens)
