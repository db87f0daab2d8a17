"""``charthouse config validate``: every mistake at once; with --online the real parts are tried."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.engines.keys.authority import Authority
from charthouse.engines.metadata.factory import migrate
from tests.support.databases import DatabaseServer
from tests.support.redis import PASSWORD, RedisServer
from tests.support.versitygw import ACCESS_KEY, SECRET_KEY, S3Server

from .conftest import Command


def bucket(server: S3Server, name: str = "registry", **changes: Any) -> dict[str, Any]:
    arguments = {
        "hostname": "127.0.0.1",
        "port": str(server.port),
        "is_secure": "false",
        "storage_path": "/there",
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "bucket_name": name,
    }
    return {"DISTRIBUTED_STORAGE_CONFIG": {"default": ["RadosGWStorage", arguments | changes]}}


def redis_of(server: RedisServer, **changes: Any) -> dict[str, Any]:
    tls = {"ssl": True, "ssl_ca_certs": str(server.authority)} if server.authority else {}
    return {
        "BUILDLOGS_REDIS": {"host": "127.0.0.1", "port": server.port, "password": PASSWORD, **tls, **changes}
    }


def test_a_file_without_mistakes(command: Command) -> None:
    report = command.validate(
        {"SUPER_USERS": ["ann"], "FEATURE_QUOTA_MANAGEMENT": True, "FEATURE_BILLING": True}
    )
    assert report["valid"]
    assert report["checks"] == []
    assert report["without_effect"] == [
        {
            "key": "FEATURE_BILLING",
            "place": "config.yaml:1",
            "later": False,
            "because": "it belongs to Quay's hosted service",
        },
        {"key": "FEATURE_QUOTA_MANAGEMENT", "place": "config.yaml:1", "later": True, "because": "quotas"},
    ]


def test_for_people(command: Command) -> None:
    file = command.place / "config.yaml"
    file.write_text("FEATURE_QUOTA_MANAGEMENT: true\n\nFEATURE_BILLING: true\n")
    done = command.run("validate", "config.yaml", "--online", "--data", str(command.place / "data"))
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "config.yaml can be used"
    assert "  config.yaml:1: FEATURE_QUOTA_MANAGEMENT: quotas" in lines
    assert "  config.yaml:3: FEATURE_BILLING: it belongs to Quay's hosted service" in lines
    assert "  database: ok: " in done.stdout
    assert "  storage: ok: " in done.stdout
    assert not (command.place / "data").exists(), "nothing is made"


def test_every_mistake_with_its_line(command: Command) -> None:
    file = command.place / "config.yaml"
    file.write_text(
        """\
SERVER_HOSTNAME: https://registry.example.com
BUILDLOGS_REDIS:
  host: redis
  prot: 6379
  port: many
DISTRIBUTED_STORAGE_CONFIG:
  default:
    - S3Storage
    - s3_bucket: b
      s3_regoin: us-east-1
      port: 99999
FEATURE_FIPS: true
SUPER_USER: [ann]
MAIL_PORT: 0
LDAP_URI: http://ldap
LABELED_EXPIRATION_MINIMUM: 2w
LABELED_EXPIRATION_MAXIMUM: 1w
KEYCLOAK_LOGIN_CONFIG:
  CLIENT_ID: a
  USE_PKCE: perhaps
BUILD_MANAGER: [ephemeral, {ORCHESTRATOR: {REDIS_HOST: a}, EXECUTORS: [{EXECUTOR: k8s}]}]
"""
    )
    environment = {
        "QUAY_OVERRIDE_CONFIG": json.dumps({"PROXY_COUNT": "x", "TAG_EXPIRATION_OPTIONS": ["1d", "long"]}),
        "WORKER_COUNT": "many",
    }
    done = command.run("validate", "config.yaml", "--online", "--output", "json", environment=environment)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["checks"] == [], "nothing is tried with half of a configuration"
    assert [(one["line"], one["message"].split(":")[0]) for one in report["mistakes"]] == [
        (1, "SERVER_HOSTNAME"),
        (4, "BUILDLOGS_REDIS.prot"),
        (5, "BUILDLOGS_REDIS.port"),
        (9, "DISTRIBUTED_STORAGE_CONFIG.default[1]"),
        (10, "DISTRIBUTED_STORAGE_CONFIG.default[1].s3_regoin"),
        (11, "DISTRIBUTED_STORAGE_CONFIG.default[1].port"),
        (12, "FEATURE_FIPS"),
        (13, "SUPER_USER is no setting"),
        (14, "MAIL_PORT"),
        (15, "LDAP_URI"),
        (17, "LABELED_EXPIRATION_MAXIMUM is below LABELED_EXPIRATION_MINIMUM"),
        (18, "KEYCLOAK_LOGIN_CONFIG"),
        (18, "KEYCLOAK_LOGIN_CONFIG"),
        (20, "KEYCLOAK_LOGIN_CONFIG.USE_PKCE"),
        (21, "BUILD_MANAGER[1].EXECUTORS[0].EXECUTOR"),
        (0, "PROXY_COUNT"),
        (0, "TAG_EXPIRATION_OPTIONS[1]"),
        (0, "WORKER_COUNT"),
    ]
    places = {one["place"] for one in report["mistakes"]}
    assert {"config.yaml:1", "QUAY_OVERRIDE_CONFIG", "environment variable WORKER_COUNT"} <= places
    told = command.run("validate", "config.yaml", "--online", environment=environment)
    assert told.stdout.startswith("config.yaml: 18 mistakes\n  config.yaml:1: SERVER_HOSTNAME: expected host")
    assert "did you mean s3_region?" in told.stdout
    assert told.stdout.endswith("Nothing was tried: mend these first.\n")


def test_a_file_that_is_not_there(command: Command) -> None:
    done = command.run("validate", "config.yaml")
    assert done.returncode == 1
    assert "can't be read: No such file" in done.stdout
    assert command.run("validate").returncode == 2
    assert command.run("validate", environment={"CHARTHOUSE_CONFIG": "config.yaml"}).returncode == 1


def test_a_database(command: Command, database: DatabaseServer) -> None:
    url = asyncio.run(database.create_database("empty"))
    settings: dict[str, Any] = {"DB_URI": url, "DATABASE_SECRET_KEY": "key"}
    ok, verdict = command.online(settings)["database"]
    assert ok, verdict
    assert "answers; it has no tables yet, the first start makes them" in verdict
    assert command.online(settings)["database"] == (ok, verdict), "the first attempt has left nothing"
    ok, verdict = command.online(settings | {"DB_URI": database.url("elsewhere")})["database"]
    assert (ok, verdict) == (False, "there is no such database")


def test_a_certificate_of_a_stranger(command: Command, database: DatabaseServer, tmp_path: Path) -> None:
    assert database.certificate is not None
    stranger = Authority(tmp_path / "stranger").certificate([]).authority
    for authority, good in (
        (database.certificate.authority, True),
        (stranger, False),
        (Path("/absent"), False),
    ):
        words: dict[str, Any] = {"ssl": {"ca": str(authority)}}
        if database.scheme == "postgresql":
            words = {"sslmode": "verify-full", "sslrootcert": str(authority)}
        found = {"DB_URI": database.url("here"), "DATABASE_SECRET_KEY": "k", "DB_CONNECTION_ARGS": words}
        ok, verdict = command.online(found)["database"]
        assert ok is good, verdict
        assert good or "certificate" in verdict


def test_a_database_after_a_start(command: Command, database: DatabaseServer) -> None:
    url = asyncio.run(database.create_database("started"))
    migrate(url)
    ok, verdict = command.online({"DB_URI": url, "DATABASE_SECRET_KEY": "key"})["database"]
    assert ok
    assert verdict.endswith("its schema is this program's")


def test_sqlite(command: Command) -> None:
    path = command.place / "made" / "charthouse.db"
    url = {"DB_URI": f"sqlite:///{path}"}
    ok, verdict = command.online(url)["database"]
    assert ok
    assert verdict == f"{path} is not there yet, a start makes it"
    assert not path.parent.exists()
    migrate(url["DB_URI"])
    ok, verdict = command.online(url)["database"]
    assert ok
    assert verdict == f"{path} can be written; its schema is this program's"
    path.write_bytes(b"no database" * 100)
    ok, verdict = command.online(url)["database"]
    assert not ok


def test_a_bucket(command: Command, s3: S3Server) -> None:
    assert command.online(bucket(s3))["storage"] == (True, "an object was written, read and deleted")
    assert [path for path in (s3.directory / "registry").rglob("*") if path.is_file()] == []
    for wrong in (bucket(s3, "absent"), bucket(s3, secret_key="wrong"), bucket(s3, port=1)):
        ok, verdict = command.online(wrong)["storage"]
        assert not ok
        assert SECRET_KEY not in verdict


def test_a_directory(command: Command) -> None:
    place = command.place / "made"
    storage = {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["LocalStorage", {"storage_path": str(place)}]}}
    ok, verdict = command.online(storage)["storage"]
    assert ok
    assert f"{place} is not there yet" in verdict
    place.mkdir()
    assert command.online(storage)["storage"] == (True, f"a file was written, read and deleted in {place}")
    assert list(place.iterdir()) == []
    place.rmdir()
    place.write_text("no directory")
    ok, verdict = command.online(storage)["storage"]
    assert not ok


def test_redis(command: Command, redis: RedisServer) -> None:
    good = redis_of(redis)
    cache = {"engine": "redis", "redis_config": {"primary": good["BUILDLOGS_REDIS"]}}
    found = command.online(good | {"DATA_MODEL_CACHE_CONFIG": cache})
    assert found["BUILDLOGS_REDIS"] == (True, "PING was answered")
    assert found["DATA_MODEL_CACHE_CONFIG.primary"] == (True, "PING was answered")
    assert command.online(redis_of(redis, db=3, username="default"))["BUILDLOGS_REDIS"][0]
    for change, expected in (
        ({"password": "wrong one"}, "it refuses AUTH: user or password is wrong"),
        ({"password": None}, "it refuses PING: it asks for a password"),
        ({"db": 999}, "it refuses SELECT: ERR"),
        ({"port": 1}, "nothing listens at its host and port"),
        ({"host": "redis.invalid"}, "its host name is not known"),
    ):
        assert command.online(redis_of(redis, **change))["BUILDLOGS_REDIS"] == (False, expected)


def test_redis_and_tls(command: Command, redis: RedisServer) -> None:
    if redis.authority is None:
        assert command.online(redis_of(redis, ssl=True), seconds=2)["BUILDLOGS_REDIS"][0] is False
        return
    ok, verdict = command.online(redis_of(redis, ssl_ca_certs=None))["BUILDLOGS_REDIS"]
    assert not ok
    assert verdict.startswith("its certificate is refused: ")
    assert command.online(redis_of(redis, ssl_ca_certs=None, ssl_cert_reqs="none"))["BUILDLOGS_REDIS"][0]
    assert not command.online(redis_of(redis, ssl=False))["BUILDLOGS_REDIS"][0]


@pytest.fixture
def silence() -> Iterator[int]:
    """A port where connections are taken, and nothing is ever said."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield listening.getsockname()[1]


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_nobody_waits_for_ever(command: Command, silence: int, scheme: str) -> None:
    arguments = {
        "storage_path": "/x",
        "s3_bucket": "b",
        "s3_access_key": "a",
        "s3_secret_key": "b",
        "endpoint_url": f"http://127.0.0.1:{silence}",
    }
    began = time.monotonic()
    found = command.online(
        {
            "DB_URI": f"{scheme}://u:p@127.0.0.1:{silence}/d",
            "DATABASE_SECRET_KEY": "key",
            "DISTRIBUTED_STORAGE_CONFIG": {"default": ["S3Storage", arguments]},
            "USER_EVENTS_REDIS": {"host": "127.0.0.1", "port": silence},
        },
        seconds=1,
    )
    assert time.monotonic() - began < 10
    assert found == dict.fromkeys(
        ("database", "storage", "USER_EVENTS_REDIS"), (False, "no answer within 1 seconds")
    )
