"""Connections that behave as no client library does: slow, silent, or gone in the middle."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.server import Person, Server


class Connection:
    """One raw connection to a server."""

    def __init__(self, server: Server, person: Person) -> None:
        self._server = server
        self._person = person

    async def open(self, receive_buffer: int = 0) -> None:
        """Connect; a small ``receive_buffer`` (bytes) makes what is not read wait in the server."""
        raw = socket.socket()
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", self._server.port))
        self.reader, self._writer = await asyncio.open_connection(sock=raw, limit=receive_buffer or 65536)

    async def send(self, method: str, path: str, *headers: str) -> None:
        """Send the head of a request."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._server.host}", *headers]
        lines += [f"{name}: {value}" for name, value in self._person.basic.items()]
        await self.write("\r\n".join([*lines, "", ""]).encode())

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def status(self) -> int:
        """Return the status of the answer."""
        return int((await self.reader.readline()).split()[1])

    def vanish(self) -> None:
        """Be gone at once: a reset instead of a goodbye."""
        if self._writer.is_closing():
            return
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


@asynccontextmanager
async def connection(server: Server, person: Person, receive_buffer: int = 0) -> AsyncIterator[Connection]:
    """Yield an open connection; it vanishes in the end."""
    opened = Connection(server, person)
    await opened.open(receive_buffer)
    try:
        yield opened
    finally:
        opened.vanish()


def memory(pid: int, field: str = "VmRSS") -> int:
    """Return bytes of resident memory of a process; ``VmHWM``: the most it ever had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise ValueError(field)


def bytes_read(pid: int) -> int:
    """Return the bytes that a process has read so far, from files and sockets."""
    return int(Path(f"/proc/{pid}/io").read_text().split()[1])
