"""What the sandbox runs to compare two charts: their texts are strangers', and lines can be made that take seconds."""

from __future__ import annotations

import msgspec

from charthouse.helm.chart.compare import Comparison, compare
from charthouse.helm.chart.facts import ChartReading

from .readings import unpack_document

_pair = msgspec.msgpack.Decoder(tuple[bytes, bytes])
_decoder = msgspec.msgpack.Decoder(Comparison)


def request_of(before: bytes | None, after: bytes | None) -> bytes:
    """Return the request to compare two documents; None: of that chart nothing is known yet."""
    return msgspec.msgpack.encode((before or b"", after or b""))


def handle(request: bytes) -> bytes:
    """Answer such a request by a Comparison."""
    before, after = map(_reading, _pair.decode(request))
    return msgspec.msgpack.encode(compare(before, after))


def answer_of(answer: bytes) -> Comparison:
    """Return what ``handle`` answered; raises ValueError for what is no such answer."""
    return _decoder.decode(answer)


def _reading(document: bytes) -> ChartReading:
    return unpack_document(document)[0] if document else ChartReading(digest="", size=0)
