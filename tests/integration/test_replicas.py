"""Two servers as replicas: one PostgreSQL, one S3 server, no directory in common."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.support.packages import package
from tests.support.postgres import postgres_server
from tests.support.server import Person, Server, serving
from tests.support.signed_charts import clear_signed
from tests.support.tools import tool
from tests.support.versitygw import ACCESS_KEY, SECRET_KEY, versitygw

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    place = tmp_path_factory.mktemp("replicas")
    with ExitStack() as parts:
        database = parts.enter_context(postgres_server())
        storage = parts.enter_context(versitygw(place))
        (storage.directory / "charthouse").mkdir()
        arguments = {
            "storage_path": "/registry",
            "s3_bucket": "charthouse",
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SECRET_KEY,
            "endpoint_url": storage.url,
        }
        config = place / "config.yaml"
        settings: dict[str, Any] = {
            "DB_URI": database.url("postgres"),
            "DATABASE_SECRET_KEY": "a secret that both replicas know",
            "DISTRIBUTED_STORAGE_CONFIG": {"default": ["S3Storage", arguments]},
            "DISTRIBUTED_STORAGE_PREFERENCE": ["default"],
            "FEATURE_USER_INITIALIZE": True,
        }
        config.write_text(yaml.safe_dump(settings))
        flags = ("--config", str(config), "--workers", "1")
        yield (
            parts.enter_context(serving(place / "one", *flags)),
            parts.enter_context(serving(place / "two", *flags)),
        )


@pytest.fixture(scope="module")
def owner(replicas: tuple[Server, Server]) -> Person:
    return replicas[0].admin


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_an_upload_goes_on_at_another_replica(replicas: tuple[Server, Server], owner: Person) -> None:
    one, two = replicas
    blob = os.urandom(9_000_000)
    location = one.request("POST", f"/v2/{owner.name}/app/blobs/uploads/", b"", owner.basic).headers[
        "location"
    ]
    parts = [blob[:100], blob[100:7_000_000], blob[7_000_000:]]
    for server, part in zip((one, two, one), parts, strict=True):
        answer = server.request("PATCH", location, part, owner.basic)
        assert answer.status == 202, answer.body
        location = answer.headers["location"]
    answer = two.request("PUT", f"{location}?digest={digest_of(blob)}", b"", owner.basic)
    assert answer.status == 201, answer.body
    redirected = one.request("GET", f"/v2/{owner.name}/app/blobs/{digest_of(blob)}", headers=owner.basic)
    assert redirected.body == blob  # the client has followed the link to the object store


def test_a_token_counts_at_every_replica_and_deletes_too(
    replicas: tuple[Server, Server], owner: Person
) -> None:
    one, two = replicas
    token = one.token(owner, f"repository:{owner.name}/app:pull,push,delete")
    config = b"{}"
    upload = one.request("POST", f"/v2/{owner.name}/app/blobs/uploads/", b"", token).headers["location"]
    assert one.request("PUT", f"{upload}?digest={digest_of(config)}", config, token).status == 201
    descriptor = {"mediaType": "application/vnd.example", "digest": digest_of(config), "size": 2}
    manifest = json.dumps({"schemaVersion": 2, "config": descriptor, "layers": []}).encode()
    path = f"/v2/{owner.name}/app/manifests/v1"
    for _ in range(10):
        assert one.request("PUT", path, manifest, token | {"Content-Type": MANIFEST}).status == 201
        assert two.request("GET", path, headers=token).body == manifest
        assert two.request("DELETE", path, headers=token).status == 202
        assert one.request("GET", path, headers=token).status == 404


def test_a_link_ends_within_a_minute_and_opens_one_object(
    replicas: tuple[Server, Server], owner: Person
) -> None:
    one, _ = replicas
    blob = os.urandom(1000)
    upload = one.request(
        "POST", f"/v2/{owner.name}/app/blobs/uploads/?digest={digest_of(blob)}", blob, owner.basic
    )
    assert upload.status == 201
    class_of = one.request("HEAD", f"/v2/{owner.name}/app/blobs/{digest_of(blob)}", headers=owner.basic)
    assert class_of.headers["content-length"] == "1000"
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "-u"]
    url = f"{one.url}/v2/{owner.name}/app/blobs/{digest_of(blob)}"
    printed = subprocess.run(
        [*command, f"{owner.name}:{owner.password}", url],
        capture_output=True,
        check=True,
        timeout=30,
        text=True,
    ).stdout
    status, _, link = printed.partition(" ")
    assert status == "307"
    assert "X-Amz-Expires=60" in link
    with urlopen(link, timeout=30) as response:  # noqa: S310 - the test's own object store
        assert response.read() == blob


def test_helm_pushes_to_one_and_pulls_from_the_other(
    replicas: tuple[Server, Server], owner: Person, tmp_path: Path
) -> None:
    one, two = replicas
    environment = os.environ | {
        "HELM_REGISTRY_CONFIG": str(tmp_path / "registry.json"),
        "HELM_CACHE_HOME": str(tmp_path / "cache"),
    }

    def helm(*arguments: str) -> None:
        subprocess.run(
            [str(tool("helm4")), *arguments], check=True, cwd=tmp_path, env=environment, timeout=60
        )

    helm("create", "hello")
    helm("package", "hello")
    for server in replicas:
        login = ("registry", "login", server.host, "--username", owner.name, "--password", owner.password)
        helm(*login, "--plain-http")
    helm("push", "hello-0.1.0.tgz", f"oci://{one.host}/{owner.name}", "--plain-http")
    (tmp_path / "pulled").mkdir()
    helm("pull", f"oci://{two.host}/{owner.name}/hello", "--plain-http", "--destination", "pulled")
    assert (tmp_path / "pulled" / "hello-0.1.0.tgz").read_bytes() == (
        tmp_path / "hello-0.1.0.tgz"
    ).read_bytes()


def test_a_chart_posted_at_one_replica_is_at_the_other_at_once(
    replicas: tuple[Server, Server], owner: Person
) -> None:
    one, two = replicas
    api = f"/charts/api/{owner.name}/charts"
    content = package("web", "1.0.0")
    assert one.request("POST", api, content, owner.basic).status == 201
    assert "web" in two.request("GET", api, headers=owner.basic).json()
    pulled = two.request("GET", f"/charts/{owner.name}/charts/web-1.0.0.tgz", headers=owner.basic)
    assert pulled.body == content
    signed = clear_signed(
        f"name: web\nversion: 1.0.0\n\n...\nfiles:\n  web-1.0.0.tgz: {digest_of(content)}\n"
    )
    prov = f"/charts/api/{owner.name}/prov"
    assert two.request("POST", prov, signed, owner.basic).status == 201
    assert one.request("POST", prov, signed, owner.basic).status == 409
    assert two.request("DELETE", f"{api}/web/1.0.0", headers=owner.basic).status == 200
    assert one.request("HEAD", f"{api}/web/1.0.0", headers=owner.basic).status == 404


def test_of_uploads_of_one_version_at_both_replicas_one_is_saved(
    replicas: tuple[Server, Server], owner: Person
) -> None:
    def upload(number: int) -> int:
        content = package("race", "1.0.0", None, f"description: number {number}")
        api = f"/charts/api/{owner.name}/charts"
        return replicas[number % 2].request("POST", api, content, owner.basic).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(upload, range(8))) == [201] + [409] * 7
