"""What goes to the process that works on OpenPGP data, and what comes back; in MessagePack."""

from __future__ import annotations

import msgspec

from charthouse.ports.openpgp import Certificate


class Read(msgspec.Struct, frozen=True, tag=True):
    """A keyring to read; the answer is Found."""

    keyring: bytes


class Check(msgspec.Struct, frozen=True, tag=True):
    """A text to check, and the certificates that are trusted; the answer is a Verdict."""

    signed: bytes
    certificates: tuple[bytes, ...]
    now_ms: int


class Wrap(msgspec.Struct, frozen=True, tag=True):
    """Binary certificates to write as one armored block; the answer is a str."""

    content: bytes


class Found(msgspec.Struct, frozen=True):
    """What was read: certificates, or why there are none."""

    certificates: tuple[Certificate, ...] = ()
    refusal: str = ""
