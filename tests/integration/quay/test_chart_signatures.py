"""What is told of a chart's signatures: who signed it, what it proves to whom, and what lies beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from charthouse.model.digests import Digest, digest_of
from charthouse.model.manifests import OCI_MANIFEST
from charthouse.model.names import RepositoryName
from tests.support.gpg import Gpg, gnupg
from tests.support.quay import QuayApi
from tests.support.registry import image_manifest, push_blob, push_image, push_manifest
from tests.support.signed_charts import PACKAGE, chart_yaml, provenance_text, push_signed

KEYRING = "/api/v1/organization/acme/keyring"
WEB = "/api/v1/repository/acme/web"
ADDRESS = f"{WEB}/chart/0.1.0/signatures"
DAY = 86_400


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with gnupg() as made:
        made.key("Ada", at="20240101T000000")
        made.key("Eve", at="20240101T000000")
        yield made


@pytest.fixture
async def acme(quay: QuayApi, gpg: Gpg) -> QuayApi:
    """An organization of Alice's that trusts Ada's signatures."""
    await quay.organization("acme", "alice")
    await quay.repository("acme/web", "alice")
    await trust(quay, gpg, "Ada")
    return quay


async def trust(quay: QuayApi, gpg: Gpg, *names: str) -> None:
    body = {"armored": gpg.armored(*names).decode()}
    assert (await quay.ask("POST", KEYRING, who="alice", document=body)).status == 201


async def push(quay: QuayApi, *provenances: bytes, **parts: Any) -> Digest:
    return await push_signed(quay.registry, await quay.actor("alice"), "acme/web", *provenances, **parts)


async def told(quay: QuayApi, address: str = ADDRESS) -> dict[str, Any]:
    answer = await quay.ask("GET", address, who="alice")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json()
    return found


async def broken(quay: QuayApi, address: str = ADDRESS) -> str:
    proof = (await told(quay, address))["provenance"]
    assert (proof["state"], proof["signers"]) == ("broken", [])
    reason: str = proof["reason"]
    return reason


async def test_a_chart_without_a_signature(acme: QuayApi) -> None:
    digest = await push(acme)
    assert await told(acme) == {
        "digest": digest,
        "provenance": {"state": "none", "reason": "", "digest": None, "signers": [], "unknown_issuers": []},
        "attachments": [],
    }


async def test_a_good_signature(acme: QuayApi, gpg: Gpg) -> None:
    signed = gpg.sign(provenance_text(chart_yaml()), "Ada")
    digest = await push(acme, signed)
    found = await told(acme)
    [signer] = found["provenance"].pop("signers")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", signer.pop("signed"))
    [fingerprint] = gpg.fingerprints("Ada")
    assert signer == {"fingerprint": fingerprint, "key": fingerprint, "user_ids": ["Ada <ada@example.com>"]}
    assert found == {
        "digest": digest,
        "provenance": {"state": "valid", "reason": "", "digest": digest_of(signed), "unknown_issuers": []},
        "attachments": [],
    }


async def test_what_was_built_has_a_version_of_its_own(acme: QuayApi, gpg: Gpg) -> None:
    chart = chart_yaml(version="0.1.0-rc.1+build.5", keywords=["a", "yes"], appVersion="010")
    await push(acme, gpg.sign(provenance_text(chart), "Ada"), chart=chart)
    address = f"{WEB}/chart/0.1.0-rc.1+build.5/signatures"
    assert (await told(acme, address))["provenance"]["state"] == "valid"


async def test_trust_is_the_keyring_s_of_this_moment(acme: QuayApi, gpg: Gpg) -> None:
    await push(acme, gpg.sign(provenance_text(chart_yaml()), "Eve"))
    [fingerprint] = gpg.fingerprints("Eve")

    async def state() -> str:
        proof = (await told(acme))["provenance"]
        assert proof["unknown_issuers"] == ([fingerprint] if proof["state"] == "unknown" else [])
        found: str = proof["state"]
        return found

    assert await state() == "unknown"
    await trust(acme, gpg, "Eve")
    assert await state() == "valid"
    assert await state() == "valid"
    assert (await acme.ask("DELETE", f"{KEYRING}/{fingerprint}", who="alice")).status == 204
    assert await state() == "unknown"


async def test_a_key_expires_while_its_verdict_is_remembered(acme: QuayApi, gpg: Gpg) -> None:
    gpg.key("Brief", expires="2d")
    await trust(acme, gpg, "Brief")
    await push(acme, gpg.sign(provenance_text(chart_yaml()), "Brief"))
    assert (await told(acme))["provenance"]["state"] == "valid"
    acme.clock.advance(3 * DAY)
    assert "expired" in await broken(acme)


async def test_another_chart_s_signature(acme: QuayApi, gpg: Gpg) -> None:
    for other in (chart_yaml(name="api"), chart_yaml(version="0.1.1")):
        await push(acme, gpg.sign(provenance_text(other), "Ada"))
        assert "not for this chart" in await broken(acme)


async def test_another_package(acme: QuayApi, gpg: Gpg) -> None:
    for signer in ("Ada", "Eve"):  # known or not: what it says is not so
        await push(acme, gpg.sign(provenance_text(chart_yaml()), signer), package=PACKAGE + b"!")
        assert "not the one that was signed" in await broken(acme)
    await push(acme, gpg.sign(provenance_text(chart_yaml(), file="other-0.1.0.tgz"), "Ada"))
    assert "names no package web-0.1.0.tgz" in await broken(acme)


async def test_a_chart_that_says_something_else(acme: QuayApi, gpg: Gpg) -> None:
    signed = gpg.sign(provenance_text(chart_yaml()), "Ada")
    await push(acme, signed, chart=chart_yaml(home="https://evil.example.com"))
    assert await broken(acme) == "the chart says something else than was signed: home"
    # What was signed beyond that is what Helm 2 signed, and later ones drop.
    await push(acme, gpg.sign(provenance_text(chart_yaml(engine="gotpl")), "Ada"))
    assert (await told(acme))["provenance"]["state"] == "valid"


async def test_a_changed_text(acme: QuayApi, gpg: Gpg) -> None:
    signed = gpg.sign(provenance_text(chart_yaml(description="a")), "Ada")
    chart = chart_yaml(description="b")
    await push(acme, signed.replace(b'"a"', b'"b"'), chart=chart)
    assert await broken(acme) == "the text is not what was signed"


@pytest.mark.parametrize(
    "provenance",
    [b"", b"\xff\xfe", b"signed by Ada", b"-" * 1_100_000],
    ids=["empty", "bytes", "text", "large"],
)
async def test_no_provenance_at_all(acme: QuayApi, provenance: bytes) -> None:
    await push(acme, provenance)
    assert await broken(acme)


async def test_signed_texts_that_are_no_provenance(acme: QuayApi, gpg: Gpg) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [" + "*a," * 2000 + "]\nc: [" + "*b," * 2000 + "]\n"
    for text in ("hello\n", "...\n", "[]\n\n...\nfiles: {}\n", f"{bomb}\n\n...\nfiles:\n  a: b\n"):
        await push(acme, gpg.sign(text, "Ada"))
        assert "provenance" in await broken(acme)


async def test_two_provenances(acme: QuayApi, gpg: Gpg) -> None:
    text = provenance_text(chart_yaml())
    await push(acme, gpg.sign(text, "Ada"), gpg.sign(text, "Eve"))
    assert "one provenance" in await broken(acme)


async def test_what_is_no_chart(acme: QuayApi) -> None:
    alice = await acme.actor("alice")
    await push_image(acme.registry, alice, RepositoryName("acme/web"), "0.1.0", b"{}", b"layer")
    for version in ("0.1.0", "0.2.0", "..", "latest", "A" * 300, "%00"):
        address = f"{WEB}/chart/{version}/signatures"
        assert (await acme.ask("GET", address, who="alice")).status == 404, version


async def test_who_may_not_read_learns_nothing(acme: QuayApi) -> None:
    await push(acme)
    missing = ADDRESS.replace("acme/web", "acme/none")
    for who, status in (("", 401), ("bob", 403)):
        answers = [await acme.ask("GET", address, who=who) for address in (ADDRESS, missing)]
        assert [answer.status for answer in answers] == [status, status]


async def test_a_user_s_own_keyring(acme: QuayApi, gpg: Gpg) -> None:
    alice = await acme.actor("alice")
    await acme.repository("alice/web", "alice")
    await push_signed(acme.registry, alice, "alice/web", gpg.sign(provenance_text(chart_yaml()), "Ada"))
    address = ADDRESS.replace("acme/web", "alice/web")
    assert (await told(acme, address))["provenance"]["state"] == "unknown"
    body = {"armored": gpg.armored("Ada").decode()}
    await acme.ask("POST", "/api/v1/user/keyring", who="alice", document=body)
    assert (await told(acme, address))["provenance"]["state"] == "valid"


async def test_what_others_attach_is_there_and_no_more(acme: QuayApi) -> None:
    chart = await push(acme)
    alice, name = await acme.actor("alice"), RepositoryName("acme/web")

    async def refer(artifact_type: str, **annotations: str) -> str:
        blobs = [await push_blob(acme.registry, alice, name, b"{}")]
        document = json.loads(image_manifest(blobs, [2], chart, artifact_type + str(annotations)))
        document |= {"artifactType": artifact_type, "annotations": {"note": artifact_type, **annotations}}
        return await push_manifest(acme.registry, alice, name, json.dumps(document).encode())

    bundle = "application/vnd.dev.sigstore.bundle.v0.3+json"
    predicate = "dev.sigstore.bundle.predicateType"
    expected = {
        await refer("application/vnd.cncf.notary.signature"): ("signature", []),
        await refer("application/vnd.in-toto+json"): ("attestation", []),
        await refer("application/spdx+json"): ("sbom", []),
        await refer("text/plain"): ("other", []),
        await refer(bundle, **{predicate: "https://sigstore.dev/cosign/sign/v1"}): (
            "signature",
            ["https://sigstore.dev/cosign/sign/v1"],
        ),
        await refer(bundle, **{predicate: "https://slsa.dev/provenance/v1"}): (
            "attestation",
            ["https://slsa.dev/provenance/v1"],
        ),
    }
    found = (await told(acme))["attachments"]
    assert {one["digest"]: (one["kind"], one["predicate_types"]) for one in found} == expected
    assert all((one["found_by"], one["tag"], one["verified"]) == ("referrer", None, False) for one in found)

    tag = chart.replace(":", "-") + ".att"
    blobs = [await push_blob(acme.registry, alice, name, content) for content in (b"{}", b"envelope")]
    document = json.loads(image_manifest(blobs, [2, 8]))
    document["layers"][0] |= {
        "mediaType": "application/vnd.dsse.envelope.v1+json",
        "annotations": {"predicateType": "https://spdx.dev/Document"},
    }
    assert document["mediaType"] == OCI_MANIFEST
    digest = await push_manifest(acme.registry, alice, name, json.dumps(document).encode(), tag)
    assert (await told(acme))["attachments"][-1] == {
        "kind": "attestation",
        "digest": digest,
        "artifact_type": "application/vnd.dsse.envelope.v1+json",
        "found_by": "tag",
        "tag": tag,
        "predicate_types": ["https://spdx.dev/Document"],
        "verified": False,
    }
