"""Manifests: pushed and pulled byte by byte, by tag and by digest; what is refused, and how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .client import Client
from .content import (
    ARTIFACT,
    CONFIG,
    DOCKER_IMAGE,
    DOCKER_LIST,
    EMPTY,
    IMAGE,
    INDEX,
    LAYER,
    Manifest,
    described,
    descriptor,
    digest_of,
    image,
    index,
    missing,
    random_blob,
)
from .wire import raw


def pushed_image(client: Client, repository: str, **fields: Any) -> Manifest:
    """Push a config and a layer and return, not yet pushed, the manifest that needs them."""
    config, layer = random_blob(), random_blob()
    client.push_blob(repository, config)
    client.push_blob(repository, layer)
    return image(descriptor(config, CONFIG), [descriptor(layer, LAYER)], **fields)


def assert_pulled(client: Client, repository: str, reference: str, manifest: Manifest) -> None:
    """Fail unless this reference gives these very bytes, with every header that a manifest's answer has."""
    head = client.get_manifest(repository, reference, "HEAD").expect(200)
    assert head.body == b""
    get = client.get_manifest(repository, reference).expect(200)
    assert get.body == manifest.body
    for reply in (head, get):
        assert reply.header("Content-Type") == manifest.media_type
        assert reply.header("Content-Length") == str(len(manifest.body))
        assert reply.header("Docker-Content-Digest") == manifest.digest
        assert reply.header("ETag") == f'"{manifest.digest}"'


def assert_no_manifest(client: Client, repository: str, reference: str) -> None:
    """Fail unless there is no such manifest."""
    client.get_manifest(repository, reference).refusal(404, "MANIFEST_UNKNOWN")
    assert client.get_manifest(repository, reference, "HEAD").expect(404).body == b""


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_pushed_manifest_is_pulled_as_it_came(owner: Client, repository: str, by: str) -> None:
    manifest = pushed_image(owner, repository)
    reference = "v1" if by == "tag" else manifest.digest
    reply = owner.put_manifest(repository, reference, manifest).expect(201)
    assert reply.body == b""
    assert reply.header("Docker-Content-Digest") == manifest.digest
    assert reply.header("ETag") == f'"{manifest.digest}"'
    assert reply.header("Location") == f"/v2/{repository}/manifests/{manifest.digest}"
    assert owner.send("GET", reply.header("Location")).expect(200).body == manifest.body
    assert_pulled(owner, repository, manifest.digest, manifest)
    if by == "tag":
        assert_pulled(owner, repository, "v1", manifest)


def test_bytes_are_never_written_anew(owner: Client, repository: str) -> None:
    """Odd spacing, order, escapes and unknown fields come back as they were."""
    document = pushed_image(owner, repository).document
    document["x-custom"] = {"ü": [1.0, 1e3, None, True], "empty": {}, "\u2028": "\x7f"}
    text = "\n\t" + json.dumps(dict(reversed(document.items())), indent=7, ensure_ascii=False) + "\r\n  "
    manifest = Manifest(text.replace("application/", "application\\/", 1).encode())
    owner.put_manifest(repository, "odd", manifest).expect(201)
    assert_pulled(owner, repository, "odd", manifest)


def test_tag_moves(owner: Client, repository: str) -> None:
    first, second = pushed_image(owner, repository), pushed_image(owner, repository)
    owner.put_manifest(repository, "latest", first).expect(201)
    assert_pulled(owner, repository, "latest", first)
    owner.put_manifest(repository, "latest", second).expect(201)
    assert_pulled(owner, repository, "latest", second)
    assert_pulled(owner, repository, first.digest, first)
    owner.put_manifest(repository, "latest", first).expect(201)
    assert_pulled(owner, repository, "latest", first)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_several_tags_in_one_push(owner: Client, repository: str, algorithm: str) -> None:
    manifest = pushed_image(owner, repository, algorithm=algorithm)
    tags = ["a", "b", "V1", "_x.y-z"]
    query = "?" + "&".join(f"tag={tag}" for tag in tags)
    reply = owner.put_manifest(repository, manifest.digest, manifest, query=query).expect(201)
    assert sorted(reply.values("OCI-Tag")) == sorted(tags)
    assert reply.header("Docker-Content-Digest") == manifest.digest
    for tag in tags:
        assert_pulled(owner, repository, tag, manifest)


@pytest.mark.parametrize("query", ["?tag=", "?tag=a&tag=.b", "?tag=a%2Fb", "?tag=" + "x" * 129, "?tag=%00"])
def test_bad_tag_parameter_changes_nothing(owner: Client, repository: str, query: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, manifest.digest, manifest, query=query).refusal(400, "TAG_INVALID")
    assert_no_manifest(owner, repository, manifest.digest)
    assert_no_manifest(owner, repository, "a")


def test_too_many_tag_parameters(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    query = "?" + "&".join(f"tag=t{number}" for number in range(101))
    owner.put_manifest(repository, manifest.digest, manifest, query=query).refusal(414)


def test_digest_must_be_that_of_the_bytes(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    longer = Manifest(manifest.body + b"  ")
    owner.put_manifest(repository, manifest.digest, longer).refusal(400, "DIGEST_INVALID")
    assert_no_manifest(owner, repository, manifest.digest)
    assert_no_manifest(owner, repository, longer.digest)


@pytest.mark.parametrize(
    "reference",
    ["sha256:baddigeststring", "sha256:" + "A" * 64, "md5:" + "0" * 32, "sha256:", "sha256:" + "0" * 65],
)
def test_malformed_digest(owner: Client, repository: str, reference: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, reference, manifest).refusal(400, "DIGEST_INVALID")
    owner.get_manifest(repository, reference).refusal(400, "DIGEST_INVALID")
    assert owner.get_manifest(repository, reference, "HEAD").expect(400).body == b""


def test_missing_manifest(owner: Client, repository: str) -> None:
    owner.get_manifest(repository, "v1").refusal(404, "NAME_UNKNOWN")
    owner.push_blob(repository, random_blob())
    assert_no_manifest(owner, repository, "v1")
    assert_no_manifest(owner, repository, digest_of(random_blob()))
    assert_no_manifest(owner, repository, digest_of(random_blob(), "sha512"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_known_etag_is_not_sent_again(owner: Client, repository: str, method: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, "v1", manifest).expect(201)
    target = f"/v2/{repository}/manifests/v1"
    for etag in (f'"{manifest.digest}"', f'W/"{manifest.digest}"', f'"x", "{manifest.digest}"', "*"):
        reply = owner.send(method, target, headers={"If-None-Match": etag}).expect(304)
        assert reply.body == b""
        assert reply.header("ETag") == f'"{manifest.digest}"'
        assert reply.header("Docker-Content-Digest") == manifest.digest
    owner.send(method, target, headers={"If-None-Match": '"x"'}).expect(200)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        (IMAGE, 200),
        (f"{INDEX}, {IMAGE}", 200),
        (f"{DOCKER_IMAGE};q=0.9, {IMAGE}; q=0.5", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html, */*;q=0.8", 200),
        (INDEX, 404),
        (DOCKER_IMAGE, 404),
        (IMAGE + "x", 404),
        ("text/html", 404),
    ],
)
def test_accept_is_honoured_without_converting(
    owner: Client, repository: str, accept: str | None, status: int
) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, "v1", manifest).expect(201)
    headers = {"Accept": accept} if accept is not None else {}
    for _ in range(2):  # from the store, then from memory
        reply = owner.send("GET", f"/v2/{repository}/manifests/v1", headers=headers)
        if status == 200:
            assert reply.expect(200).body == manifest.body
            assert reply.header("Content-Type") == IMAGE
        else:
            reply.refusal(status, "MANIFEST_UNKNOWN")


def test_accept_may_be_repeated(owner: Client, repository: str) -> None:
    """Docker sends one header a type."""
    owner.push_blob(repository, random_blob())
    empty = index([])
    owner.put_manifest(repository, "v1", empty).expect(201)
    assert owner.person is not None
    for types in ((INDEX, IMAGE), (IMAGE, INDEX), (IMAGE, DOCKER_LIST)):
        accepts = "".join(f"Accept: {kind}\r\n" for kind in types)
        head = f"GET /v2/{repository}/manifests/v1 HTTP/1.1\r\nHost: {owner.server.host}\r\n{accepts}"
        authorization = f"Authorization: {owner.person.basic['Authorization']}\r\nConnection: close\r\n\r\n"
        for _ in range(2):  # from the store, then from memory
            reply = raw(owner.server.port, (head + authorization).encode())
            assert reply.status == (200 if INDEX in types else 404)


def test_manifest_of_almost_four_mebibytes(owner: Client, repository: str) -> None:
    annotations = {f"large-{number}": "A" * 10_000 for number in range(390)}
    manifest = pushed_image(owner, repository, annotations=annotations)
    assert len(manifest.body) > 3_900_000
    owner.put_manifest(repository, "large", manifest).expect(201)
    assert_pulled(owner, repository, "large", manifest)


def test_manifest_over_the_limit(owner: Client, repository: str) -> None:
    annotations = {f"large-{number}": "A" * 10_000 for number in range(850)}
    manifest = pushed_image(owner, repository, annotations=annotations)
    owner.put_manifest(repository, "large", manifest).refusal(413, "SIZE_INVALID")
    assert_no_manifest(owner, repository, "large")


# -- kinds ----------------------------------------------------------------------------------------------------


def test_docker_manifest_and_list(owner: Client, repository: str) -> None:
    document = pushed_image(owner, repository).document | {"mediaType": DOCKER_IMAGE}
    manifest = Manifest(json.dumps(document).encode(), DOCKER_IMAGE)
    owner.put_manifest(repository, "one", manifest).expect(201)
    listed = {"schemaVersion": 2, "mediaType": DOCKER_LIST, "manifests": [described(manifest)]}
    whole = Manifest(json.dumps(listed).encode(), DOCKER_LIST)
    owner.put_manifest(repository, "all", whole).expect(201)
    for tag, pushed in (("one", manifest), ("all", whole)):
        reply = owner.send("GET", f"/v2/{repository}/manifests/{tag}").expect(200)
        assert (reply.body, reply.header("Content-Type")) == (pushed.body, pushed.media_type)


def test_manifest_without_a_media_type(owner: Client, repository: str) -> None:
    """Helm 3.6 writes none: Content-Type alone tells."""
    document = pushed_image(owner, repository).document
    del document["mediaType"]
    manifest = Manifest(json.dumps(document).encode(), IMAGE)
    owner.put_manifest(repository, "v1", manifest).expect(201)
    assert_pulled(owner, repository, "v1", manifest)


def test_manifest_without_a_content_type(owner: Client, repository: str) -> None:
    """The manifest's own mediaType tells."""
    manifest = pushed_image(owner, repository)
    owner.send("PUT", f"/v2/{repository}/manifests/v1", manifest.body).expect(201)
    assert_pulled(owner, repository, "v1", manifest)


def test_parameters_of_the_content_type_are_ignored(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    headers = {"Content-Type": f"{IMAGE}; charset=utf-8"}
    owner.send("PUT", f"/v2/{repository}/manifests/v1", manifest.body, headers).expect(201)
    assert_pulled(owner, repository, "v1", manifest)


def test_data_fields_custom_fields_and_no_layers(owner: Client, repository: str) -> None:
    config = random_blob()
    owner.push_blob(repository, config)
    embedded = image(descriptor(config, CONFIG, embed=True), [], custom={"deep": [{}]})
    owner.put_manifest(repository, "v1", embedded).expect(201)
    assert_pulled(owner, repository, "v1", embedded)


def test_artifact_with_the_empty_config(owner: Client, repository: str) -> None:
    owner.push_blob(repository, b"{}")
    empty = descriptor(b"{}", EMPTY)
    manifest = image(empty, [empty], artifactType=ARTIFACT)
    owner.put_manifest(repository, "v1", manifest).expect(201)
    assert_pulled(owner, repository, "v1", manifest)


# -- what a manifest needs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["config", "layers"])
def test_absent_blob_is_refused_and_named(owner: Client, repository: str, part: str) -> None:
    document = pushed_image(owner, repository).document
    absent = missing(LAYER)
    document[part] = [absent] if part == "layers" else absent
    manifest = Manifest(json.dumps(document).encode())
    error = owner.put_manifest(repository, "v1", manifest).refusal(404, "MANIFEST_BLOB_UNKNOWN")
    assert absent["digest"] in json.dumps(error)
    assert_no_manifest(owner, repository, "v1")
    assert_no_manifest(owner, repository, manifest.digest)


def test_absent_child_is_refused_and_named(owner: Client, repository: str) -> None:
    owner.push_blob(repository, random_blob())
    absent = missing(IMAGE)
    error = owner.put_manifest(repository, "v1", index([absent])).refusal(404, "MANIFEST_BLOB_UNKNOWN")
    assert absent["digest"] in json.dumps(error)


def test_child_that_is_only_a_blob_is_absent(owner: Client, repository: str) -> None:
    data = random_blob()
    owner.push_blob(repository, data)
    owner.put_manifest(repository, "v1", index([descriptor(data, IMAGE)])).refusal(
        404, "MANIFEST_BLOB_UNKNOWN"
    )


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    ],
)
def test_layers_that_live_elsewhere_may_be_absent(owner: Client, repository: str, media_type: str) -> None:
    config, layer = random_blob(), random_blob()
    owner.push_blob(repository, config)
    owner.push_blob(repository, layer)
    foreign = missing(media_type, urls=["https://store.example.com/layer"])
    manifest = image(descriptor(config, CONFIG), [foreign, descriptor(layer, LAYER)])
    owner.put_manifest(repository, "v1", manifest).expect(201)
    assert_pulled(owner, repository, "v1", manifest)


def test_config_may_not_call_itself_foreign(owner: Client, repository: str) -> None:
    config = missing("application/vnd.oci.image.layer.nondistributable.v1.tar")
    owner.put_manifest(repository, "v1", image(config, [])).refusal(404, "MANIFEST_BLOB_UNKNOWN")
