"""The same protocol when the metadata lie in a server database: reads take another way there, one query each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from tests.support.databases import DatabaseServer
from tests.support.mariadb import mariadb_server
from tests.support.postgres import postgres_server
from tests.support.server import serving

from .client import Client
from .content import digest_of, random_blob
from .datasets import DATASETS
from .test_access import DIGEST, REQUESTS, as_nobody, as_token, without_the_name
from .test_deletes import Readers
from .test_manifests import pushed_image
from .test_walk import walk

SERVERS: dict[str, Callable[[], AbstractContextManager[DatabaseServer]]] = {
    "postgresql": postgres_server,
    "mariadb": mariadb_server,
}


@pytest.fixture(scope="module", params=["postgresql", pytest.param("mariadb", marks=pytest.mark.slow)])
def owner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The first user of a registry on this database, with two workers."""
    directory = tmp_path_factory.mktemp(request.param)
    with ExitStack() as parts:
        database = parts.enter_context(SERVERS[request.param]())
        config = directory / "config.yaml"
        config.write_text(
            f"DB_URI: {asyncio.run(database.create_database('protocol'))}\n"
            'DATABASE_SECRET_KEY: "0123456789012345678901234567890123456789"\n'
            "FEATURE_SPARSE_INDEX: true\nFEATURE_USER_INITIALIZE: true\n"
        )
        flags = ("--config", str(config), "--workers", "2")
        running = parts.enter_context(serving(directory / "data", *flags))
        yield Client(running, running.admin)


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "large-manifest"])
def test_walk_on_a_server_database(owner: Client, name: str) -> None:
    walk(owner, f"{owner.server.admin.name}/walk", name)


def test_deletes_are_immediate_on_a_server_database(owner: Client) -> None:
    repository = f"{owner.server.admin.name}/deletes"
    readers = Readers(owner, repository)
    for _ in range(3):
        manifest, blob = pushed_image(owner, repository), owner.push_blob(repository, random_blob())
        owner.put_manifest(repository, "latest", manifest).expect(201)
        targets = ["manifests/latest", f"manifests/{manifest.digest}", f"blobs/{blob}"]
        readers.expect(targets, 200)
        owner.send("DELETE", f"/v2/{repository}/blobs/{blob}").expect(202)
        owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)
        readers.expect(targets, 404)


def test_missing_and_forbidden_answer_alike_on_a_server_database(owner: Client) -> None:
    server, repository = owner.server, f"{owner.server.admin.name}/private"
    owner.push_blob(repository, b"{}")
    owner.put_manifest(repository, "v1", pushed_image(owner, repository)).expect(201)
    for way in (as_nobody, as_token):
        for method, path in REQUESTS:
            answers = []
            for name in (repository, repository[:-1] + "x"):
                reply = owner.connection.send(method, f"/v2/{name}/{path}", None, way(None, server, name))
                assert reply.status == 401
                answers.append(without_the_name(reply, name))
            assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "path",
    [
        "tags/list?last=%00",
        "tags/list?last=%C3%BC%F0%9F%98%80",
        "blobs/uploads/%C3%BC",
        "blobs/uploads/%F0%9F%98%80",
        f"referrers/{DIGEST}?artifactType=%00%F0%9F%98%80",
        "manifests/" + "x" * 128,
        f"blobs/{digest_of(b'absent', 'sha512')}",
    ],
)
def test_odd_characters_reach_no_column_that_lacks_them(owner: Client, path: str) -> None:
    repository = f"{owner.server.admin.name}/odd"
    owner.push_blob(repository, b"{}")
    reply = owner.send("GET", f"/v2/{repository}/{path}")
    assert reply.status in {200, 400, 404}
    if reply.status >= 400:
        reply.refusal(reply.status)
