"""What a server and its child say to each other: frames of a fixed head and some bytes, over a pair of sockets.

The server sends a request, the child one reply to it, and an empty reply before the first request: it is ready.
"""

from __future__ import annotations

import enum
import struct

REQUEST = struct.Struct("!IQ")
"""Seconds of processor time that the request may take, bytes that follow."""
REPLY = struct.Struct("!BQQ")
"""Status, bytes of memory that the child now holds, bytes that follow."""


class Status(enum.IntEnum):
    """What came of a request. What follows is the answer, or a text that tells what went wrong."""

    ANSWER = 0
    MEMORY = 1
    """There was not enough; the child should be replaced."""
    FAILED = 2
    """The function raised an exception."""
