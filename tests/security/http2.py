"""HTTP/2 by hand: frames and header blocks that no library would send (RFC 9113, RFC 7541)."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.support.server import Server

DATA, HEADERS, RESET, SETTINGS, GOAWAY, CONTINUATION = 0, 1, 3, 4, 7, 9
END_STREAM, END_HEADERS = 1, 4
LARGEST_FRAME = 16_384
LAST_ADDED = bytes([0x80 | 62])
"""A reference to the header that was added to the table last: one byte, whatever its length."""

_GET, _POST, _HTTPS = b"\x82", b"\x83", b"\x87"


def request(method: str, path: str, headers: Sequence[bytes] = ()) -> bytes:
    """Return the header block of a GET or POST; ``headers`` are packed already."""
    pseudo = (_GET if method == "GET" else _POST) + _HTTPS
    return pseudo + b"\x04" + _text(path.encode()) + b"\x01" + _text(b"registry") + b"".join(headers)


def added(name: bytes, value: bytes) -> bytes:
    """Return a packed header that the receiver adds to its table."""
    return b"\x40" + _text(name) + _text(value)


@contextmanager
def connected(server: Server) -> Iterator[ssl.SSLSocket]:
    """Open an HTTP/2 connection over TLS."""
    context = ssl.create_default_context(cafile=server.ca)
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        assert connection.selected_alpn_protocol() == "h2"
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(SETTINGS, 0, 0, b""))
        yield connection


def send_request(connection: ssl.SSLSocket, stream: int, block: bytes, *, ended: bool) -> None:
    """Send a header block on a stream, in as many frames as it takes; ``ended``: no body follows."""
    pieces = [block[start : start + LARGEST_FRAME] for start in range(0, len(block), LARGEST_FRAME)]
    for number, piece in enumerate(pieces):
        flags = END_HEADERS if number == len(pieces) - 1 else 0
        kind = CONTINUATION
        if number == 0:
            kind, flags = HEADERS, flags | (END_STREAM if ended else 0)
        connection.sendall(_frame(kind, flags, stream, piece))


def answers(connection: ssl.SSLSocket, streams: int) -> list[int]:
    """Return the kind of the first answering frame of each of ``streams``, or of the frame that ends them all."""
    found: dict[int, int] = {}
    file = connection.makefile("rb")
    while len(found) < streams:
        head = file.read(9)
        if len(head) < 9:
            break
        file.read(int.from_bytes(head[:3], "big"))
        kind, stream = head[3], int.from_bytes(head[5:9], "big")
        if kind == GOAWAY:
            return [GOAWAY]
        if stream:
            found.setdefault(stream, kind)
    return list(found.values())


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _text(value: bytes) -> bytes:
    """Return a string literal without Huffman coding (RFC 7541 sections 5.1 and 5.2)."""
    length, packed = len(value), b""
    if length < 127:
        return bytes([length]) + value
    length -= 127
    while length >= 128:
        packed += bytes([length % 128 + 128])
        length //= 128
    return b"\x7f" + packed + bytes([length]) + value
