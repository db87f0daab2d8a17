"""The walk of the official conformance program, for each kind of content: push, list, head, pull, referrers, delete.

All in one repository, as there: what one kind leaves behind would show in the next.
"""

from __future__ import annotations

import pytest

from .client import Client
from .content import IMAGE, INDEX, Manifest, digest_of, random_blob
from .datasets import DATASETS, Dataset, make
from .test_blobs import WAYS, assert_gone, assert_held
from .test_manifests import assert_no_manifest, assert_pulled, pushed_image
from .test_referrers import by_digest, referrers


@pytest.fixture(scope="module")
def repository(sparse_owner: Client) -> str:
    """The one repository of the walk; first it is not there, and yet may be asked for tags and referrers."""
    assert sparse_owner.person is not None
    name = f"{sparse_owner.person.name}/conformance"
    assert sparse_owner.send("GET", f"/v2/{name}/tags/list").status == 404
    assert referrers(sparse_owner, name, digest_of(random_blob())) == []
    return name


@pytest.mark.parametrize("name", DATASETS)
def test_walk(sparse_owner: Client, repository: str, name: str) -> None:
    walk(sparse_owner, repository, name)


def walk(client: Client, repository: str, name: str) -> None:
    """Push, list, pull, ask for referrers and delete one kind of content."""
    data = make(name)
    _push(client, repository, data)
    _list(client, repository, data)
    _pull(client, repository, data)
    _refer(client, repository, data)
    _delete(client, repository, data)


def _push(client: Client, repository: str, data: Dataset) -> None:
    ways = list(WAYS.values())
    for number, (digest, blob) in enumerate(data.blobs.items()):
        reply = ways[number % len(ways)](client, repository, blob, digest).expect(201)
        assert client.send("GET", reply.header("Location")).expect(200).body == blob
    for manifest in data.manifests:
        tags = [tag for tag, tagged in data.tags.items() if tagged == manifest] if data.tag_parameters else []
        query = "?" + "&".join(f"tag={tag}" for tag in tags) if tags else ""
        _put(client, repository, manifest.digest, manifest, query, tags)
    for tag, manifest in data.tags.items():
        if not data.tag_parameters:
            _put(client, repository, tag, manifest, "", [])


def _put(
    client: Client, repository: str, reference: str, manifest: Manifest, query: str, tags: list[str]
) -> None:
    reply = client.put_manifest(repository, reference, manifest, query=query).expect(201)
    assert reply.header("Docker-Content-Digest") == manifest.digest
    assert set(tags) <= set(reply.values("OCI-Tag"))
    subject = manifest.document.get("subject")
    assert reply.headers.get("OCI-Subject") == (subject["digest"] if subject else None)
    stored = client.send("GET", reply.header("Location"), headers={"Accept": f"{INDEX}, {IMAGE}"}).expect(200)
    assert (stored.body, stored.header("Content-Type")) == (manifest.body, manifest.media_type)


def _list(client: Client, repository: str, data: Dataset) -> None:
    path = f"/v2/{repository}/tags/list"
    tags = client.send("GET", path).expect(200).json()["tags"]
    assert tags == sorted(data.tags), "what earlier kinds pushed is deleted"
    if len(tags) >= 2:
        middle = len(tags) // 2
        rest = client.send("GET", f"{path}?last={tags[middle - 1]}").expect(200).json()["tags"]
        assert rest == tags[middle:]


def _pull(client: Client, repository: str, data: Dataset) -> None:
    for tag, manifest in data.tags.items():
        assert_pulled(client, repository, tag, manifest)
    for manifest in data.manifests:
        assert_pulled(client, repository, manifest.digest, manifest)
    for digest, blob in data.blobs.items():
        assert_held(client, repository, digest, blob)


def _refer(client: Client, repository: str, data: Dataset) -> None:
    for subject, expected in data.referrers.items():
        assert by_digest(referrers(client, repository, subject)) == by_digest(expected)
        for kind in {entry.get("artifactType") for entry in expected} - {None}:
            path = f"/v2/{repository}/referrers/{subject}?artifactType={str(kind).replace('+', '%2B')}"
            reply = client.send("GET", path).expect(200)
            assert "artifactType" in reply.values("OCI-Filters-Applied")
            chosen = [entry for entry in expected if entry.get("artifactType") == kind]
            assert by_digest(reply.json()["manifests"]) == by_digest(chosen)


def _delete(client: Client, repository: str, data: Dataset) -> None:
    for tag in data.tags:
        client.send("DELETE", f"/v2/{repository}/manifests/{tag}").expect(202)
        assert_no_manifest(client, repository, tag)
    for manifest in reversed(data.manifests):
        client.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)
        assert_no_manifest(client, repository, manifest.digest)
    for digest in data.blobs:
        client.send("DELETE", f"/v2/{repository}/blobs/{digest}").expect(202)
        assert_gone(client, repository, digest)
    for subject in data.referrers:
        assert referrers(client, repository, subject) == []


def test_walk_with_a_wrong_digest(sparse_owner: Client, repository: str) -> None:
    """A manifest whose bytes have another digest; then a digest that is none, pushed and pulled."""
    manifest = pushed_image(sparse_owner, repository)
    longer = Manifest(manifest.body + b"  ")
    sparse_owner.put_manifest(repository, manifest.digest, longer).refusal(400, "DIGEST_INVALID")
    sparse_owner.put_manifest(repository, "sha256:baddigeststring", manifest).refusal(400, "DIGEST_INVALID")
    sparse_owner.get_manifest(repository, "sha256:baddigeststring").refusal(400, "DIGEST_INVALID")
    sparse_owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").refusal(404)
    assert_no_manifest(sparse_owner, repository, digest_of(random_blob()))
    assert_no_manifest(sparse_owner, repository, "missing")
