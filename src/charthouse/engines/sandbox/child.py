"""The child: ``python -I -m charthouse.engines.sandbox.child ORDERS``, a socket to the server as standard input.

Orders are JSON (``Orders``). The function is loaded first, with what it imports, and then rights are taken away.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from .frames import REPLY, REQUEST, Status
from .limits import Memory, allow_processor, confine, end_with

_CHANNEL = 0
_LONGEST = 1000  # characters of a text that tells what went wrong


def main() -> None:
    """Answer requests until the server goes away."""
    orders = json.loads(sys.argv[1])
    end_with(orders["parent"])
    memory = Memory()
    try:
        function = _load(orders["function"])
        confine(orders["memory"], memory.addresses(), orders["readable"])
    except Exception as error:
        _reply(Status.FAILED, memory, _told(error))
        return
    gc.collect()
    gc.freeze()
    _reply(Status.ANSWER, memory, b"")
    while head := _read(REQUEST.size):
        seconds, size = REQUEST.unpack(head)
        allow_processor(seconds)
        _reply_to(size, function, memory)


def _reply_to(size: int, function: Callable[[bytes], bytes], memory: Memory) -> None:
    try:
        answer = function(_read(size))
    except MemoryError:
        _reply(Status.MEMORY, memory, b"")
    except Exception as error:
        _reply(Status.FAILED, memory, _told(error))
    else:
        _reply(Status.ANSWER, memory, answer)


def _load(name: str) -> Callable[[bytes], bytes]:
    module, _, attribute = name.partition(":")
    function: Callable[[bytes], bytes] = getattr(importlib.import_module(module), attribute)
    return function


def _told(error: Exception) -> bytes:
    return f"{type(error).__name__}: {error}"[:_LONGEST].encode("utf-8", "replace")


def _read(size: int) -> bytes:
    """Return the next ``size`` bytes; nothing at all when the server has closed its end."""
    parts: list[bytes] = []
    missing = size
    while missing:
        part = os.read(_CHANNEL, min(missing, 1024**2))
        if not part:
            return b""
        parts.append(part)
        missing -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _reply(status: Status, memory: Memory, content: Any) -> None:
    for part in (REPLY.pack(status, memory.resident(), len(content)), content):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(_CHANNEL, rest) :]


if __name__ == "__main__":
    main()
