"""An engine in its sandbox, and a GnuPG with keys of every kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from charthouse.compose.signing import openpgp
from charthouse.ports.openpgp import OpenPgp
from tests.support.gpg import Gpg, gnupg

PAST = "20240110T000000"
LATER = "20240301T000000"


@dataclass(frozen=True)
class Keys:
    """Keys by what is the matter with them."""

    gpg: Gpg
    ada: str
    eve: str
    expired: str
    revoked: str


@pytest.fixture(scope="module")
def keys() -> Iterator[Keys]:
    with gnupg() as gpg:
        ada, eve = gpg.key("Ada", kind="rsa3072"), gpg.key("Eve")
        expired = gpg.key("Expired", expires="30d", at="20240101T000000")
        revoked = gpg.key("Revoked")
        gpg.key("Subkeys", usage="cert")
        gpg.run("--quick-add-key", gpg.fingerprints("Subkeys")[0], "ed25519", "sign", "never")
        yield Keys(gpg, ada, eve, expired, revoked)


@pytest.fixture
async def pgp() -> AsyncIterator[OpenPgp]:
    made = openpgp()
    yield made
    await made.close()
