"""Bytes of a file as text: Helm's files are UTF-8."""

from __future__ import annotations

import codecs

from .errors import ChartInvalid

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes, where: str) -> str:
    """Return a file's text without its byte order mark. Raises ChartInvalid when it is not UTF-8."""
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            raise ChartInvalid("encoding", f"is {name}; save it as UTF-8", where)
    if data[:4].count(0) == 2:
        raise ChartInvalid("encoding", "looks like UTF-16 without a byte order mark; save it as UTF-8", where)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"is not UTF-8 (byte 0x{data[error.start]:02x} in line {line}); save it as UTF-8"
        raise ChartInvalid("encoding", problem, where) from None


def cut(data: bytes, most: int) -> tuple[str, bool]:
    """Return at most ``most`` bytes of a text, whatever its encoding, and whether that is less than all of it."""
    text = data[:most].removeprefix(codecs.BOM_UTF8).decode(errors="replace")
    if len(data) <= most:
        return text, False
    return text.removesuffix("\N{REPLACEMENT CHARACTER}"), True
