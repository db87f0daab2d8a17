"""Takes files and network away from this process, for good, where the kernel has Landlock (Linux 5.13, ABI 1).

Source: the kernel's userspace-api/landlock, and linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of the ABI knows; all are taken, and only reading is given back."""
_NETWORK = 0b11  # TCP: bind, connect (ABI 4)
_SCOPES = 0b11  # abstract Unix sockets and signals to processes outside (ABI 6)


def restrict(readable: Iterable[str]) -> bool:
    """Leave this process nothing but reading what lies at or below ``readable``; descriptors it has stay open.

    False, with no effect, where the kernel has no Landlock. Needs PR_SET_NO_NEW_PRIVS. Raises OSError.
    """
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return False
    rights = (1 << _FS_BITS.get(version, 16)) - 1
    attributes = struct.pack("=QQQ", rights, _NETWORK, _SCOPES)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _checked(call(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0))
    for path in readable:
        _allow_reading(call, ruleset, path)
    _checked(call(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return True


def _allow_reading(call: Callable[..., int], ruleset: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not there: nothing to read
        return
    try:
        rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE  # noqa: PTH112 -- a child starts faster without pathlib
        _checked(call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0))
    finally:
        os.close(place)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused")
    return result
