"""Deletes: at once, on every worker, and never of what is still needed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .client import Client
from .content import IMAGE, described, digest_of, index, random_blob
from .test_blobs import assert_gone, assert_held
from .test_manifests import assert_no_manifest, assert_pulled, pushed_image
from .wire import Connection

READERS = 6


def test_deleted_tag_leaves_the_manifest(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, manifest.digest, manifest, query="?tag=a&tag=b").expect(201)
    reply = owner.send("DELETE", f"/v2/{repository}/manifests/a").expect(202)
    assert reply.body == b""
    assert_no_manifest(owner, repository, "a")
    assert_pulled(owner, repository, "b", manifest)
    assert_pulled(owner, repository, manifest.digest, manifest)
    owner.send("DELETE", f"/v2/{repository}/manifests/a").refusal(404, "MANIFEST_UNKNOWN")


def test_deleted_manifest_takes_its_tags(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, manifest.digest, manifest, query="?tag=a&tag=b").expect(201)
    owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)
    for reference in ("a", "b", manifest.digest):
        assert_no_manifest(owner, repository, reference)
    owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").refusal(404, "MANIFEST_UNKNOWN")


def test_deleted_manifest_comes_back_by_a_push(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    for tag in ("a", "b"):
        owner.put_manifest(repository, tag, manifest).expect(201)
        assert_pulled(owner, repository, tag, manifest)
        owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)
        assert_no_manifest(owner, repository, manifest.digest)
    owner.put_manifest(repository, "b", manifest).expect(201)
    assert_no_manifest(owner, repository, "a")


def test_child_may_be_deleted_before_its_index(owner: Client, repository: str) -> None:
    child = pushed_image(owner, repository)
    owner.put_manifest(repository, child.digest, child).expect(201)
    whole = index([described(child)])
    owner.put_manifest(repository, "all", whole).expect(201)
    owner.send("DELETE", f"/v2/{repository}/manifests/{child.digest}").expect(202)
    assert_no_manifest(owner, repository, child.digest)
    assert_pulled(owner, repository, "all", whole)


def test_blob_in_use_is_not_deleted(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, "v1", manifest).expect(201)
    document = manifest.document
    for needed in (document["config"]["digest"], document["layers"][0]["digest"]):
        reply = owner.send("DELETE", f"/v2/{repository}/blobs/{needed}")
        error = reply.refusal(405, "DENIED")
        assert manifest.digest in error["message"]
        assert error["detail"] == {"digest": needed, "manifest": manifest.digest}
        assert "GET" in reply.values("Allow")
        owner.get_blob(repository, needed).expect(200)
    owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)
    for free in (document["config"]["digest"], document["layers"][0]["digest"]):
        owner.send("DELETE", f"/v2/{repository}/blobs/{free}").expect(202)
        assert_gone(owner, repository, free)


def test_blob_needed_elsewhere_may_be_deleted_here(owner: Client, new_repository: Callable[[], str]) -> None:
    here, there = new_repository(), new_repository()
    manifest = pushed_image(owner, there)
    owner.put_manifest(there, "v1", manifest).expect(201)
    layer = manifest.document["layers"][0]["digest"]
    data = owner.get_blob(there, layer).expect(200).body
    owner.push_blob(here, data)
    owner.send("DELETE", f"/v2/{here}/blobs/{layer}").expect(202)
    assert_gone(owner, here, layer)
    assert_held(owner, there, layer, data)


def test_what_is_not_there_cannot_be_deleted(owner: Client, repository: str) -> None:
    absent = digest_of(random_blob())
    for kind, reference in (("manifests", "v1"), ("manifests", absent), ("blobs", absent)):
        owner.send("DELETE", f"/v2/{repository}/{kind}/{reference}").refusal(404, "NAME_UNKNOWN")
    owner.push_blob(repository, random_blob())
    owner.send("DELETE", f"/v2/{repository}/manifests/v1").refusal(404, "MANIFEST_UNKNOWN")
    owner.send("DELETE", f"/v2/{repository}/manifests/{absent}").refusal(404, "MANIFEST_UNKNOWN")
    owner.send("DELETE", f"/v2/{repository}/blobs/{absent}").refusal(404, "BLOB_UNKNOWN")
    owner.send("DELETE", f"/v2/{repository}/manifests/sha256:x").refusal(400, "DIGEST_INVALID")
    owner.send("DELETE", f"/v2/{repository}/blobs/latest").refusal(400, "DIGEST_INVALID")


def test_deletes_are_immediate_on_every_worker(owner: Client, repository: str) -> None:
    """While readers keep all workers' caches warm, no read that begins after the 202 finds anything."""
    readers = Readers(owner, repository)
    for _ in range(5):
        manifest = pushed_image(owner, repository)
        blob = owner.push_blob(repository, random_blob())
        owner.put_manifest(repository, "latest", manifest).expect(201)
        targets = ["manifests/latest", f"manifests/{manifest.digest}", f"blobs/{blob}"]
        readers.expect(targets, 200)
        owner.send("DELETE", f"/v2/{repository}/blobs/{blob}").expect(202)
        readers.expect(targets[2:], 404)
        owner.send("DELETE", f"/v2/{repository}/manifests/latest").expect(202)
        readers.expect(targets[:1], 404)
        readers.expect(targets[1:2], 200)
        owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)
        readers.expect(targets, 404)


def test_moves_are_immediate_on_every_worker(owner: Client, repository: str) -> None:
    readers = Readers(owner, repository)
    for _ in range(5):
        manifest = pushed_image(owner, repository)
        owner.put_manifest(repository, "latest", manifest).expect(201)
        readers.expect(["manifests/latest"], 200, f'"{manifest.digest}"')


class Readers:
    """Several connections, which the kernel spreads over the workers, each read from a thread of its own."""

    def __init__(self, client: Client, repository: str) -> None:
        assert client.person is not None
        self._connections = [Connection(client.server.port) for _ in range(READERS)]
        self._headers = {"Accept": IMAGE, **client.person.basic}
        self._repository = repository

    def expect(self, targets: list[str], status: int, etag: str | None = None) -> None:
        """Fail unless every connection gets this status for each target, at this moment."""
        wrong: list[str] = []

        def read(connection: Connection) -> None:
            for target in targets * 2:
                reply = connection.send("GET", f"/v2/{self._repository}/{target}", headers=self._headers)
                if reply.status != status or (etag is not None and reply.header("ETag") != etag):
                    wrong.append(f"{target}: {reply.status} {reply.headers.get('ETag')}")

        threads = [threading.Thread(target=read, args=(connection,)) for connection in self._connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong, wrong
