"""The read clients: wrk for GET; for HEAD, which wrk can't read the answers of, a loop over sockets.

Addresses are drawn uniformly from a list.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import choice
from tempfile import NamedTemporaryFile
from types import MappingProxyType

from tests.support.tools import tool

from .corpus import MANIFEST
from .pushes import ANONYMOUS


@dataclass(frozen=True)
class Request:
    """One request; ``authorization`` is a header's value, or ``-`` for none."""

    path: str
    authorization: str

    def head(self, host: str) -> bytes:
        """Return the bytes of a HEAD request."""
        authorization = "" if self.authorization == ANONYMOUS else f"Authorization: {self.authorization}\r\n"
        return (
            f"HEAD {self.path} HTTP/1.1\r\nHost: {host}\r\nAccept: {MANIFEST}\r\n{authorization}\r\n".encode()
        )


@dataclass(frozen=True)
class Rate:
    """What wrk measured, a second."""

    requests: float
    bytes: float


def read(
    host: str,
    requests: list[Request],
    connections: int,
    seconds: float,
    headers: Mapping[str, str] = MappingProxyType({"Accept": MANIFEST}),
) -> Rate:
    """GET ``requests`` in random order for ``seconds``; raises RuntimeError unless all are answered with 2xx or 304."""
    with NamedTemporaryFile("w", suffix=".requests") as listed:
        listed.writelines(f"{one.path} {one.authorization}\n" for one in requests)
        listed.flush()
        threads = min(2, connections)
        listed_headers = "\n".join(f"{name}: {value}" for name, value in headers.items())
        load = [f"-t{threads}", f"-c{connections}", f"-d{max(round(seconds), 1)}s", "--timeout", "30s"]
        result = subprocess.run(
            [tool("wrk"), *load, "-s", Path(__file__).with_name("read.lua"), f"http://{host}"],
            env={**os.environ, "BENCH_REQUESTS": listed.name, "BENCH_HEADERS": listed_headers},
            capture_output=True,
            text=True,
            check=True,
        )
    measured = json.loads(result.stdout.splitlines()[-1])
    if measured["failed"] or not measured["requests"]:
        raise RuntimeError(f"http://{host}{requests[0].path} and others: {measured}\n{result.stdout}")
    duration = measured["microseconds"] / 1e6
    return Rate(measured["requests"] / duration, measured["bytes"] / duration)


def head(host: str, requests: list[Request], connections: int, seconds: float) -> float:
    """HEAD ``requests`` in random order for ``seconds`` and return how many were answered a second.

    It takes about 12 µs of one core a request. Raises RuntimeError unless all are answered with 200.
    """
    address, _, port = host.rpartition(":")
    messages = [request.head(host) for request in requests]
    sockets = {}
    poll = select.epoll()
    for _ in range(connections):
        connection = socket.create_connection((address, int(port)), timeout=30)
        sockets[connection.fileno()] = connection
        poll.register(connection, select.EPOLLIN)
        connection.sendall(choice(messages))
    answered = 0
    started = time.monotonic()
    while time.monotonic() < started + seconds:
        for number, _ in poll.poll(1):
            connection = sockets[number]
            answer = connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"\r\n\r\n"):
                raise RuntimeError(f"HEAD at http://{host}: {answer[:200]!r}")
            answered += 1
            connection.sendall(choice(messages))
    rate = answered / (time.monotonic() - started)
    for connection in sockets.values():
        connection.close()
    return rate
