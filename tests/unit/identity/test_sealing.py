"""Encrypted passwords open for the account they were made for, and for no other."""

from __future__ import annotations

import base64

import pytest

from charthouse.services.identity.sealing import Sealer


def test_sealed_and_opened() -> None:
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal("correct-hörse", "alice")
    assert sealed != sealer.seal("correct-hörse", "alice")
    assert sealer.open(sealed, "alice") == "correct-hörse"
    assert sealer.open(sealed, "bob") is None
    assert Sealer(b"j" * 32).open(sealed, "alice") is None


def test_any_changed_byte_is_noticed() -> None:
    sealer = Sealer(b"k" * 32)
    raw = bytearray(base64.b64decode(sealer.seal("correct-horse", "alice")))
    for position in range(len(raw)):
        raw[position] ^= 1
        assert sealer.open(base64.b64encode(raw).decode(), "alice") is None
        raw[position] ^= 1


@pytest.mark.parametrize("text", ["", "correct-horse", "ä" * 40, "AAAA", "A" * 40])
def test_what_was_never_sealed(text: str) -> None:
    assert Sealer(b"k" * 32).open(text, "alice") is None


def test_a_key_of_another_size() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"short")
