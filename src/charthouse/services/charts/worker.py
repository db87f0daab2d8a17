"""What the sandbox runs: reads a package, and makes all that the server keeps of it, so that it only copies bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from charthouse.helm.chart.facts import ChartReading, Problem
from charthouse.helm.chart.index import entry_yaml
from charthouse.helm.chart.lint import lint
from charthouse.helm.chart.reading import inspect

from .readings import PackageReading, PackageRequest, pack_document
from .words import words_of


def handle(request: bytes) -> bytes:
    """Answer a ``PackageRequest`` by a ``PackageReading``; raises OSError when the file can't be read."""
    asked = msgspec.msgpack.decode(request, type=PackageRequest)
    if asked.path:
        with Path(asked.path).open("rb") as file:
            reading = inspect(file, asked.provenance)
    else:
        reading = inspect(asked.package, asked.provenance)
    problems = lint(reading) if asked.lint else reading.problems
    return msgspec.msgpack.encode(_answer(reading, problems, asked.created_ms))


def _answer(reading: ChartReading, problems: list[Problem], created_ms: int) -> PackageReading:
    metadata = reading.metadata
    return PackageReading(
        name=metadata.name,
        version=metadata.version,
        broken=reading.broken,
        problems=problems,
        summary=msgspec.json.encode(metadata).decode(),
        entry="" if reading.broken else _entry(reading, created_ms),
        words=words_of(metadata),
        document=pack_document(reading),
    )


def _entry(reading: ChartReading, created_ms: int) -> str:
    metadata = reading.metadata
    name = quote(f"{metadata.name}-{metadata.version}.tgz", safe="+")
    created = datetime.fromtimestamp(created_ms / 1000, UTC)
    return entry_yaml(metadata, [f"charts/{name}"], created, reading.digest)
