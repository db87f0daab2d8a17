"""What a chart is found by: words as people write them, in any script.

What stands between spaces is kept whole when it is a version, and else cut where anything but letters and digits stands.
Parts of ``PostgreSQL`` and the whole of ``cert-manager`` are words too. Scripts that are written without spaces, or
whose words grow together (Korean, Chinese, Japanese, Thai …), get a word from every letter on, so that what is asked
for is found wherever it stands. A search finds by beginnings of words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from charthouse.helm.chart.facts import Metadata

MOST_WORDS = 1000
"""Words kept of a chart, those of its name first."""
MOST_ASKED = 10
LONGEST_WORD = 40
_LONGEST_TEXT = 8192
_MOST_JOINED = 4

_PART = re.compile(r"[^\W_]+")
_VERSION = re.compile(r"v?(\d+(?:\.\w+)+[\w.+-]*)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOGETHER = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_INNER = re.compile(f"(?=[{_TOGETHER}])|(?<=[{_TOGETHER}])")
_EDGES = ".,;:!?()[]{}<>\"'`"


def words_of(metadata: Metadata) -> str:
    """Return what a chart is found by, words between spaces.

    They are those of name, app version, keywords, maintainers and description, in this order.
    """
    texts = [
        metadata.name,
        metadata.app_version,
        *metadata.keywords,
        *(text for maintainer in metadata.maintainers for text in (maintainer.name, maintainer.email)),
        metadata.description,
    ]
    found = dict.fromkeys(word for text in texts for word in _words(text[:_LONGEST_TEXT]))
    return " ".join(list(found)[:MOST_WORDS])


def asked_words(text: str) -> tuple[str, ...]:
    """Return the words of a search; what has none (nothing but dots) asks for nothing that there is."""
    found: dict[str, None] = {}
    for chunk in _chunks(text[:_LONGEST_TEXT]):
        version = _VERSION.fullmatch(chunk)
        parts = [version[1]] if version else _PART.findall(chunk)
        found.update(dict.fromkeys(part.casefold()[:LONGEST_WORD] for part in parts))
    return tuple(found)[:MOST_ASKED]


def _words(text: str) -> Iterator[str]:
    for chunk in _chunks(text):
        if version := _VERSION.fullmatch(chunk):
            yield version[1].casefold()[:LONGEST_WORD]
        parts = _PART.findall(chunk)
        if 1 < len(parts) <= _MOST_JOINED:
            yield "".join(parts).casefold()[:LONGEST_WORD]
        for part in parts:
            yield from (word.casefold()[:LONGEST_WORD] for word in _beginnings(part))


def _beginnings(part: str) -> Iterator[str]:
    """Yield a word, then what it has inside that one may look for."""
    yield part
    if part.isascii():
        humps = _HUMP.split(part)
        yield from humps[1:]
    else:
        yield from (part[at.start() :] for at in _INNER.finditer(part) if 0 < at.start() < len(part))


def _chunks(text: str) -> Iterable[str]:
    return (chunk.strip(_EDGES) for chunk in unicodedata.normalize("NFKC", text).split())
