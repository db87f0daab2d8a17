"""What signatures prove: good ones, and each way in which one can be bad."""

from __future__ import annotations

import random
import time

import msgspec
import pytest
from pysequoia import Cert

from charthouse.engines.openpgp.messages import Check
from charthouse.engines.openpgp.work import work
from charthouse.ports.openpgp import LARGEST_SIGNED_TEXT, OpenPgp, State, Verdict

from .conftest import LATER, PAST, Keys

TEXT = "name: web\nversion: 0.1.0\n\n...\nfiles:\n  web-0.1.0.tgz: sha256:00\n- -----dashed\n"


async def judged(keys: Keys, pgp: OpenPgp, signed: bytes, *trusted: str, now_ms: int = 0) -> Verdict:
    keyring = keys.gpg.armored(*trusted) if trusted else b""
    certificates = await pgp.read_certificates(keyring) if keyring else []
    contents = [certificate.content for certificate in certificates]
    return await pgp.verify(signed, contents, now_ms or int(time.time() * 1000))


async def test_a_good_one(keys: Keys, pgp: OpenPgp) -> None:
    for name, fingerprint in (("Ada", keys.ada), ("Eve", keys.eve)):
        verdict = await judged(keys, pgp, keys.gpg.sign(TEXT, name), "Ada", "Eve", "Expired")
        assert verdict.state is State.VALID, verdict.reason
        [signer] = verdict.signers
        assert (signer.fingerprint, signer.key) == (fingerprint, fingerprint)
        assert signer.user_ids == (f"{name} <{name.lower()}@example.com>",)
        assert abs(signer.signed_ms / 1000 - time.time()) < 3600
        assert verdict.text.decode().splitlines() == TEXT.splitlines()
        assert verdict.until_ms is None


async def test_one_by_a_subkey(keys: Keys, pgp: OpenPgp) -> None:
    verdict = await judged(keys, pgp, keys.gpg.sign(TEXT, "Subkeys"), "Subkeys")
    [signer] = verdict.signers
    assert [signer.fingerprint, signer.key] == keys.gpg.fingerprints("Subkeys")


async def test_one_of_somebody_unknown(keys: Keys, pgp: OpenPgp) -> None:
    signed = keys.gpg.sign(TEXT, "Ada")
    for trusted in ((), ("Eve",)):
        verdict = await judged(keys, pgp, signed, *trusted)
        assert (verdict.state, verdict.issuers) == (State.UNKNOWN, (keys.ada,))


async def test_two_signatures(keys: Keys, pgp: OpenPgp) -> None:
    signed = keys.gpg.sign(TEXT, "Ada", "Eve")
    both = await judged(keys, pgp, signed, "Ada", "Eve")
    assert {signer.fingerprint for signer in both.signers} == {keys.ada, keys.eve}
    one = await judged(keys, pgp, signed, "Eve")
    assert (one.state, one.issuers) == (State.VALID, (keys.ada,))
    assert [signer.fingerprint for signer in one.signers] == [keys.eve]


async def test_a_changed_text(keys: Keys, pgp: OpenPgp) -> None:
    changed = keys.gpg.sign(TEXT, "Ada").replace(b"0.1.0", b"0.1.1")
    verdict = await judged(keys, pgp, changed, "Ada")
    assert (verdict.state, verdict.reason) == (State.BROKEN, "the text is not what was signed")


async def test_a_broken_signature_spoils_a_good_one(keys: Keys, pgp: OpenPgp) -> None:
    good = keys.gpg.sign(TEXT, "Ada", "Revoked")
    assert (await judged(keys, pgp, good, "Ada")).state is State.VALID
    keys.gpg.revoke(keys.revoked)
    verdict = await judged(keys, pgp, good, "Ada", "Revoked")
    assert (verdict.state, verdict.reason) == (State.BROKEN, f"the key {keys.revoked} is revoked")


async def test_an_expired_key_has_no_say(keys: Keys, pgp: OpenPgp) -> None:
    """As Helm: also on what it signed in its time; in that time it had."""
    signed = keys.gpg.sign(TEXT, "Expired", at=PAST)
    verdict = await judged(keys, pgp, signed, "Expired")
    assert verdict.state is State.BROKEN
    assert verdict.reason == f"the key {keys.expired} expired on 2024-01-31"
    ends = 1706659200000
    then = await judged(keys, pgp, signed, "Expired", now_ms=ends - 1)
    assert (then.state, then.until_ms) == (State.VALID, ends)


async def test_a_signature_made_before_its_key(keys: Keys, pgp: OpenPgp) -> None:
    signed = keys.gpg.sign(TEXT, "Ada", at="20990101T000000")
    verdict = await judged(keys, pgp, signed, "Ada")
    assert (verdict.state, verdict.reason) == (State.BROKEN, "it says that it is made in the future")


async def test_a_signature_that_ended(keys: Keys, pgp: OpenPgp) -> None:
    keys.gpg.key("Short", at=PAST)
    signed = keys.gpg.run(
        *("--default-sig-expire", "10d", "--local-user", "short@example.com", "--clearsign"),
        stdin=TEXT,
        at=LATER,
    )
    verdict = await judged(keys, pgp, signed.encode(), "Short")
    assert (verdict.state, verdict.reason) == (State.BROKEN, "the signature itself ended on 2024-03-11")


async def test_sha_1_proves_nothing(keys: Keys, pgp: OpenPgp) -> None:
    verdict = await judged(keys, pgp, keys.gpg.sign(TEXT, "Ada", digest="SHA1"), "Ada")
    assert verdict.state is State.BROKEN
    assert "SHA-1" in verdict.reason


async def test_a_revoked_subkey(keys: Keys, pgp: OpenPgp) -> None:
    gpg = keys.gpg
    gpg.key("Halves", usage="cert")
    gpg.run("--quick-add-key", gpg.fingerprints("Halves")[0], "ed25519", "sign", "never")
    signed = gpg.sign(TEXT, "Halves")
    assert (await judged(keys, pgp, signed, "Halves")).state is State.VALID
    gpg.edit("Halves", "key 1", "revkey", "y", "1", "", "y", "save")
    verdict = await judged(keys, pgp, signed, "Halves")
    assert (verdict.state, verdict.reason) == (
        State.BROKEN,
        f"the key {gpg.fingerprints('Halves')[1]} is revoked",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda signed: b"",
        lambda signed: b"a text",
        lambda signed: b"something before\n" + signed,
        lambda signed: signed + b"something after",
        lambda signed: signed + signed,
        lambda signed: signed.partition(b"-----BEGIN PGP SIGNATURE-----")[0],
        lambda signed: (
            signed[: signed.index(b"-----BEGIN PGP SIGNATURE-----") + 40] + b"\n-----END PGP SIGNATURE-----"
        ),
        lambda signed: signed.replace(b"\n\n", b"\n\n-----BEGIN PGP SIGNED MESSAGE-----\n", 1),
        lambda signed: signed.replace(b"Hash: SHA512", b"Hash: SHA512\nComment: signed by somebody else"),
        lambda signed: signed + b" " * LARGEST_SIGNED_TEXT,
        lambda signed: signed.replace(b"name: web\n", b"name: web\r"),
    ],
)
async def test_what_is_no_signed_text(keys: Keys, pgp: OpenPgp, change: object) -> None:
    assert callable(change)
    signed = keys.gpg.sign(TEXT, "Ada")
    assert (await judged(keys, pgp, signed, "Ada")).state is State.VALID
    assert (await judged(keys, pgp, change(signed), "Ada")).state is State.BROKEN


def test_nothing_else_is_ever_valid(keys: Keys) -> None:
    """Whatever is done to a signed text: it is broken, or the lines are those that were signed."""
    certificate = Cert.from_bytes(keys.gpg.armored("Eve"))
    signed = keys.gpg.sign(TEXT, "Eve")
    dice = random.Random(1)
    pieces = (
        *b"\r\n\t -\0A=:",
        *(b"- ", b"-----", b"\r\n", b"\n\n", b"Hash: SHA256\n", b"\x0c", b"\xc2\x85"),
    )
    survived = 0
    for _ in range(5000):
        changed = bytearray(signed)
        for _ in range(dice.randint(1, 3)):
            at, piece = dice.randrange(len(changed)), dice.choice(pieces)
            content = piece if isinstance(piece, bytes) else bytes([piece])
            changed[at : at + dice.randint(0, 3)] = content
        check = Check(bytes(changed), (bytes(certificate),), int(time.time() * 1000))
        verdict = msgspec.msgpack.decode(work(msgspec.msgpack.encode(check)), type=Verdict)
        if verdict.state is State.VALID:
            survived += 1
            assert [line.rstrip() for line in verdict.text.decode().splitlines()] == TEXT.splitlines()
    assert survived


async def test_lines_of_other_systems_are_the_same_text(keys: Keys, pgp: OpenPgp) -> None:
    signed = keys.gpg.sign(TEXT, "Ada").replace(b"\n", b"\r\n")
    assert (await judged(keys, pgp, signed, "Ada")).state is State.VALID


async def test_too_many_signatures(keys: Keys, pgp: OpenPgp) -> None:
    signed = keys.gpg.sign(TEXT, *["Ada", "Eve", "Subkeys"])
    assert (await judged(keys, pgp, signed, "Ada")).state is State.VALID
