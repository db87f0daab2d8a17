"""What goes to the process that reads a package, what comes back, and how a chart's document is kept."""

from __future__ import annotations

import zlib

import msgspec

from charthouse.helm.chart.facts import ChartReading, Problem

_LARGEST_DOCUMENT = 64 * 1024**2


class PackageRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be read: a file by its ``path``, or the bytes of a ``package``. ``created_ms`` goes to the entry.

    With ``lint`` the problems are everything that lint has to say.
    """

    path: str = ""
    package: bytes = b""
    provenance: bytes | None = None
    created_ms: int
    lint: bool = False


class PackageReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was read. Texts and document are as ``ports.charts.ChartFacts`` keeps them."""

    name: str = ""
    version: str = ""
    broken: bool = False
    problems: list[Problem] = []
    summary: str = "{}"
    entry: str = ""
    words: str = ""
    document: bytes = b""

    @property
    def weight(self) -> int:
        """Return about how many bytes of memory it takes."""
        return (
            1000
            + len(self.summary)
            + len(self.entry)
            + len(self.words)
            + len(self.document)
            + 500 * len(self.problems)
        )


def pack_document(reading: ChartReading) -> bytes:
    """Return what is inside of a chart as it is kept: JSON, in zlib's format."""
    return zlib.compress(msgspec.json.encode(reading))


def document_json(document: bytes) -> bytes:
    """Return the JSON of a document that ``pack_document`` made; raises ValueError for what is none."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(document, _LARGEST_DOCUMENT)
    except zlib.error as error:
        raise ValueError(f"the document is damaged: {error}") from None
    if not unpacking.eof:
        raise ValueError("the document is cut, or larger than any that was made")
    return content


def unpack_document(document: bytes) -> tuple[ChartReading, int]:
    """Return what is inside of a chart, and the size of its JSON; raises ValueError for what ``pack_document`` did not make."""
    content = document_json(document)
    return msgspec.json.decode(content, type=ChartReading), len(content)
