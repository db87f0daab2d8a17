"""Keyrings of users and organizations over the REST API, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.gpg import Gpg, gnupg
from tests.support.quay import QuayApi

ACME = "/api/v1/organization/acme/keyring"
OWN = "/api/v1/user/keyring"
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with gnupg() as made:
        made.key("Ada", at="20240101T000000")
        made.key("Eve", at="20240101T000000", expires="30d")
        yield made


@pytest.fixture
async def acme(quay: QuayApi) -> QuayApi:
    """An organization of Alice's with a private repository."""
    await quay.organization("acme", "alice")
    await quay.repository("acme/web", "alice")
    return quay


async def trust(quay: QuayApi, address: str, keys: bytes) -> list[dict[str, Any]]:
    answer = await quay.ask("POST", address, who="alice", document={"armored": keys.decode()})
    assert answer.status == 201, answer.body
    found: list[dict[str, Any]] = answer.json()["keys"]
    return found


@pytest.mark.parametrize("address", [ACME, OWN])
async def test_a_key_from_beginning_to_end(acme: QuayApi, gpg: Gpg, address: str, tmp_path: Path) -> None:
    [fingerprint] = gpg.fingerprints("Eve")
    [key] = await trust(acme, address, gpg.armored("Eve"))
    assert re.fullmatch(DATE, key.pop("added"))
    assert key == {
        "fingerprint": fingerprint,
        "user_ids": ["Eve <eve@example.com>"],
        "created": "2024-01-01T00:00:00Z",
        "expires": "2024-01-31T00:00:00Z",
        "revoked": False,
        "added_by": "alice",
    }
    listed = (await acme.ask("GET", address, who="alice")).json()
    assert [one["fingerprint"] for one in listed["keys"]] == [fingerprint]

    spaced = "%20".join(fingerprint.lower()[start : start + 4] for start in range(0, 40, 4))
    shown = (await acme.ask("GET", f"{address}/{spaced}", who="alice")).json()
    assert fingerprint in gpg.run("--show-keys", "--with-colons", stdin=shown["armored"])

    answer = await acme.ask("GET", f"{address}.gpg", who="alice")
    assert answer.headers["content-type"] == "application/pgp-keys"
    ring = tmp_path / "ring.gpg"
    ring.write_bytes(answer.body)
    assert fingerprint in gpg.run("--show-keys", "--with-colons", str(ring))

    one = f"{address}/{fingerprint}"
    assert (await acme.ask("DELETE", one, who="alice")).status == 204
    assert (await acme.ask("DELETE", one, who="alice")).status == 404
    assert (await acme.ask("GET", one, who="alice")).status == 404
    assert (await acme.ask("GET", f"{address}.gpg", who="alice")).body == b""


async def test_a_newer_certificate_takes_the_place_of_the_older(acme: QuayApi, gpg: Gpg) -> None:
    [fingerprint] = [gpg.key("Renewed", at="20240101T000000", expires="30d")]
    await trust(acme, ACME, gpg.armored("Renewed"))
    gpg.run("--quick-set-expire", fingerprint, "20990101T000000", at="20240102T000000")
    await trust(acme, ACME, gpg.armored("Renewed", "Ada"))
    keys = (await acme.ask("GET", ACME, who="alice")).json()["keys"]
    assert {key["fingerprint"]: key["expires"] for key in keys} == {
        fingerprint: "2099-01-01T00:00:00Z",
        gpg.fingerprints("Ada")[0]: None,
    }


async def test_what_is_no_public_key(acme: QuayApi, gpg: Gpg) -> None:
    private = gpg.run("--armor", "--export-secret-keys", "ada@example.com")
    for sent in ("", "a key", private, "☸" * 200_000):
        answer = await acme.ask("POST", ACME, who="alice", document={"armored": sent})
        assert answer.status in {400, 413}, answer.status
    answer = await acme.ask("POST", ACME, who="alice", document={"armored": private})
    assert "private key" in answer.json()["error_message"]
    assert (await acme.ask("GET", ACME, who="alice")).json() == {"keys": []}


@pytest.mark.parametrize("name", ["x", "A" * 39, "A" * 40, "..", "A" * 5000, "%00", "☸"])
async def test_no_such_key(acme: QuayApi, name: str) -> None:
    assert (await acme.ask("GET", f"{ACME}/{name}", who="alice")).status == 404


async def test_who_may_read_the_charts_may_have_the_keyring(acme: QuayApi, gpg: Gpg) -> None:
    await trust(acme, ACME, gpg.armored("Ada"))
    address = "/api/v1/repository/acme/web/keyring.gpg"
    expected = (await acme.ask("GET", f"{ACME}.gpg", who="alice")).body
    assert expected
    assert (await acme.ask("GET", address, who="alice")).body == expected
    assert (await acme.ask("GET", address)).status == 401
    assert (await acme.ask("GET", address, who="bob")).status == 403
    public = "/api/v1/repository/acme/web/changevisibility"
    await acme.ask("POST", public, who="alice", document={"visibility": "public"})
    assert (await acme.ask("GET", address)).body == expected


async def test_keys_end_with_their_organization(acme: QuayApi, gpg: Gpg) -> None:
    await trust(acme, ACME, gpg.armored("Ada"))
    assert (await acme.ask("DELETE", "/api/v1/organization/acme", who="alice")).status == 204
    await acme.organization("acme", "alice")
    assert (await acme.ask("GET", ACME, who="alice")).json() == {"keys": []}
