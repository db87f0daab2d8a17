"""Indexes as files in a directory, which all server processes of a machine share.

A file is written beside its place and renamed, so it is whole or not there; it is never synced. What was written
before the machine last started may therefore be torn, and is not used: the directory is named after the boot.
"""

from __future__ import annotations

import asyncio
import errno
import itertools
import os
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from charthouse.ports.index_files import Part

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SENDING_SECONDS = 30.0
"""A file that was asked for so lately is not removed: it will be asked for again, or opened by now."""
_TOUCH_SECONDS = 5.0
_PAUSE_SECONDS = 5.0
"""How long nothing is written after the disk refused."""
_KNOWN_LAYOUTS = 64
_NO_COPYING = {errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EXDEV, errno.EPERM}
"""What file systems answer that cannot copy in the kernel."""

_Layout = tuple[str, dict[bytes, int]]
"""A file and where it has which part."""


class DirectoryIndexFiles:
    """Files in a directory, at most ``limit`` bytes of them. One a process; any number of processes."""

    def __init__(self, directory: Path, limit: int) -> None:
        self._root = directory
        self._directory = directory / _boot()
        self._limit = limit
        self._touched: dict[str, float] = {}
        self._making: dict[str, asyncio.Task[str | None]] = {}
        self._layouts: OrderedDict[str, _Layout] = OrderedDict()
        self._paused_until = 0.0
        self._numbers = itertools.count()

    def path(self, name: str, size: int) -> str | None:
        """Return a file that is there and whole."""
        path = f"{self._directory}/{name}"
        try:
            if os.stat(path).st_size != size:  # noqa: PTH116 -- the hot path; a local stat takes a microsecond
                return None
            now = time.monotonic()
            if now - self._touched.get(name, -_TOUCH_SECONDS) >= _TOUCH_SECONDS:
                os.utime(path)
                self._touched = {n: at for n, at in self._touched.items() if now - at < _TOUCH_SECONDS}
                self._touched[name] = now
        except OSError:
            return None
        return path

    async def make(self, name: str, parts: Callable[[], Sequence[Part]], like: str) -> str | None:
        """Make a file of parts, once however many wait for it."""
        task = self._making.get(name)
        if task is None:
            if time.monotonic() < self._paused_until:
                return None
            task = asyncio.create_task(asyncio.to_thread(self._make, name, parts, like))
            self._making[name] = task
            task.add_done_callback(lambda _: self._making.pop(name, None))
        return await asyncio.shield(task)

    def _make(self, name: str, parts: Callable[[], Sequence[Part]], like: str) -> str | None:
        wanted = parts()
        size = sum(part.size for part in wanted)
        unfinished = self._directory / f"{os.getpid()}-{next(self._numbers)}.tmp"
        try:
            self._prepare()
            if not self._room_for(size):
                return None
            try:
                layout = self._write(unfinished, wanted, self._layouts.get(like))
                path = unfinished.rename(self._directory / name)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            return None
        self._layouts.pop(like, None)
        self._layouts[like] = (str(path), layout)  # the last in order
        while len(self._layouts) > _KNOWN_LAYOUTS:
            self._layouts.popitem(last=False)
        return str(path)

    def _prepare(self) -> None:
        """Make the directory, and remove those of former boots."""
        if self._directory.exists():
            return
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in self._root.iterdir():
            if other != self._directory:
                shutil.rmtree(other, ignore_errors=True)

    def _room_for(self, size: int) -> bool:
        """Remove what was not used for longest; False when there is no room even so."""
        now = time.time()
        found = sorted(self._files(), key=lambda one: one[0])
        total = sum(length for _, length, _ in found) + size
        for used, length, path in found:
            if total <= self._limit or now - used < _SENDING_SECONDS:
                break
            path.unlink(missing_ok=True)
            total -= length
        return total <= self._limit

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._directory.iterdir():
            try:
                facts = path.stat()
            except FileNotFoundError:  # another process was quicker
                continue
            yield facts.st_mtime, facts.st_size, path

    def _write(self, path: Path, parts: Sequence[Part], last: _Layout | None) -> dict[bytes, int]:
        """Write parts, copied within the kernel from the last file where that has them."""
        layout: dict[bytes, int] = {}
        source, known = -1, {}
        if last is not None:
            try:
                source, known = os.open(last[0], os.O_RDONLY | os.O_CLOEXEC), last[1]
            except OSError:
                known = {}  # it was removed
        try:
            with path.open("xb", buffering=0) as target:
                at = 0
                for start, run in _runs(parts, known):
                    if start is None:
                        at += _write_all(target.fileno(), b"".join(part.read() for part in run))
                    else:
                        at += _copy_or_write(source, start, target.fileno(), at, run)
        finally:
            if source >= 0:
                os.close(source)
        at = 0
        for part in parts:
            layout[part.key] = at
            at += part.size
        return layout


def _runs(parts: Sequence[Part], known: dict[bytes, int]) -> Iterator[tuple[int | None, list[Part]]]:
    """Yield neighbours that stand together in the known file too, with where they do; None: new ones, each alone."""
    run: list[Part] = []
    start = end = 0
    for part in parts:
        at = known.get(part.key)
        if run and at != end:
            yield start, run
            run = []
        if at is None:
            yield None, [part]
            continue
        if not run:
            start = end = at
        run.append(part)
        end += part.size
    if run:
        yield start, run


def _copy_or_write(source: int, start: int, target: int, at: int, run: Sequence[Part]) -> int:
    try:
        return _copy(source, start, target, sum(part.size for part in run))
    except OSError as error:
        if error.errno not in _NO_COPYING:
            raise
    os.ftruncate(target, at)
    os.lseek(target, at, os.SEEK_SET)
    return sum(_write_all(target, part.read()) for part in run)


def _copy(source: int, start: int, target: int, size: int) -> int:
    left = size
    while left:
        done = os.copy_file_range(source, target, left, offset_src=start)
        if not done:
            raise OSError("the file to copy from ended early")
        start += done
        left -= done
    return size


def _write_all(target: int, content: bytes) -> int:
    view = memoryview(content)
    while view:
        view = view[os.write(target, view) :]
    return len(content)


def _boot() -> str:
    return _BOOT.read_text().strip()
