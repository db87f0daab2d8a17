"""Counts and durations of requests, and the access log, told by the front after each answer.

Workers are processes of their own: each writes its counts to a file of a shared directory, and whoever answers
``/metrics`` adds the files up. Names of repositories and people are no labels.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Upper bounds in seconds."""
INTERVAL = 1.0


class Ended(Protocol):
    """How a request ended."""

    @property
    def operation(self) -> str:
        """The route's name."""

    @property
    def status(self) -> int:
        """The HTTP status."""


class Series(msgspec.Struct):
    """One operation and status: ``counts`` by bucket (the last: above all bounds), ``seconds`` in all."""

    operation: str
    status: int
    counts: list[int]
    seconds: float = 0.0


class RequestTelemetry:
    """Takes note of every request of this process. ``access_log`` is off, text or json."""

    def __init__(self, access_log: str, directory: Path | None) -> None:
        if access_log not in {"off", "text", "json"}:
            raise ValueError(f"access_log must be off, text or json, not {access_log!r}")
        self._format = {"off": None, "text": _text_line, "json": _json_line}[access_log]
        self._series: dict[tuple[str, int], Series] = {}
        self._lines: list[bytes] = []
        self._directory = directory
        self._task: asyncio.Task[None] | None = None

    def observe(self, scope: Mapping[str, Any], outcome: Ended, seconds: float, request_id: bytes) -> None:
        """Count one request and write its line."""
        key = (outcome.operation, outcome.status)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series(*key, counts=[0] * (len(BUCKETS) + 1))
        series.counts[bisect_left(BUCKETS, seconds)] += 1
        series.seconds += seconds
        if self._format is not None:
            self._lines.append(self._format(scope, outcome, seconds, request_id))

    def start(self) -> None:
        """Begin to write lines and counts by the second."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left and take this process's counts away."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.flush()
        if self._directory is not None:
            self._file().unlink(missing_ok=True)

    def flush(self) -> None:
        """Write lines to standard output and counts to this process's file."""
        lines, self._lines = self._lines, []
        if lines:
            _write_all(1, b"".join(lines))
        if self._directory is not None:
            file = self._file()
            temporary = file.with_suffix(".new")
            with contextlib.suppress(OSError):  # a full disk: the counts of a moment ago stay there
                temporary.write_bytes(msgspec.json.encode(list(self._series.values())))
                temporary.replace(file)

    def totals(self) -> list[Series]:
        """Return the counts of all live processes, by operation and status."""
        self.flush()
        if self._directory is None:
            return list(self._series.values())
        return merge(self._directory)

    def _file(self) -> Path:
        assert self._directory is not None  # noqa: S101 -- callers have asked
        return self._directory / f"{os.getpid()}.json"

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            self.flush()


def forget_dead(directory: Path) -> None:
    """Remove the counts of processes that are gone: killed ones leave theirs, to be counted until the next start."""
    for file in directory.glob("*.json"):
        try:
            os.kill(int(file.stem), 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
        except PermissionError:  # somebody else's, alive
            continue


def merge(directory: Path) -> list[Series]:
    """Return the sum of the counts that processes have written to ``directory``."""
    total: dict[tuple[str, int], Series] = {}
    for file in directory.glob("*.json"):
        with contextlib.suppress(OSError, msgspec.DecodeError):
            for series in msgspec.json.decode(file.read_bytes(), type=list[Series]):
                known = total.setdefault((series.operation, series.status), series)
                if known is not series:
                    known.counts = [a + b for a, b in zip(known.counts, series.counts, strict=True)]
                    known.seconds += series.seconds
    return list(total.values())


def _text_line(scope: Mapping[str, Any], outcome: Ended, seconds: float, request_id: bytes) -> bytes:
    client = scope.get("client")
    peer = client[0] if client else "-"
    raw = scope["raw_path"].decode("latin-1")
    return (
        f"{_stamp()} {peer} {scope['method']} {raw} {outcome.status} {seconds * 1000:.2f}ms "
        f"{request_id.decode()}\n"
    ).encode("ascii", "backslashreplace")


def _json_line(scope: Mapping[str, Any], outcome: Ended, seconds: float, request_id: bytes) -> bytes:
    client = scope.get("client")
    line = {
        "time": _stamp(),
        "peer": client[0] if client else None,
        "method": scope["method"],
        "path": scope["raw_path"].decode("latin-1"),
        "operation": outcome.operation,
        "status": outcome.status,
        "milliseconds": round(seconds * 1000, 2),
        "request_id": request_id.decode(),
    }
    return msgspec.json.encode(line) + b"\n"


def _stamp() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    with contextlib.suppress(OSError):
        while view:
            view = view[os.write(descriptor, view) :]
