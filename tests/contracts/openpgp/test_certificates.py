"""Reading keyrings, of people and of attackers."""

from __future__ import annotations

import asyncio
import time
import zlib

import pytest
from pysequoia import Tsk

from charthouse.model.errors import InvalidRequest
from charthouse.ports.openpgp import LARGEST_KEYRING, OpenPgp

from .conftest import Keys


def packet(tag: int, body: bytes) -> bytes:
    """Return a packet with a length of five octets (RFC 9580, section 4.2.1)."""
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4) + body


async def test_what_a_keyring_says(keys: Keys, pgp: OpenPgp) -> None:
    armored = keys.gpg.armored("Ada", "Expired")
    by_fingerprint = {found.fingerprint: found for found in await pgp.read_certificates(armored)}
    assert set(by_fingerprint) == {keys.ada, keys.expired}
    ada, expired = by_fingerprint[keys.ada], by_fingerprint[keys.expired]
    assert ada.user_ids == ("Ada <ada@example.com>",)
    assert abs(ada.created_ms / 1000 - time.time()) < 3600
    assert (ada.expires_ms, ada.revoked) == (None, False)
    assert (expired.created_ms, expired.expires_ms) == (1704067200000, 1704067200000 + 30 * 86_400_000)

    binary = b"".join(found.content for found in by_fingerprint.values())
    assert {found.fingerprint for found in await pgp.read_certificates(binary)} == set(by_fingerprint)


async def test_keyrings_are_given_out_as_gnupg_reads_them(keys: Keys, pgp: OpenPgp) -> None:
    found = await pgp.read_certificates(keys.gpg.armored("Ada", "Eve"))
    armored = await pgp.armored([one.content for one in found])
    shown = keys.gpg.run("--show-keys", "--with-colons", stdin=armored)
    assert keys.ada in shown
    assert keys.eve in shown


async def test_one_block_after_another(keys: Keys, pgp: OpenPgp) -> None:
    both = keys.gpg.armored("Ada") + keys.gpg.armored("Eve")
    assert [found.fingerprint for found in await pgp.read_certificates(both)] == [keys.ada, keys.eve]


async def test_private_keys_are_refused(keys: Keys, pgp: OpenPgp) -> None:
    private = keys.gpg.run("--armor", "--export-secret-keys", "eve@example.com").encode()
    with pytest.raises(InvalidRequest, match="private key"):
        await pgp.read_certificates(private)


async def test_keys_bound_by_sha_1_are_refused(keys: Keys, pgp: OpenPgp) -> None:
    keys.gpg.run(
        "--cert-digest-algo", "SHA1", "--quick-gen-key", "Weak <weak@example.com>", "rsa3072", "sign", "never"
    )
    with pytest.raises(InvalidRequest, match="SHA-1"):
        await pgp.read_certificates(keys.gpg.armored("Weak"))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"hello",
        b"\xff" * 100,
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n",
        packet(8, b"\1" + zlib.compress(packet(13, b"a" * 50_000_000), 9)[2:-4]),
    ],
    ids=["nothing", "text", "bytes", "armor", "bomb"],
)
async def test_what_is_no_keyring(pgp: OpenPgp, sent: bytes) -> None:
    with pytest.raises(InvalidRequest):
        await pgp.read_certificates(sent)


async def test_keyrings_have_a_size(pgp: OpenPgp) -> None:
    with pytest.raises(InvalidRequest, match="bytes"):
        await pgp.read_certificates(b"-" * (LARGEST_KEYRING + 1))


async def test_too_many_at_once(keys: Keys, pgp: OpenPgp) -> None:
    [eve] = await pgp.read_certificates(keys.gpg.armored("Eve"))
    key = eve.content  # the four octets after the third are when it was made
    many = b"".join(key[:4] + number.to_bytes(3) + key[7:] for number in range(101))
    with pytest.raises(InvalidRequest, match="101 certificates"):
        await pgp.read_certificates(many)


async def test_a_key_with_too_many_signatures(pgp: OpenPgp) -> None:
    names = [f"Name {number} <{number}@example.com>" for number in range(100)]
    crowded = bytes(Tsk.generate(user_ids=names).extract_certificate())
    with pytest.raises(InvalidRequest, match="signatures") as refusal:
        await pgp.read_certificates(crowded)
    assert "export-minimal" in refusal.value.message


async def test_what_is_not_the_key_s_own_is_not_kept(keys: Keys, pgp: OpenPgp) -> None:
    [eve] = await pgp.read_certificates(keys.gpg.armored("Eve"))
    name_and_signature = eve.content[eve.content.index(b"Eve <") - 2 :]
    signature = name_and_signature[2 + name_and_signature[1] :]
    forged = packet(13, b"Forged <forged@example.com>") + signature
    [kept] = await pgp.read_certificates(eve.content + forged * 50)
    assert kept.user_ids == eve.user_ids
    assert len(kept.content) < len(eve.content) + 100


async def test_a_certificate_that_takes_long_holds_up_nobody(keys: Keys, pgp: OpenPgp) -> None:
    """Each of its names bears a signature that is not its own: the work grows by the square of their number."""
    [eve] = await pgp.read_certificates(keys.gpg.armored("Eve"))
    start = eve.content.index(b"Eve <") - 2
    key, rest = eve.content[:start], eve.content[start:]
    signature = rest[2 + rest[1] :]
    tangled = key + b"".join(packet(13, b"%d" % number) + signature for number in range(1500))
    assert len(tangled) < LARGEST_KEYRING

    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - before)

    watching = asyncio.create_task(watch())
    with pytest.raises(InvalidRequest):
        await pgp.read_certificates(tangled)
    watching.cancel()
    assert longest < 0.5
