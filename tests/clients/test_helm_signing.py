"""Signed charts with Helm 3.22 and 4.3 and the real GnuPG: what Helm believes, and what the registry says of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.gpg import Gpg, gnupg
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

TRUST = ("--plain-http",)


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with gnupg() as made:
        made.key("Ada", kind="rsa3072")
        made.key("Eve")
        yield made


@dataclass(frozen=True)
class Yard:
    """One version of Helm, a chart that lies unpacked at home, and an organization that trusts Ada."""

    helm: Path
    shell: Shell
    server: Server
    gpg: Gpg
    organization: str

    @property
    def address(self) -> str:
        return f"oci://{self.server.host}/{self.organization}"

    @property
    def home(self) -> Path:
        return self.shell.home

    def package(self, signer: str = "") -> Path:
        """Package the chart, signed when somebody is named."""
        secret = self.gpg.write(self.home / "secret.gpg", secret=True)
        sign = ("--sign", "--key", signer, "--keyring", str(secret)) if signer else ()
        self.shell.run(self.helm, "package", "web", *sign)
        return self.home / "web-0.1.0.tgz"

    def push(self) -> None:
        self.shell.run(self.helm, "push", "web-0.1.0.tgz", self.address, *TRUST)

    @property
    def pull(self) -> tuple[str | Path, ...]:
        """Return the command that pulls by OCI and verifies with the organization's keyring."""
        return (self.helm, "pull", f"{self.address}/web", *self._verified, *TRUST)

    @property
    def classic_pull(self) -> tuple[str | Path, ...]:
        """Return the command that does so by the classic repository."""
        admin = self.server.admin
        login = ("--username", admin.name, "--password", admin.password)
        repository = f"{self.server.url}/charts/{self.organization}"
        return (self.helm, "pull", "web", "--repo", repository, *login, *self._verified)

    @property
    def _verified(self) -> tuple[str | Path, ...]:
        """Fetch the keyring as the registry gives it out, and return the flags that verify with it."""
        ring = self.home / "ring.gpg"
        answer = self.server.request(
            "GET", f"/api/v1/organization/{self.organization}/keyring.gpg", headers=self.server.admin.bearer
        )
        ring.write_bytes(answer.body)
        target = self.home / f"pulled-{secrets.token_hex(4)}"
        target.mkdir()
        return "--version", "0.1.0", "--verify", "--keyring", ring, "--destination", target

    def told(self) -> dict[str, Any]:
        """Return what the registry says of the chart."""
        path = f"/api/v1/repository/{self.organization}/web/chart/0.1.0/signatures"
        answer = self.server.request("GET", path, headers=self.server.admin.bearer)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        return found

    @property
    def proof(self) -> dict[str, Any]:
        found: dict[str, Any] = self.told()["provenance"]
        return found


@pytest.fixture(params=["helm3", "helm4"])
def yard(request: pytest.FixtureRequest, shell: Shell, server: Server, gpg: Gpg) -> Yard:
    helm, organization = tool(request.param), f"signed-{secrets.token_hex(4)}"
    server.create_organization(organization)
    keys = {"armored": gpg.armored("Ada").decode()}
    server.api("POST", f"/api/v1/organization/{organization}/keyring", keys, server.admin)
    login = ("registry", "login", server.host, "--username", server.admin.name, "--password-stdin")
    shell.run(helm, *login, *TRUST, stdin=server.admin.password)
    shell.run(helm, "create", "web")
    return Yard(helm, shell, server, gpg, organization)


def test_signed_by_whom_we_trust(yard: Yard) -> None:
    package = yard.package("Ada")
    yard.push()
    [fingerprint] = yard.gpg.fingerprints("Ada")
    said = yard.shell.run(*yard.pull).stdout
    assert "Signed by: Ada <ada@example.com>" in said
    assert f"Using Key With Fingerprint: {fingerprint}" in said
    [pulled] = yard.home.glob("pulled-*")
    assert {file.name for file in pulled.iterdir()} == {package.name, f"{package.name}.prov"}
    assert (pulled / package.name).read_bytes() == package.read_bytes()
    ring = str(yard.home / "ring.gpg")
    yard.shell.run(yard.helm, "verify", str(pulled / package.name), "--keyring", ring)

    assert "Signed by: Ada <ada@example.com>" in yard.shell.run(*yard.classic_pull).stdout

    proof = yard.proof
    assert (proof["state"], proof["reason"], proof["unknown_issuers"]) == ("valid", "", [])
    [signer] = proof["signers"]
    assert (signer["fingerprint"], signer["user_ids"]) == (fingerprint, ["Ada <ada@example.com>"])


def test_signed_by_somebody_else(yard: Yard) -> None:
    yard.package("Eve")
    yard.push()
    yard.shell.refused(*yard.pull)
    yard.shell.refused(*yard.classic_pull)
    assert yard.proof["state"] == "unknown"
    assert yard.proof["unknown_issuers"] == yard.gpg.fingerprints("Eve")


def test_not_signed(yard: Yard) -> None:
    yard.package()
    yard.push()
    yard.shell.refused(*yard.pull)
    yard.shell.refused(*yard.classic_pull)
    assert yard.proof["state"] == "none"


def test_another_package_under_the_same_signature(yard: Yard) -> None:
    package = yard.package("Ada")
    signature = (yard.home / f"{package.name}.prov").read_bytes()
    with (yard.home / "web" / "values.yaml").open("a") as values:
        values.write("tampered: true\n")
    yard.package()
    (yard.home / f"{package.name}.prov").write_bytes(signature)
    yard.push()
    for pull in (yard.pull, yard.classic_pull):
        assert "sha256 sum does not match" in yard.shell.refused(*pull)
    assert yard.proof["state"] == "broken"
    assert "not the one that was signed" in yard.proof["reason"]


def test_a_text_that_was_changed(yard: Yard) -> None:
    package = yard.package("Ada")
    provenance = yard.home / f"{package.name}.prov"
    changed = provenance.read_bytes().replace(b"A Helm chart", b"A Helm CHART")
    assert changed != provenance.read_bytes()
    provenance.write_bytes(changed)
    yard.push()
    yard.shell.refused(*yard.pull)
    yard.shell.refused(*yard.classic_pull)
    assert (yard.proof["state"], yard.proof["reason"]) == ("broken", "the text is not what was signed")


def test_a_key_that_was_revoked_after_it_signed(yard: Yard) -> None:
    name = f"Gone{secrets.token_hex(4)}"
    fingerprint = yard.gpg.key(name)
    ring = f"/api/v1/organization/{yard.organization}/keyring"

    def trust() -> None:
        keys = {"armored": yard.gpg.armored(name).decode()}
        yard.server.api("POST", ring, keys, yard.server.admin)

    yard.package(name)
    yard.push()
    trust()
    yard.shell.run(*yard.pull)
    assert yard.proof["state"] == "valid"
    yard.gpg.revoke(fingerprint)
    trust()
    assert "revoked" in yard.shell.refused(*yard.pull)
    assert (yard.proof["state"], yard.proof["reason"]) == ("broken", f"the key {fingerprint} is revoked")


@pytest.mark.parametrize("mode", ["tag", "referrer"])
def test_cosign_beside_it(yard: Yard, mode: str) -> None:
    yard.package("Ada")
    yard.push()
    chart = f"{yard.server.host}/{yard.organization}/web@{yard.told()['digest']}"
    cosign, shell = tool("cosign"), yard.shell
    shell.environment |= {"COSIGN_PASSWORD": "", "COSIGN_EXPERIMENTAL": "1"}
    login = ("login", yard.server.host, "--username", yard.server.admin.name, "--password-stdin")
    shell.run(cosign, *login, stdin=yard.server.admin.password)
    shell.run(cosign, "generate-key-pair")
    how = ("--registry-referrers-mode", "oci-1-1") if mode == "referrer" else ()
    key = ("--key", "cosign.key", "--tlog-upload=false", "--yes")
    shell.run(cosign, "sign", *how, *key, chart)
    (yard.home / "statement").write_text(json.dumps({"built": "here"}))
    shell.run(cosign, "attest", "--type", "custom", "--predicate", "statement", *key, chart)

    found = {one["kind"]: one for one in yard.told()["attachments"]}
    assert set(found) == {"signature", "attestation"}
    assert found["signature"]["found_by"] == mode
    assert found["attestation"]["predicate_types"] == ["https://cosign.sigstore.dev/attestation/v1"]
    assert not any(one["verified"] for one in found.values())
    assert yard.proof["state"] == "valid"
