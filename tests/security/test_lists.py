"""Lists that would grow without end: each answer is bounded, whatever has been pushed and asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.integration.protocol.client import Client
from tests.integration.protocol.content import (
    ARTIFACT,
    EMPTY,
    INDEX,
    Json,
    Manifest,
    described,
    descriptor,
    digest_of,
    image,
    index,
    missing,
)
from tests.integration.protocol.test_fuzz import memory_of
from tests.integration.protocol.wire import Reply

MIB = 1024 * 1024
_NEXT = re.compile(r'<([^>]+)>; rel="next"')


def _pages(client: Client, target: str) -> Iterator[Reply]:
    """Yield an answer and those that its links lead to."""
    for _ in range(100):
        reply = client.send("GET", target).expect(200)
        yield reply
        if "Link" not in reply.headers:
            return
        found = _NEXT.fullmatch(reply.header("Link"))
        assert found
        target = found.group(1)
    raise AssertionError("the pages have no end")


@pytest.fixture(scope="module")
def burdened(owner: Client) -> tuple[str, Json, list[str]]:
    """A repository, a subject, and the digests of 12 referrers to it with 3 MiB of annotations each."""
    assert owner.person is not None
    repository = f"{owner.person.name}/burdened"
    owner.push_blob(repository, b"{}")
    subject = missing(INDEX)
    pushed = []
    for number in range(12):
        annotations = {"number": str(number), "burden": "x" * 3 * MIB}
        manifest = image(
            descriptor(b"{}", EMPTY), [], subject=subject, artifactType=ARTIFACT, annotations=annotations
        )
        owner.put_manifest(repository, manifest.digest, manifest).expect(201)
        pushed.append(manifest.digest)
    return repository, subject, pushed


@pytest.mark.parametrize("query", ["", f"?artifactType={quote(ARTIFACT)}&artifactType=a/b"])
def test_annotations_of_referrers(owner: Client, burdened: tuple[str, Json, list[str]], query: str) -> None:
    """They are told with each referrer: a few hundred megabytes, if all came in one answer."""
    repository, subject, pushed = burdened
    before = memory_of(owner.server)
    found = []
    for reply in _pages(owner, f"/v2/{repository}/referrers/{subject['digest']}{query}"):
        assert len(reply.body) < 8 * MIB
        assert ("OCI-Filters-Applied" in reply.headers) is bool(query)
        found += [entry["digest"] for entry in reply.json()["manifests"]]
    assert sorted(found) == sorted(pushed)
    assert memory_of(owner.server) - before < 64 * MIB


def test_older_clients_list_comes_with_the_last_page(
    owner: Client, burdened: tuple[str, Json, list[str]]
) -> None:
    repository, subject, pushed = burdened
    plain = index([])
    owner.put_manifest(repository, plain.digest, plain).expect(201)
    entries = [described(plain), {"mediaType": INDEX, "digest": pushed[0], "size": 1}]
    fallback = index(entries)
    tag = subject["digest"].replace(":", "-")
    owner.put_manifest(repository, tag, Manifest(fallback.body, INDEX)).expect(201)
    *before, last = _pages(owner, f"/v2/{repository}/referrers/{subject['digest']}")
    assert plain.digest in {entry["digest"] for entry in last.json()["manifests"]}
    every = [entry["digest"] for reply in (*before, last) for entry in reply.json()["manifests"]]
    assert sorted(every) == sorted([*pushed, plain.digest])


@pytest.mark.parametrize("last", ["x", "sha256:x", "sha256:" + "0" * 63 + "%00", "%ff"])
def test_page_of_referrers_after_no_digest(owner: Client, last: str) -> None:
    assert owner.person is not None
    path = f"/v2/{owner.person.name}/burdened/referrers/{digest_of(b'x')}?last={last}"
    owner.send("GET", path).refusal(400, "DIGEST_INVALID")


@pytest.mark.parametrize("kind", ["%00", "%0a", "%ff%fe%00"])
def test_artifact_types_that_are_none(owner: Client, kind: str) -> None:
    assert owner.person is not None
    path = f"/v2/{owner.person.name}/burdened/referrers/{digest_of(b'x')}?artifactType={kind}"
    owner.send("GET", path).refusal(400, "INVALID_REQUEST")


@pytest.mark.parametrize("number", ["10001", "99999999999999999999", "9" * 5000, "1" + "0" * 300])
@pytest.mark.parametrize("path", ["/v2/_catalog", "/v2/{name}/tags/list"])
def test_pages_of_any_size(owner: Client, path: str, number: str) -> None:
    """CVE-2023-2253: what is reserved for a page must not be what the client says it wants."""
    assert owner.person is not None
    name = f"{owner.person.name}/pages"
    owner.push_blob(name, b"{}")
    before = memory_of(owner.server)
    owner.send("GET", f"{path.format(name=name)}?n={number}").expect(200)
    assert memory_of(owner.server) - before < 8 * MIB
