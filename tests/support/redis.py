"""A real Redis server on a free port of this machine, with a password, plain or over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from charthouse.engines.keys.authority import Authority

from .processes import listening
from .server import free_port
from .tools import tool

PASSWORD = "charthouse tests' secret"


class RedisServer(NamedTuple):
    port: int
    authority: Path | None
    """What clients must trust, with TLS."""


@contextmanager
def redis_server(place: Path, tls: bool = False) -> Iterator[RedisServer]:
    """Run it with its files in ``place``; nothing is kept."""
    place.mkdir(parents=True)
    port = free_port()
    listen, authority = ["--port", str(port)], None
    if tls:
        made = Authority(place / "tls").certificate([])
        files = ["--tls-cert-file", str(made.chain), "--tls-key-file", str(made.key)]
        trust = ["--tls-ca-cert-file", str(made.authority), "--tls-auth-clients", "no"]
        listen, authority = ["--port", "0", "--tls-port", str(port), *files, *trust], made.authority
    bounds = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(place)]
    command: list[str | Path] = [tool("redis-server"), *listen, *bounds, "--requirepass", PASSWORD]
    with listening(command, port, place / "log"):
        yield RedisServer(port, authority)
