"""What every file of these engines needs: the system's errors in the port's words, and whole writes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO

from charthouse.model.errors import StorageFull, Unavailable


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the system's errors into the port's; their text reaches clients, so it names no path."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("the registry's disk is full; its operator must make room") from error
        raise Unavailable(f"the registry's disk does not work ({error.strerror}); try again later") from error


def write_all(file: FileIO, data: bytes | bytearray | memoryview) -> None:
    """Write all of ``data``: the system may take a part of it at a time."""
    written = file.write(data)
    if written < len(data):
        rest = memoryview(data)[written:]
        while rest:
            rest = rest[file.write(rest) :]
