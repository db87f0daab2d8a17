"""The push client: as many pushes as a registry takes over N connections.

It speaks HTTP/1.1 on plain sockets from threads of the benchmark's own process, which does nothing else meanwhile.
A body is one buffer, repeated, and eight bytes of its own; the digest up to there is known, so a push costs the
client some tens of microseconds, a fraction of what it costs a registry.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import count
from secrets import token_bytes
from typing import Protocol

from .corpus import MANIFEST, MIB, Corpus

ANONYMOUS = "-"
"""The authorization of a caller who sends none."""


OCTETS = "application/octet-stream"


class Refused(RuntimeError):
    """The registry answered with another status than the one a push goes on with."""


class Connection:
    """One keep-alive connection."""

    def __init__(self, host: str, authorization: str) -> None:
        address, _, port = host.rpartition(":")
        self._socket = socket.create_connection((address, int(port)), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = f"Host: {host}\r\n" + (
            f"Authorization: {authorization}\r\n" if authorization != ANONYMOUS else ""
        )

    def send(self, method: str, path: str, media_type: str, *body: bytes, status: int) -> dict[str, str]:
        """Send one request and return the answer's headers, names in lower case; raises Refused."""
        head = (
            f"{method} {path} HTTP/1.1\r\n{self._headers}"
            f"Content-Type: {media_type}\r\nContent-Length: {sum(map(len, body))}\r\n\r\n"
        )
        self._send_all([head.encode(), *body])
        return self._answer(f"{method} {path}", status)

    def push_blob(self, repository: str, digest: str, *content: bytes) -> None:
        """Push a blob by POST and PUT."""
        opened = self.send("POST", f"/v2/{repository}/blobs/uploads/", OCTETS, status=202)
        path = _path(opened["location"])
        separator = "&" if "?" in path else "?"
        self.send("PUT", f"{path}{separator}digest={digest}", OCTETS, *content, status=201)

    def push_manifest(self, repository: str, tag: str, content: bytes) -> None:
        """Push a manifest by tag."""
        self.send("PUT", f"/v2/{repository}/manifests/{tag}", MANIFEST, content, status=201)

    def _send_all(self, parts: Sequence[bytes]) -> None:
        sent = self._socket.sendmsg(parts[:64])  # far below what the kernel takes at once (IOV_MAX)
        for part in parts:
            if sent < len(part):
                self._socket.sendall(memoryview(part)[sent:])
            sent = max(sent - len(part), 0)

    def _answer(self, request: str, status: int) -> dict[str, str]:
        received = b""
        while b"\r\n\r\n" not in received:
            part = self._socket.recv(65536)
            if not part:
                raise Refused(f"{request}: the connection was closed")
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            body += self._socket.recv(65536)
        if int(first.split()[1]) != status:
            raise Refused(f"{request}: {first}\n{body[:500].decode(errors='replace')}")
        return headers


class Pusher(Protocol):
    """What is pushed."""

    def push(self, connection: Connection) -> Iterator[None]:
        """Push one thing a step, for ever."""


class BlobPusher:
    """Blobs of ``size`` bytes by POST and PUT, each unlike any other."""

    def __init__(self, repository: str, size: int) -> None:
        self._repository = repository
        whole, rest = divmod(size - 8, MIB)
        buffer = token_bytes(MIB)
        self._common: list[bytes] = [buffer] * whole + [token_bytes(rest)]
        self._begun = sha256()
        for part in self._common:
            self._begun.update(part)

    def push(self, connection: Connection) -> Iterator[None]:
        """Push one blob a step."""
        while True:
            own = token_bytes(8)
            digest = self._begun.copy()
            digest.update(own)
            connection.push_blob(self._repository, f"sha256:{digest.hexdigest()}", *self._common, own)
            yield


class TagPusher:
    """Manifests by tag into the first repository of a corpus: new content, over tags that are there."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._manifests = corpus.manifests(0)

    def push(self, connection: Connection) -> Iterator[None]:
        """Push one manifest a step."""
        for number in count():
            tag = self._corpus.tag(number * 7919 % self._corpus.tags)  # a prime: spread over all tags
            content = self._manifests[token_bytes(12).hex()]
            connection.push_manifest(self._corpus.repository(0), tag, content)
            yield


def push(pusher: Pusher, host: str, authorization: str, connections: int, seconds: float) -> float:
    """Push over ``connections`` for ``seconds``, once each at least; returns pushes a second.

    Raises what the first failing connection raised.
    """
    done = [0] * connections
    failures: list[BaseException] = []
    started = time.monotonic()

    def work(number: int) -> None:
        try:
            for _ in pusher.push(Connection(host, authorization)):
                done[number] += 1
                if time.monotonic() > started + seconds:
                    return
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(done) / (time.monotonic() - started)


def _path(location: str) -> str:
    return "/" + location.partition("://")[2].partition("/")[2] if "://" in location else location
