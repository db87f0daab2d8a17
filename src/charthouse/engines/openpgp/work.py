"""What is done with OpenPGP data in a process of its own: one function, bytes to bytes (MessagePack).

pysequoia holds the interpreter's lock while it works, and a certificate can be made that keeps it busy for seconds:
so nothing of this runs in a server's process (docs/adr/0006).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from pysequoia import ArmorKind, Cert, armor, verify
from pysequoia.packet import HashAlgorithm, Packet, PacketPile, SignatureType, Tag

from charthouse.ports.openpgp import Certificate, Signer, State, Verdict

from .messages import Check, Found, Read, Wrap

MOST_CERTIFICATES = 100
"""Certificates that are read at once."""
MOST_SIGNATURES = 16
_LARGEST_CERTIFICATE = 64 * 1024
_MOST_SIGNATURES_OF_KEY = 100
"""Every check of a text reads all keys that are trusted: one of 100 signatures takes 3 ms."""
_MOST_USER_IDS = 32
_LONGEST_USER_ID = 256
_SKEW_MS = 30 * 60_000
"""So far clocks may be apart, to Sequoia."""
_BEGIN, _SIGNATURE, _END = (
    b"-----BEGIN PGP SIGNED MESSAGE-----",
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----END PGP SIGNATURE-----",
)
_WEAK = ((HashAlgorithm.MD5, "MD5"), (HashAlgorithm.SHA1, "SHA-1"), (HashAlgorithm.RipeMD, "RIPEMD-160"))


class _Refused(Exception):
    """What proves nothing, or is not what was asked for; says why."""


class _Proof(NamedTuple):
    """A signature that is good: whose, of what, and when it, or the key, ends."""

    signer: Signer
    text: bytes
    ends: list[int]


class _Key:
    """A certificate that is trusted, and the fingerprints of its keys."""

    def __init__(self, content: bytes) -> None:
        self.cert = Cert.from_bytes(content)
        self.packets = list(PacketPile.from_bytes(content))
        self.keys = [packet.fingerprint for packet in self.packets if packet.fingerprint]

    def made(self, signature: Packet) -> bool:
        """Tell whether a signature names one of its keys as its issuer."""
        if signature.issuer_fingerprint:
            return signature.issuer_fingerprint in self.keys
        issuer = signature.issuer_key_id
        return bool(issuer) and any(key.endswith(str(issuer)) for key in self.keys)


def work(request: bytes) -> bytes:
    """Answer a Read, a Check or a Wrap."""
    asked = msgspec.msgpack.decode(request, type=Read | Check | Wrap)
    answer: Found | Verdict | str
    if isinstance(asked, Wrap):
        answer = armor(asked.content, ArmorKind.PublicKey)
    elif isinstance(asked, Read):
        answer = _found(asked)
    else:
        try:
            answer = _judge(asked)
        except _Refused as refused:
            answer = Verdict(State.BROKEN, reason=str(refused))
        except RuntimeError:  # the library's, for any field that it does not know
            answer = Verdict(State.BROKEN, reason="a signature in it can't be read")
    return msgspec.msgpack.encode(answer)


def _found(asked: Read) -> Found:
    try:
        return Found(tuple(_certificate(cert) for cert in _split(asked.keyring)))
    except _Refused as refused:
        return Found(refusal=str(refused))
    except RuntimeError:  # the library's, for any field that it does not know
        return Found(refusal="there is something in these keys that can't be read")


def _split(keyring: bytes) -> list[Cert]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of private keys, which are refused below
        try:
            certs = Cert.split_bytes(keyring)
        except RuntimeError:
            raise _Refused(
                "these are no OpenPGP certificates: send what `gpg --armor --export` writes"
            ) from None
        if any(cert.has_secret_keys for cert in certs):
            raise _Refused("there is a private key in it, which only its owner should have: send public ones")
    if not 0 < len(certs) <= MOST_CERTIFICATES:
        raise _Refused(f"there are {len(certs)} certificates in it: send 1 to {MOST_CERTIFICATES} at once")
    return certs


def _certificate(cert: Cert) -> Certificate:
    content = bytes(cert)
    fingerprint = cert.fingerprint.upper()
    try:
        user_ids, expires = _user_ids(cert), cert.expiration
    except RuntimeError:
        raise _Refused(
            f"nothing that can be believed binds the key {fingerprint} to a name: its own signatures are missing, or"
            " made with what is no longer safe, such as SHA-1"
        ) from None
    packets = list(PacketPile.from_bytes(content))
    signatures = sum(packet.tag == Tag.Signature for packet in packets)
    if len(content) > _LARGEST_CERTIFICATE or signatures > _MOST_SIGNATURES_OF_KEY:
        raise _Refused(
            f"the key {fingerprint} has {signatures} signatures and {len(content)} bytes; it may have"
            f" {_MOST_SIGNATURES_OF_KEY} and {_LARGEST_CERTIFICATE}: send it without others' signatures"
            " (gpg --export-options export-minimal)"
        )
    created = packets[0].key_created
    return Certificate(
        fingerprint,
        user_ids,
        _ms(created) if created else 0,
        _ms(expires) if expires else None,
        cert.is_revoked,
        content,
    )


def _judge(asked: Check) -> Verdict:
    text, signatures = _taken_apart(asked.signed)
    known = [_Key(content) for content in asked.certificates]
    proofs: list[_Proof] = []
    issuers: list[str] = []
    for signature in signatures:
        made_by = [key for key in known if key.made(signature)]
        if made_by:
            proofs.append(_checked(text, signature, made_by, asked.now_ms))
        else:
            issuers.append((signature.issuer_fingerprint or signature.issuer_key_id or "").upper())
    if not proofs:
        return Verdict(State.UNKNOWN, issuers=tuple(issuers))
    ends = [end for proof in proofs for end in proof.ends]
    signers = tuple(proof.signer for proof in proofs)
    return Verdict(State.VALID, signers, tuple(issuers), "", proofs[0].text, min(ends, default=None))


def _taken_apart(signed: bytes) -> tuple[bytes, list[Packet]]:
    """Return a clear-signed text up to its signatures, and them; raises _Refused.

    Stricter than readers are: one text, and nothing around it, so that no two readers see two things. Lines of the text
    itself never begin with five dashes (RFC 9580, section 7.2).
    """
    signed = signed.strip()
    if b"\r" in signed.replace(b"\r\n", b""):
        raise _Refused("a carriage return in it ends a line to some readers, and to others not")
    markers = [line.rstrip() for line in signed.split(b"\n") if line.startswith(b"-----")]
    if markers != [_BEGIN, _SIGNATURE, _END] or not (signed.startswith(_BEGIN) and signed.endswith(_END)):
        raise _Refused("this is no clear-signed text, or there is something around it")
    headers = signed.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")[1:]
    if not all(header.startswith(b"Hash: ") for header in headers):
        raise _Refused("it has a header that nobody has signed")
    start = signed.index(b"\n" + _SIGNATURE) + 1
    try:
        packets = list(PacketPile.from_bytes(signed[start:]))
    except RuntimeError:
        packets = []
    if not 0 < len(packets) <= MOST_SIGNATURES or any(packet.tag != Tag.Signature for packet in packets):
        raise _Refused(f"it must end in 1 to {MOST_SIGNATURES} signatures that can be read")
    return signed[:start], packets


def _checked(text: bytes, signature: Packet, keys: Sequence[_Key], now_ms: int) -> _Proof:
    """Return what a signature proves; raises _Refused when it is good for nothing."""
    alone = text + armor(bytes(signature), ArmorKind.Signature).encode()
    try:
        result = verify(bytes=alone, store=lambda _: [key.cert for key in keys])
    except RuntimeError:
        raise _Refused(_why(signature, keys[0], now_ms)) from None
    [by] = result.valid_sigs
    key = next(key for key in keys if key.cert.fingerprint == by.certificate)
    ends = _ends(key, by.signing_key, now_ms)
    if signature.signature_expiration_time:
        ends.append(_ms(signature.signature_expiration_time))
    made = signature.signature_created
    signer = Signer(
        by.certificate.upper(), by.signing_key.upper(), _user_ids(key.cert), _ms(made) if made else 0
    )
    return _Proof(signer, result.bytes or b"", ends)


def _why(signature: Packet, key: _Key, now_ms: int) -> str:
    """Return the likeliest reason for which a signature is no good: the library tells none."""
    for weak, name in _WEAK:
        if signature.hash_algorithm == weak:
            return f"it is made with {name}, which others can forge: sign again, with SHA-256 or better"
    made, ends = signature.signature_created, signature.signature_expiration_time
    if made and _ms(made) > now_ms + _SKEW_MS:
        return "it says that it is made in the future"
    if ends and _ms(ends) <= now_ms:
        return f"the signature itself ended on {ends.date()}"
    _ends(key, signature.issuer_fingerprint or key.cert.fingerprint, now_ms)
    return "the text is not what was signed"


def _ends(key: _Key, used: str, now_ms: int) -> list[int]:
    """Return when a key, and the subkey that was used, are no longer to be trusted; raises _Refused when they are not now.

    As Helm, and stricter than OpenPGP asks for: an expired or revoked key has no say, also on what it signed before.
    """
    fingerprint = key.cert.fingerprint
    if key.cert.is_revoked:
        raise _Refused(f"the key {fingerprint.upper()} is revoked")
    try:
        ends = {fingerprint: key.cert.expiration}
    except RuntimeError:
        raise _Refused(f"no signature that can be believed binds the key {fingerprint.upper()}") from None
    if used != fingerprint:
        ends[used] = _subkey_ends(key, used)
    for name, end in ends.items():
        if end and _ms(end) <= now_ms:
            raise _Refused(f"the key {name.upper()} expired on {end.date()}")
    return [_ms(end) for end in ends.values() if end]


def _subkey_ends(key: _Key, used: str) -> datetime | None:
    """Return when a subkey ends by its newest binding; raises _Refused for one that is revoked."""
    of, created = "", None
    bound: list[tuple[datetime, timedelta | None]] = []
    for packet in key.packets:
        if packet.fingerprint:
            of, created = packet.fingerprint, packet.key_created if packet.fingerprint == used else created
        elif of == used and packet.signature_type == SignatureType.SubkeyRevocation:
            raise _Refused(f"the key {used.upper()} is revoked")
        elif of == used and packet.signature_type == SignatureType.SubkeyBinding and packet.signature_created:
            bound.append((packet.signature_created, packet.key_validity_period))
    period = max(bound, key=lambda binding: binding[0])[1] if bound else None
    return created + period if created and period else None


def _user_ids(cert: Cert) -> tuple[str, ...]:
    return tuple(str(name)[:_LONGEST_USER_ID] for name in cert.user_ids[:_MOST_USER_IDS])


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
