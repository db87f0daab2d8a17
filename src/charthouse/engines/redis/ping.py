"""A PING of a Redis server, over a socket or TLS: whether it is there, and lets this registry in.

Source: the Redis serialization protocol (RESP 2), and the commands AUTH, SELECT, PING.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl

import msgspec

from charthouse.model.errors import Unavailable

_HINTS = {
    "NOAUTH": "it asks for a password",
    "WRONGPASS": "user or password is wrong",
    "NOPERM": "this user may not do that",
    "LOADING": "it is still loading its data",
}


class RedisServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is and how it is entered. ``ca`` is a file of authorities, "" the machine's own."""

    host: str
    port: int = 6379
    username: str = ""
    password: str = ""
    database: int = 0
    tls: bool = False
    verified: bool = True
    """The certificate must be good."""
    ca: str = ""
    certificate: str = ""
    key: str = ""
    """Files of the client's own certificate, when the server wants one."""

    def __repr__(self) -> str:
        return f"RedisServer({self.host!r}, {self.port})"


async def ping(server: RedisServer) -> None:
    """Return when the server has answered; raises Unavailable that says why not, and OSError (ssl.SSLError too)."""
    reader, writer = await asyncio.open_connection(server.host, server.port, ssl=_context(server))
    try:
        if server.password:
            user = [server.username] if server.username else []
            await _ask(reader, writer, "AUTH", *user, server.password)
        if server.database:
            await _ask(reader, writer, "SELECT", str(server.database))
        await _ask(reader, writer, "PING")
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *words: str) -> None:
    """Send one command. Its refusals are told by their first word alone, since some repeat what was sent."""
    encoded = [word.encode() for word in words]
    parts = [b"*%d\r\n" % len(encoded), *(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded)]
    writer.write(b"".join(parts))
    await writer.drain()
    try:
        answer = await reader.readuntil(b"\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Unavailable("it is no Redis server, or ended the connection (does it want TLS?)") from None
    if answer.startswith(b"-"):
        word = answer[1:].split(maxsplit=1)[0].decode("ascii", "replace")
        raise Unavailable(f"it refuses {words[0]}: {_HINTS.get(word, word[:20])}")
    if not answer.startswith(b"+"):
        raise Unavailable("it is no Redis server")


def _context(server: RedisServer) -> ssl.SSLContext | None:
    if not server.tls:
        return None
    context = ssl.create_default_context(cafile=server.ca or None)
    if not server.verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if server.certificate:
        context.load_cert_chain(server.certificate, server.key or None)
    return context
