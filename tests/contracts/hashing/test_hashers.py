"""Running digests: the same as hashlib's, across any cut, with a state that is checked."""

from __future__ import annotations

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.engines.hashing.libcrypto import make_hasher

ALGORITHMS = st.sampled_from(["sha256", "sha512"])
DATA = os.urandom(1000)


@given(ALGORITHMS, st.lists(st.binary(max_size=300)), st.booleans())
def test_agrees_with_hashlib_across_states(algorithm: str, pieces: list[bytes], through_state: bool) -> None:
    expected = hashlib.new(algorithm)
    hasher = make_hasher(algorithm)
    for piece in pieces:
        expected.update(piece)
        hasher.update(piece)
        assert hasher.hexdigest() == expected.hexdigest()
        if through_state:
            hasher = make_hasher(algorithm, hasher.state())
    assert hasher.algorithm == algorithm
    assert hasher.hexdigest() == expected.hexdigest()


@pytest.mark.parametrize("data", [DATA, bytearray(DATA), memoryview(DATA), memoryview(bytearray(DATA))])
def test_takes_any_buffer(data: bytes | bytearray | memoryview) -> None:
    hasher = make_hasher("sha256")
    hasher.update(data[100:])
    assert hasher.hexdigest() == hashlib.sha256(DATA[100:]).hexdigest()


def test_counts_beyond_32_bits() -> None:
    """Past 512 MiB the count of bits fills the context's second word."""
    piece = bytes(64 * 1024 * 1024)
    expected = hashlib.sha256()
    hasher = make_hasher("sha256")
    for _ in range(9):
        expected.update(piece)
        hasher.update(piece)
    resumed = make_hasher("sha256", hasher.state())
    resumed.update(b"end")
    expected.update(b"end")
    assert resumed.hexdigest() == expected.hexdigest()


@given(ALGORITHMS, st.binary(max_size=300))
def test_refuses_what_is_no_state(algorithm: str, state: bytes) -> None:
    with pytest.raises(ValueError, match="state"):
        make_hasher(algorithm, state)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_refuses_a_damaged_state(algorithm: str) -> None:
    hasher = make_hasher(algorithm)
    hasher.update(DATA)
    state = hasher.state()
    other = "sha512" if algorithm == "sha256" else "sha256"
    with pytest.raises(ValueError, match="not the state"):
        make_hasher(other, state)
    for damaged in (
        state[:-1],
        state + b"\0",
        state[:-8] + b"\xff\xff\xff\xff" + state[-4:],
        state[:-4] + bytes(4),
    ):
        with pytest.raises(ValueError, match="state"):
            make_hasher(algorithm, damaged)


def test_refuses_an_unknown_algorithm() -> None:
    with pytest.raises(ValueError, match="sha256, sha512"):
        make_hasher("md5")
