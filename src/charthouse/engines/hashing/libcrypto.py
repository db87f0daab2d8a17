"""SHA-256 and SHA-512 by OpenSSL's libcrypto, with a state that can be kept between two requests.

``hashlib`` hides its state; libcrypto's ``SHA256_CTX`` and ``SHA512_CTX`` are plain structures (openssl/sha.h,
unchanged since 0.9.8). The state is their bytes behind a header, and is checked on the way back in.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import hashlib
import struct
import sys
from typing import NamedTuple

from charthouse.ports.hashing import Hasher

_NAMES = ("libcrypto.so.3", "libcrypto.so.1.1")


class _Algorithm(NamedTuple):
    """One algorithm's functions, and the layout of its context: h[8], Nl, Nh, data, num, md_len."""

    prefix: str
    layout: struct.Struct
    block: int
    digest: int
    word_bits: int


_ALGORITHMS = {
    "sha256": _Algorithm("SHA256", struct.Struct("=32s2I64s2I"), 64, 32, 32),
    "sha512": _Algorithm("SHA512", struct.Struct("=64s2Q128s2I"), 128, 64, 64),
}


class _Buffer(ctypes.Structure):
    """CPython's ``Py_buffer`` (stable since 3.11): the one way to the address of read-only memory."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


class _Functions(NamedTuple):
    init: ctypes._NamedFuncPointer
    update: ctypes._NamedFuncPointer
    final: ctypes._NamedFuncPointer


def make_hasher(algorithm: str, state: bytes | None = None) -> Hasher:
    """Return a running digest: new, or resumed from what ``Hasher.state`` returned.

    Raises ValueError for an unknown algorithm and for a state that is not one; RuntimeError when libcrypto is
    not there (call it once at start to know).
    """
    if algorithm not in _ALGORITHMS:
        raise ValueError(f"digest algorithm must be one of {', '.join(_ALGORITHMS)}")
    return _LibcryptoHasher(algorithm, state)


class _LibcryptoHasher:
    """See the port. One thread at a time."""

    def __init__(self, algorithm: str, state: bytes | None) -> None:
        self._algorithm = algorithm
        self._functions = _functions(algorithm)
        size = _ALGORITHMS[algorithm].layout.size
        if state is None:
            self._context = ctypes.create_string_buffer(size)
            self._functions.init(self._context)
        else:
            self._context = ctypes.create_string_buffer(_unpack_state(algorithm, state), size)

    @property
    def algorithm(self) -> str:
        return self._algorithm

    def update(self, data: bytes | bytearray | memoryview) -> None:
        view = _Buffer()
        ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(data), ctypes.byref(view), 0)
        try:
            # A CDLL function runs without the interpreter's lock.
            self._functions.update(self._context, view.buf, view.len)
        finally:
            ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))

    def hexdigest(self) -> str:
        copy = ctypes.create_string_buffer(self._context.raw, len(self._context))
        out = ctypes.create_string_buffer(_ALGORITHMS[self._algorithm].digest)
        self._functions.final(out, copy)
        return out.raw.hex()

    def state(self) -> bytes:
        return _header(self._algorithm) + self._context.raw


def _header(algorithm: str) -> bytes:
    """Name the layout, so that another algorithm's, version's or processor's state is refused."""
    return f"libcrypto-1:{algorithm}:{sys.byteorder}:".encode()


def _unpack_state(algorithm: str, state: bytes) -> bytes:
    """Return the context in ``state``; raises ValueError unless it could have come from ``Hasher.state``."""
    known = _ALGORITHMS[algorithm]
    header = _header(algorithm)
    if not state.startswith(header) or len(state) != len(header) + known.layout.size:
        raise ValueError(f"this is not the state of a {algorithm} digest")
    context = state[len(header) :]
    _, low, high, _, num, digest = known.layout.unpack(context)
    bits = high << known.word_bits | low
    # num indexes the context's own buffer: a wrong one would make libcrypto write outside it.
    if bits % 8 or num != bits // 8 % known.block or digest != known.digest:
        raise ValueError(f"the state of this {algorithm} digest is damaged")
    return context


@functools.cache
def _functions(algorithm: str) -> _Functions:
    """Bind libcrypto's functions for ``algorithm`` and prove the layout on a known digest."""
    known = _ALGORITHMS[algorithm]
    library = _library()
    init, update, final = (getattr(library, f"{known.prefix}_{step}") for step in ("Init", "Update", "Final"))
    init.argtypes = (ctypes.c_void_p,)
    update.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
    final.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    # Room beyond the layout: a library that lays its context out differently must fail here, not overwrite.
    context = ctypes.create_string_buffer(4096)
    out = ctypes.create_string_buffer(known.digest)
    init(context)
    update(context, b"abc", 3)
    fields = known.layout.unpack_from(context.raw)
    final(out, context)
    if (
        fields[1:] != (24, 0, fields[3], 3, known.digest)
        or out.raw != hashlib.new(algorithm, b"abc").digest()
    ):
        raise RuntimeError("this libcrypto lays out its digests differently; install OpenSSL 1.1 or 3")
    return _Functions(init, update, final)


@functools.cache
def _library() -> ctypes.CDLL:
    """Load libcrypto; raises RuntimeError when there is none."""
    for name in _NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    # Last, since it runs a compiler or ldconfig.
    name = ctypes.util.find_library("crypto") or ""
    if not name:
        raise RuntimeError("libcrypto is not installed; install OpenSSL 3 (Debian: libssl3)")
    return ctypes.CDLL(name)
