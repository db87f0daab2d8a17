"""Referrers: what names a manifest as its subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .client import Client
from .content import (
    ARTIFACT,
    CONFIG,
    EMPTY,
    IMAGE,
    INDEX,
    Json,
    Manifest,
    described,
    descriptor,
    digest_of,
    image,
    index,
    missing,
    random_blob,
)
from .test_manifests import pushed_image

OTHER = "application/vnd.example.other.v1"


def referrers(client: Client, repository: str, subject: str, query: str = "") -> list[Json]:
    """Return the descriptors of a valid answer."""
    reply = client.send("GET", f"/v2/{repository}/referrers/{subject}{query}").expect(200)
    assert reply.header("Content-Type") == INDEX
    document = reply.json()
    assert document["schemaVersion"] == 2
    assert document["mediaType"] == INDEX
    found: list[Json] = document["manifests"]
    return found


def push_referrer(
    client: Client, repository: str, subject: Json, tag: str | None = None, **fields: Any
) -> Manifest:
    """Push an artifact that refers to ``subject``."""
    client.push_blob(repository, b"{}")
    layer = random_blob()
    client.push_blob(repository, layer)
    manifest = image(descriptor(b"{}", EMPTY), [descriptor(layer, ARTIFACT)], subject=subject, **fields)
    reply = client.put_manifest(repository, tag or manifest.digest, manifest).expect(201)
    assert reply.header("OCI-Subject") == subject["digest"]
    return manifest


def by_digest(found: list[Json]) -> dict[str, Json]:
    """Return descriptors by digest; none stands twice."""
    result = {entry["digest"]: entry for entry in found}
    assert len(result) == len(found)
    return result


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_each_kind_of_referrer_is_described(owner: Client, repository: str, algorithm: str) -> None:
    subject = pushed_image(owner, repository, algorithm=algorithm)
    owner.put_manifest(repository, subject.digest, subject).expect(201)
    target = described(subject)
    notes = {"org.example.note": "hello", "ü": "\u2028"}
    artifact = push_referrer(owner, repository, target, artifactType=ARTIFACT, annotations=notes)
    tagged = push_referrer(owner, repository, target, tag="signed", artifactType=OTHER)
    plain = pushed_image(owner, repository, subject=target)
    owner.put_manifest(repository, plain.digest, plain).expect(201)
    typed_index = index([described(subject)], subject=target, artifactType=ARTIFACT, annotations=notes)
    untyped_index = index([], subject=target)
    for manifest in (typed_index, untyped_index):
        owner.put_manifest(repository, manifest.digest, manifest).expect(201)
    expected = {
        artifact.digest: described(artifact, artifactType=ARTIFACT, annotations=notes),
        tagged.digest: described(tagged, artifactType=OTHER),
        plain.digest: described(plain, artifactType=CONFIG),
        typed_index.digest: described(typed_index, artifactType=ARTIFACT, annotations=notes),
        untyped_index.digest: described(untyped_index),
    }
    assert by_digest(referrers(owner, repository, subject.digest)) == expected

    for wanted in (ARTIFACT, OTHER, CONFIG, "application/vnd.example.none"):
        path = f"/v2/{repository}/referrers/{subject.digest}?artifactType={wanted.replace('+', '%2B')}"
        reply = owner.send("GET", path).expect(200)
        assert reply.values("OCI-Filters-Applied") == ["artifactType"]
        chosen = {d: e for d, e in expected.items() if e.get("artifactType") == wanted}
        assert by_digest(reply.json()["manifests"]) == chosen


def test_unfiltered_answer_claims_no_filter(owner: Client, repository: str) -> None:
    owner.push_blob(repository, b"{}")
    reply = owner.send("GET", f"/v2/{repository}/referrers/{digest_of(b'x')}").expect(200)
    assert reply.headers.get("OCI-Filters-Applied") is None


def test_subject_may_be_missing_and_come_later(owner: Client, repository: str) -> None:
    subject = pushed_image(owner, repository)
    referrer = push_referrer(owner, repository, described(subject), artifactType=ARTIFACT)
    assert list(by_digest(referrers(owner, repository, subject.digest))) == [referrer.digest]
    owner.put_manifest(repository, "v1", subject).expect(201)
    assert list(by_digest(referrers(owner, repository, subject.digest))) == [referrer.digest]


def test_no_subject_no_header(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    assert owner.put_manifest(repository, "v1", manifest).expect(201).headers.get("OCI-Subject") is None


def test_nothing_refers_is_an_empty_index(owner: Client, repository: str) -> None:
    """Also of a repository that its owner has not made yet: this API never answers 404 to him."""
    for _ in range(2):
        for algorithm in ("sha256", "sha512"):
            assert referrers(owner, repository, digest_of(random_blob(), algorithm)) == []
        owner.push_blob(repository, random_blob())


@pytest.mark.parametrize("subject", ["latest", "sha256:abc", "md5:" + "0" * 32, "sha256:" + "G" * 64])
def test_malformed_subject(owner: Client, repository: str, subject: str) -> None:
    owner.send("GET", f"/v2/{repository}/referrers/{subject}").refusal(400, "DIGEST_INVALID")


def test_deleted_referrer_is_gone_at_once(owner: Client, repository: str) -> None:
    subject = missing(IMAGE)
    first = push_referrer(owner, repository, subject)
    second = push_referrer(owner, repository, subject)
    owner.send("DELETE", f"/v2/{repository}/manifests/{first.digest}").expect(202)
    assert list(by_digest(referrers(owner, repository, subject["digest"]))) == [second.digest]
    owner.put_manifest(repository, first.digest, first).expect(201)
    assert len(referrers(owner, repository, subject["digest"])) == 2


def test_referrers_stay_in_their_repository(owner: Client, new_repository: Callable[[], str]) -> None:
    here, there = new_repository(), new_repository()
    subject = missing(IMAGE)
    push_referrer(owner, here, subject)
    owner.push_blob(there, b"{}")
    assert referrers(owner, there, subject["digest"]) == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_index_that_an_older_client_tagged_is_merged(owner: Client, repository: str, algorithm: str) -> None:
    """The referrers tag schema: ``<algorithm>-<first 64 hex digits>``."""
    subject = digest_of(random_blob(), algorithm)
    target = {"mediaType": IMAGE, "digest": subject, "size": 512}
    old = pushed_image(owner, repository, subject=target, annotations={"by": "an older client"})
    owner.put_manifest(repository, old.digest, old).expect(201)
    signature = pushed_image(owner, repository)
    owner.put_manifest(repository, signature.digest, signature).expect(201)
    listed = index([described(old), described(signature, artifactType=ARTIFACT, annotations={"a": "b"})])
    hexadecimal = subject.partition(":")[2][:64]
    owner.put_manifest(repository, f"{algorithm}-{hexadecimal}", listed).expect(201)

    found = by_digest(referrers(owner, repository, subject))
    assert set(found) == {old.digest, signature.digest}
    assert found[old.digest]["annotations"] == {"by": "an older client"}
    assert found[signature.digest]["annotations"] == {"a": "b"}
    only = referrers(owner, repository, subject, f"?artifactType={ARTIFACT}")
    assert [entry["digest"] for entry in only] == [signature.digest]

    owner.send("DELETE", f"/v2/{repository}/manifests/{signature.digest}").expect(202)
    assert set(by_digest(referrers(owner, repository, subject))) == {old.digest}


def test_tagged_index_may_be_an_image_by_accident(owner: Client, repository: str) -> None:
    subject = digest_of(random_blob())
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, subject.replace(":", "-"), manifest).expect(201)
    assert referrers(owner, repository, subject) == []
