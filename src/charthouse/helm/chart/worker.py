"""What the bounded child process runs: requests and answers as msgpack, bytes in and bytes out.

Reading, checking by a stranger's schema and comparing strangers' texts all belong there, where they can be stopped.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from .facts import ChartReading
from .limits import DEFAULT_LIMITS, Limits
from .reading import inspect


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A package to read, as bytes or as the path of a file that nobody changes, and its provenance when it has one.

    ``lint`` asks for ``findings``, too.
    """

    package: bytes | None = None
    path: str | None = None
    provenance: bytes | None = None
    lint: bool = False
    limits: Limits = DEFAULT_LIMITS


def encode_request(request: Request) -> bytes:
    """Return a request as ``handle`` takes it."""
    return msgspec.msgpack.encode(request)


def decode_answer(answer: bytes) -> ChartReading:
    """Return what ``handle`` answered. Raises msgspec.ValidationError for what is no answer."""
    return msgspec.msgpack.decode(answer, type=ChartReading)


def handle(request: bytes) -> bytes:
    """Read one package; a chart that is broken is an answer, too. Raises OSError when the file cannot be read."""
    asked = msgspec.msgpack.decode(request, type=Request)
    if asked.path is None:
        reading = inspect(asked.package or b"", asked.provenance, asked.limits)
    else:
        with Path(asked.path).open("rb") as file:
            reading = inspect(file, asked.provenance, asked.limits)
    if asked.lint:
        from .lint import lint  # whose library is loaded by those who ask for it

        reading = msgspec.structs.replace(reading, findings=lint(reading, asked.limits))
    return msgspec.msgpack.encode(reading)


def handle_comparison(request: bytes) -> bytes:
    """Compare two readings: a msgpack list of the older and the newer to a msgpack ``Comparison``."""
    from .compare import compare

    older, newer = msgspec.msgpack.decode(request, type=tuple[ChartReading, ChartReading])
    return msgspec.msgpack.encode(compare(older, newer))
