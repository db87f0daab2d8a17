"""A real S3 server: versitygw over a directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .processes import listening
from .server import free_port
from .tools import tool

ACCESS_KEY = "charthouse-tests"
SECRET_KEY = "charthouse-tests-secret"


class S3Server(NamedTuple):
    port: int
    directory: Path
    """A bucket is a directory in it, made by ``mkdir``; an object is a file."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def versitygw(place: Path, region: str = "us-east-1") -> Iterator[S3Server]:
    """Run it with its buckets in ``place``/buckets."""
    buckets = place / "buckets"
    buckets.mkdir(parents=True)
    port = free_port()
    keys = ["--access", ACCESS_KEY, "--secret", SECRET_KEY]
    listen = ["--port", f"127.0.0.1:{port}", "--region", region, "--quiet"]
    command: list[str | Path] = [tool("versitygw"), *listen, *keys, "posix", buckets]
    with listening(command, port, place / "versitygw.log"):
        yield S3Server(port, buckets)
