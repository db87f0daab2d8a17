"""Who may reach what: nothing but through a repository that the caller may read; missing and forbidden alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.support.server import Person, Server

from .client import Client
from .content import descriptor, digest_of, image, random_blob
from .test_blobs import assert_gone
from .test_manifests import assert_no_manifest, assert_pulled, pushed_image
from .wire import Reply

DIGEST = digest_of(b"{}")
UPLOAD = "6a3f9c52-7d1e-4b0a-9a65-0d9a52a9e8b1"
REQUESTS = [
    ("GET", "tags/list"),
    ("GET", f"referrers/{DIGEST}"),
    *((method, "manifests/v1") for method in ("GET", "HEAD", "PUT", "DELETE")),
    *((method, f"manifests/{DIGEST}") for method in ("GET", "HEAD", "DELETE")),
    *((method, f"blobs/{DIGEST}") for method in ("GET", "HEAD", "DELETE")),
    ("POST", "blobs/uploads/"),
    ("POST", f"blobs/uploads/?digest={DIGEST}"),
    ("POST", f"blobs/uploads/?mount={DIGEST}"),
    *((method, f"blobs/uploads/{UPLOAD}") for method in ("GET", "PATCH", "DELETE")),
    ("PUT", f"blobs/uploads/{UPLOAD}?digest={DIGEST}"),
]


@pytest.fixture(scope="module")
def private(owner: Client, new_repository: Callable[[], str]) -> str:
    """A private repository of the owner with the tag v1 and the blob ``{}``."""
    repository = new_repository()
    owner.push_blob(repository, b"{}")
    owner.put_manifest(repository, "v1", pushed_image(owner, repository)).expect(201)
    return repository


def as_basic(person: Person | None, server: Server, repository: str) -> dict[str, str]:
    assert person is not None
    return person.basic


def as_token(person: Person | None, server: Server, repository: str) -> dict[str, str]:
    return server.token(person, f"repository:{repository}:pull,push,delete")


def as_nobody(person: Person | None, server: Server, repository: str) -> dict[str, str]:
    return {}


Way = Callable[[Person | None, Server, str], dict[str, str]]


@pytest.mark.parametrize(
    ("way", "anonymous"),
    [(as_basic, False), (as_token, False), (as_token, True), (as_nobody, True)],
    ids=["stranger-basic", "stranger-token", "anonymous-token", "anonymous"],
)
@pytest.mark.parametrize(("method", "path"), REQUESTS, ids=lambda part: str(part)[:40])
def test_missing_and_forbidden_answer_alike(
    stranger: Client, private: str, method: str, path: str, way: Way, anonymous: bool
) -> None:
    """The whole answers are compared, in which only the repository's name may differ."""
    absent = private[:-1] + "x"
    assert len(absent) == len(private)
    answers = []
    for name in (private, absent):
        headers = way(None if anonymous else stranger.person, stranger.server, name)
        body = b"{}" if method in {"PUT", "PATCH", "POST"} else None
        reply = stranger.connection.send(method, f"/v2/{name}/{path}", body, headers)
        assert reply.status in {401, 403, 404}, reply
        answers.append(without_the_name(reply, name))
    assert answers[0] == answers[1]


def without_the_name(reply: Reply, name: str) -> tuple[int, dict[str, str], str]:
    """Return all of an answer that could tell whether the name exists."""
    ignored = {"x-request-id", "date"}
    headers = {
        k.lower(): v.replace(name, "NAME") for k, v in reply.headers.items() if k.lower() not in ignored
    }
    return reply.status, headers, reply.body.decode().replace(name, "NAME")


@pytest.mark.parametrize(("method", "path"), REQUESTS, ids=lambda part: str(part)[:40])
def test_challenge_has_the_exact_form(nobody: Client, private: str, method: str, path: str) -> None:
    reply = nobody.connection.send(method, f"/v2/{private}/{path}", b"" if method != "GET" else None)
    assert reply.expect(401).headers.get_all("WWW-Authenticate")
    actions = {"GET": "pull", "HEAD": "pull", "DELETE": "pull,push,delete"}.get(method, "pull,push")
    if "uploads/" + UPLOAD in path or (method == "HEAD" and path.startswith("blobs/")):
        actions = "pull,push"
    host = nobody.server.host
    assert reply.header("WWW-Authenticate") == (
        f'Bearer realm="http://{host}/v2/auth",service="{host}",scope="repository:{private}:{actions}"'
    )
    if method == "HEAD":
        assert reply.body == b""
    else:
        reply.refusal(401, "UNAUTHORIZED")


def test_public_is_read_by_all_and_written_by_none_of_them(
    server: Server, owner: Client, stranger: Client, stranger_basic: Client, nobody: Client
) -> None:
    admin = Client(server, server.admin)
    repository = f"{server.admin.name}/public"
    manifest = pushed_image(admin, repository)
    admin.put_manifest(repository, "v1", manifest).expect(201)
    nobody.get_manifest(repository, "v1").refusal(401)
    server.set_visibility(repository, "public")
    layer = manifest.document["layers"][0]["digest"]
    for client in (nobody, stranger, stranger_basic, owner):
        assert_pulled(client, repository, "v1", manifest)
        client.get_blob(repository, layer).expect(200)
        assert client.send("GET", f"/v2/{repository}/tags/list").expect(200).json()["tags"] == ["v1"]
        refused = {401} if not client.basic else {403}
        client.put_manifest(repository, "v2", manifest).expect(*refused)
        client.send("DELETE", f"/v2/{repository}/manifests/v1").expect(*refused)
        client.send("POST", f"/v2/{repository}/blobs/uploads/").expect(*refused)
    bare = nobody.connection.send("GET", f"/v2/{repository}/manifests/v1")
    assert bare.expect(200).body == manifest.body, "no token is needed"
    stranger_basic.put_manifest(repository, "v2", manifest).refusal(403, "DENIED")
    server.set_visibility(repository, "private")
    for client in (nobody, stranger):
        client.get_manifest(repository, "v1").refusal(401, "UNAUTHORIZED")
    stranger_basic.get_manifest(repository, "v1").refusal(404, "NAME_UNKNOWN")
    nobody.connection.send("GET", f"/v2/{repository}/manifests/v1").refusal(401, "UNAUTHORIZED")


def test_known_digest_gives_nothing(
    owner: Client, stranger: Client, stranger_basic: Client, nobody: Client, private: str
) -> None:
    """Neither in the repository that holds it nor in one of the caller's own."""
    data = random_blob()
    digest = owner.push_blob(private, data)
    manifest = pushed_image(owner, private)
    owner.put_manifest(private, "secret", manifest).expect(201)
    assert stranger.person is not None
    own = f"{stranger.person.name}/own"
    stranger.push_blob(own, b"{}")
    for client in (stranger, stranger_basic):
        assert_gone(client, own, digest)
        assert_no_manifest(client, own, manifest.digest)
        empty = descriptor(b"{}", "application/vnd.oci.empty.v1+json")
        borrowed = image(empty, [descriptor(data, "application/octet-stream")])
        client.put_manifest(own, "loot", borrowed).refusal(404, "MANIFEST_BLOB_UNKNOWN")
    for method in ("GET", "HEAD"):
        stranger_basic.get_blob(private, digest, method).expect(404)
        stranger_basic.get_manifest(private, manifest.digest, method).expect(404)
        stranger.get_blob(private, digest, method).expect(401)
        nobody.get_blob(private, digest, method).expect(401)
        nobody.get_manifest(private, manifest.digest, method).expect(401)


def test_sparse_manifest_opens_no_blob(sparse_owner: Client) -> None:
    """A manifest that may name absent blobs must not make another repository's blob reachable."""
    server = sparse_owner.server
    thief = Client(server, server.create_user("sparse-thief"))
    assert sparse_owner.person is not None
    data = random_blob()
    digest = sparse_owner.push_blob(f"{sparse_owner.person.name}/treasure", data)
    thief.push_blob("sparse-thief/own", b"{}")
    empty = descriptor(b"{}", "application/vnd.oci.empty.v1+json")
    borrowed = image(empty, [descriptor(data, "application/octet-stream")])
    thief.put_manifest("sparse-thief/own", "loot", borrowed).expect(201)
    assert_gone(thief, "sparse-thief/own", digest)
    mount = f"/v2/sparse-thief/own/blobs/uploads/?mount={digest}"
    thief.send("POST", mount).expect(202)
    thief.send("POST", f"{mount}&from={sparse_owner.person.name}/treasure").expect(202)
    assert_gone(thief, "sparse-thief/own", digest)


# -- uploads belong to an account and a repository -----------------------------------------------------------


@pytest.fixture(scope="module")
def colleague(server: Server, private: str) -> Client:
    """Another account that may write to the private repository."""
    person = server.create_user("colleague")
    grant_write(server, person, private)
    return Client(server, person, basic=True)


def grant_write(server: Server, person: Person, repository: str) -> None:
    """Give a person the role write, as the API of teams and grants will."""
    path = next(
        file
        for file in server.data.rglob("*")
        if file.is_file() and _has_grants(file.read_bytes()[:16], file)
    )
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO repository_grant (repository_id, account_id, role)"
            " SELECT r.id, a.id, 2 FROM repository r, account a WHERE r.path = ? AND a.name = ?",
            (repository, person.name),
        )


def _has_grants(start: bytes, file: object) -> bool:
    if start != b"SQLite format 3\0":
        return False
    with closing(sqlite3.connect(str(file))) as database:
        found = database.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'repository_grant'"
        ).fetchone()
    return bool(found[0])


def test_upload_of_another_account(owner: Client, colleague: Client, stranger: Client, private: str) -> None:
    """CVE-2026-32589: whoever may push to the repository still has no hold on an upload of somebody else."""
    data = random_blob()
    location = owner.begin(private)
    owner.send("PATCH", location, data).expect(202)
    colleague.push_blob(private, random_blob())
    unknown = f"/v2/{private}/blobs/uploads/{UPLOAD}"
    query = f"?digest={digest_of(data)}"
    for method, suffix in (("GET", ""), ("PATCH", ""), ("PUT", query), ("DELETE", "")):
        theirs = colleague.send(method, location + suffix, b"" if method != "GET" else None)
        theirs.refusal(404, "BLOB_UPLOAD_UNKNOWN")
        missing = colleague.send(method, unknown + suffix, b"" if method != "GET" else None)
        assert (theirs.status, theirs.body) == (missing.status, missing.body)
        stranger.send(method, location + suffix).expect(401)
    assert owner.send("GET", location).expect(204).header("Range") == f"0-{len(data) - 1}"
    owner.send("PUT", location + query).expect(201)


def test_upload_of_another_repository(owner: Client, new_repository: Callable[[], str], private: str) -> None:
    other = new_repository()
    owner.push_blob(other, b"{}")
    location = owner.begin(private)
    moved = location.replace(private, other)
    query = f"?digest={digest_of(b'{}')}"
    for method, suffix in (("GET", ""), ("PATCH", ""), ("PUT", query), ("DELETE", "")):
        owner.send(method, moved + suffix).refusal(404, "BLOB_UPLOAD_UNKNOWN")
    owner.send("DELETE", location).expect(204)


# -- when a repository begins ---------------------------------------------------------------------------------


def test_repository_begins_with_its_first_upload(owner: Client, repository: str) -> None:
    """Not with a token, nor with a POST: only what is committed makes it."""
    assert owner.person is not None
    owner.server.token(owner.person, f"repository:{repository}:pull,push")
    location = owner.begin(repository)
    owner.send("PATCH", location, b"{}").expect(202)
    owner.send("GET", f"/v2/{repository}/tags/list").refusal(404, "NAME_UNKNOWN")
    owner.send("PUT", f"{location}?digest={DIGEST}").expect(201)
    owner.send("GET", f"/v2/{repository}/tags/list").expect(200)


def test_namespace_of_somebody_else(
    owner: Client, stranger_basic: Client, nobody: Client, repository: str
) -> None:
    namespace = repository.partition("/")[0]
    for name in (f"{namespace}/new", "no-such-namespace/new"):
        stranger_basic.send("POST", f"/v2/{name}/blobs/uploads/").refusal(403, "DENIED")
        nobody.send("POST", f"/v2/{name}/blobs/uploads/").refusal(401, "UNAUTHORIZED")
