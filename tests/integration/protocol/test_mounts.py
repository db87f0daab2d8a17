"""Mounting a blob from another repository, and only from one that the caller may read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .client import Client
from .content import digest_of, random_blob
from .test_blobs import ALGORITHMS, assert_gone, assert_held
from .wire import Reply


def mount(client: Client, repository: str, digest: str, source: str | None) -> Reply:
    """Ask for a mount; without ``source`` from wherever the blob is."""
    origin = f"&from={source}" if source is not None else ""
    return client.send("POST", f"/v2/{repository}/blobs/uploads/?mount={digest}{origin}")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("named", [True, False], ids=["named", "anywhere"])
def test_mounted_blob_belongs_to_both(
    owner: Client, new_repository: Callable[[], str], algorithm: str, named: bool
) -> None:
    source, target = new_repository(), new_repository()
    data = random_blob()
    digest = owner.push_blob(source, data, algorithm)
    if not named:  # a token reaches only what it names: this one reaches the source too
        mount(owner, target, digest_of(b"absent"), source).expect(202)
    reply = mount(owner, target, digest, source if named else None).expect(201)
    assert reply.header("Docker-Content-Digest") == digest
    assert owner.send("GET", reply.header("Location")).expect(200).body == data
    assert reply.header("Location") == f"/v2/{target}/blobs/{digest}"
    owner.send("DELETE", f"/v2/{target}/blobs/{digest}").expect(202)
    assert_gone(owner, target, digest)
    assert_held(owner, source, digest, data)
    owner.send("DELETE", f"/v2/{source}/blobs/{digest}").expect(202)
    assert_gone(owner, source, digest)


@pytest.mark.parametrize("named", [True, False], ids=["named", "anywhere"])
def test_mount_by_basic(owner_basic: Client, new_repository: Callable[[], str], named: bool) -> None:
    source, target = new_repository(), new_repository()
    data = random_blob()
    digest = owner_basic.push_blob(source, data)
    mount(owner_basic, target, digest, source if named else None).expect(201)
    assert_held(owner_basic, target, digest, data)


def test_mounted_blob_survives_its_source(owner: Client, new_repository: Callable[[], str]) -> None:
    source, target = new_repository(), new_repository()
    data = random_blob()
    digest = owner.push_blob(source, data)
    mount(owner, target, digest, source).expect(201)
    owner.send("DELETE", f"/v2/{source}/blobs/{digest}").expect(202)
    assert_gone(owner, source, digest)
    assert_held(owner, target, digest, data)


@pytest.mark.parametrize("source", ["absent", "empty", "", "Not A Name", "no-namespace", None])
def test_what_cannot_be_mounted_becomes_an_upload(
    owner: Client, new_repository: Callable[[], str], source: str | None
) -> None:
    target = new_repository()
    if source in {"absent", "empty"}:
        name = new_repository()
        if source == "empty":
            owner.push_blob(name, random_blob())
        source = name
    data = random_blob()
    origin = source.replace(" ", "%20") if source is not None else None
    reply = mount(owner, target, digest_of(data), origin).expect(202)
    location = reply.header("Location")
    assert reply.header("Range") == "0-0"
    owner.send("PUT", f"{location}?digest={digest_of(data)}", data).expect(201)
    assert_held(owner, target, digest_of(data), data)


@pytest.mark.parametrize("digest", ["", "sha256:abc", "latest", "md5:" + "0" * 32])
def test_mount_of_no_digest(owner: Client, repository: str, digest: str) -> None:
    mount(owner, repository, digest, repository).refusal(400, "DIGEST_INVALID")


def test_token_that_lacks_the_source_is_told_to_ask_for_it(
    owner: Client, new_repository: Callable[[], str]
) -> None:
    """Docker and crane get their token for the target first; the challenge names the source too."""
    source, target = new_repository(), new_repository()
    digest = owner.push_blob(source, random_blob())
    assert owner.person is not None
    narrow = owner.server.token(owner.person, f"repository:{target}:pull,push")
    path = f"/v2/{target}/blobs/uploads/?mount={digest}&from={source}"
    reply = owner.connection.send("POST", path, headers=narrow)
    reply.refusal(401, "UNAUTHORIZED")
    scope = f"repository:{target}:pull,push repository:{source}:pull"
    assert f'scope="{scope}"' in reply.header("WWW-Authenticate")
    wide = owner.server.token(owner.person, *scope.split())
    owner.connection.send("POST", path, headers=wide).expect(201)


def test_narrow_token_mounts_from_nowhere_else(owner: Client, new_repository: Callable[[], str]) -> None:
    source, target = new_repository(), new_repository()
    digest = owner.push_blob(source, random_blob())
    assert owner.person is not None
    narrow = owner.server.token(owner.person, f"repository:{target}:pull,push")
    owner.connection.send("POST", f"/v2/{target}/blobs/uploads/?mount={digest}", headers=narrow).expect(202)


@pytest.mark.parametrize("named", [True, False], ids=["named", "anywhere"])
def test_private_blob_is_not_mounted_by_a_stranger(
    owner: Client, stranger: Client, stranger_basic: Client, repository: str, named: bool
) -> None:
    digest = owner.push_blob(repository, random_blob())
    source = repository if named else None
    for client in (stranger, stranger_basic):
        assert client.person is not None
        target = f"{client.person.name}/loot"
        mount(client, target, digest, source).expect(202)
        client.push_blob(target, b"so that it exists")
        mount(client, target, digest, source).expect(202)
        assert_gone(client, target, digest)


def test_mount_into_what_is_not_ours(
    owner: Client, stranger: Client, nobody: Client, repository: str
) -> None:
    digest = owner.push_blob(repository, random_blob())
    mount(stranger, repository, digest, repository).refusal(401, "UNAUTHORIZED")
    nobody.connection.send("POST", f"/v2/{repository}/blobs/uploads/?mount={digest}").refusal(401)
