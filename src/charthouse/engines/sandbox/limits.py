"""What a child may not do, set by itself before it sees the first request. Nothing of it can be undone."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

from .landlock import restrict

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38  # linux/prctl.h
_DESCRIPTORS = 32
_LIBRARIES = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/dev/urandom",
)
"""What Python may yet load or read, beside its own path."""


def end_with(parent: int) -> None:
    """End this process when ``parent`` is gone, however it ended; signals meant for the server leave it alone.

    The server ends it when the last request is answered. Where the kernel can't tell (not Linux), the end of the
    parent is seen at the next frame.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before the kernel was told
        os._exit(0)


def confine(memory: int, taken: int, readable: Sequence[str]) -> None:
    """Take from this process what reading does not need.

    It may hold ``memory`` bytes of addresses beside those it has ``taken`` (0: nobody knows, no limit), write no
    file, start no process (unless it is root), and read what Python needs and what lies below ``readable``.
    """
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_DUMPABLE, 0)
    restrict([*sys.path, f"{sys.base_prefix}/lib", *_LIBRARIES, *readable])
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
    ):
        resource.setrlimit(kind, (most, most))
    if taken:
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


def allow_processor(seconds: int) -> None:
    """Let this process compute for ``seconds`` more; the kernel ends it then (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


class Memory:
    """How much memory this process holds, as long as its file can be read (Linux); 0 elsewhere."""

    def __init__(self) -> None:
        try:
            self._file = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._file = -1

    def addresses(self) -> int:
        """Return bytes of addresses, in use or not."""
        return self._pages(0)

    def resident(self) -> int:
        """Return bytes in use."""
        return self._pages(1)

    def _pages(self, field: int) -> int:
        if self._file < 0:
            return 0
        return int(os.pread(self._file, 200, 0).split()[field]) * resource.getpagesize()


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)
