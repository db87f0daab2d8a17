"""The registry as a whole: its size, its configuration, everybody's tokens; what strangers may know."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from charthouse.config.loader import load
from charthouse.jobs.registry_size import RegistrySizeJob
from charthouse.model.names import RepositoryName
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.superusers.size import SizeCounter
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present, push_blob

SIZE = "/api/v1/superuser/registrysize/"
TOKENS = "/api/v1/superuser/apptokens"
REFUSED = [("", 401), ("alice", 403)]


def counter(quay: QuayApi) -> SizeCounter:
    metadata = quay.registry.metadata
    return SizeCounter(metadata.measurements, metadata.collection, metadata.totals, quay.clock)


async def size(quay: QuayApi, who: str = "root") -> dict[str, object]:
    answer = await quay.ask("GET", SIZE, who=who)
    assert answer.status == 200
    told: dict[str, object] = answer.json()
    return told


async def test_size_is_counted_by_the_job_when_asked_for(superuser: QuayApi) -> None:
    alice = await superuser.actor("alice")
    for name, data in (("alice/one", b"a" * 100), ("alice/two", b"a" * 100), ("alice/two", b"b" * 23)):
        await push_blob(superuser.registry, alice, RepositoryName(name), data)
    job = RegistrySizeJob(counter(superuser))
    assert await job.run() == {"blobs": 0}
    assert await size(superuser) == {"size_bytes": 0, "last_ran": None, "queued": False, "running": False}
    assert (await superuser.ask("POST", SIZE, who="root")).status == 201
    assert (await superuser.ask("POST", SIZE, who="root")).status == 202
    assert await size(superuser, "auditor") == {
        "size_bytes": 0, "last_ran": None, "queued": True, "running": False,
    }  # fmt: skip
    assert await job.run() == {"blobs": 2}
    permit = RegistryPermit(await superuser.actor("root"))
    assert (await counter(superuser).get(permit)).linked == 223
    assert await size(superuser) == {
        "size_bytes": 123, "last_ran": superuser.clock.now_ms(), "queued": False, "running": False,
    }  # fmt: skip
    assert await job.run() == {"blobs": 0}


async def test_a_count_that_runs_is_told_and_one_that_died_is_queued(superuser: QuayApi) -> None:
    measurements = superuser.registry.metadata.measurements
    await superuser.ask("POST", SIZE, who="root")
    await measurements.keep("registry size, so far", 7, superuser.clock.now_ms())
    told = await size(superuser)
    assert (told["queued"], told["running"]) == (False, True)
    superuser.clock.advance(120)
    told = await size(superuser)
    assert (told["queued"], told["running"]) == (True, False)


@pytest.mark.parametrize(("who", "status"), [*REFUSED, ("auditor", 403)])
async def test_others_ask_for_no_count(superuser: QuayApi, who: str, status: int) -> None:
    assert (await superuser.ask("POST", SIZE, who=who)).status == status
    assert (await size(superuser))["queued"] is False


async def test_everybodys_tokens_without_their_secrets(superuser: QuayApi) -> None:
    made = await superuser.ask("POST", "/api/v1/user/apptoken", who="alice", document={"title": "laptop"})
    secret = made.json()["token"]["token_code"]
    for who in ("root", "auditor"):
        answer = await superuser.ask("GET", TOKENS, who=who)
        assert secret not in answer.body.decode()
        told = answer.json()
        assert (answer.status, told["only_expiring"]) == (200, False)
        (token,) = told["tokens"]
        assert set(token) == {"uuid", "title", "username", "last_accessed", "created", "expiration"}
        assert (token["title"], token["username"], token["expiration"]) == ("laptop", "alice", None)
    expiring = await superuser.ask("GET", f"{TOKENS}?expiring=true", who="root")
    assert expiring.json() == {"tokens": [], "only_expiring": True}


@pytest.mark.parametrize(("who", "status"), REFUSED)
@pytest.mark.parametrize("path", [SIZE, TOKENS])
async def test_others_see_nothing(superuser: QuayApi, who: str, status: int, path: str) -> None:
    assert (await superuser.ask("GET", path, who=who)).status == status


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    def write(more: str) -> Path:
        path = tmp_path / "config.yaml"
        secrets = "DATABASE_SECRET_KEY: very-secret-key-of-the-database-0123\nSECRET_KEY: another-secret-key-0123456789\n"
        path.write_text(f"SUPER_USERS: [root]\nREGISTRY_TITLE: Ours\n{secrets}{more}")
        return path

    return write


async def test_configuration_without_secrets(tmp_path: Path, config: Callable[[str], Path]) -> None:
    path = config("FEATURE_SUPERUSER_CONFIGDUMP: true\nGLOBAL_READONLY_SUPER_USERS: [auditor]\n")
    async with quay_api(tmp_path / "data", present(), config=path) as quay:
        for who in ("root", "auditor"):
            answer = await quay.ask("GET", "/api/v1/superuser/config", who=who)
            assert answer.status == 200
            assert "secret-key" not in answer.body.decode()
            told = answer.json()
            assert set(told) == {"config", "warning", "env", "schema"}
            assert told["config"]["SUPER_USERS"] == ["root"]
            assert told["schema"]["properties"]["SUPER_USERS"]
        for who, status in REFUSED:
            assert (await quay.ask("GET", "/api/v1/superuser/config", who=who)).status == status


async def test_configuration_is_told_only_where_that_is_wanted(superuser: QuayApi) -> None:
    assert (await superuser.ask("GET", "/api/v1/superuser/config", who="root")).status == 404


async def test_what_strangers_may_know_of_the_configuration(
    tmp_path: Path, config: Callable[[str], Path]
) -> None:
    path = config("FEATURE_ANONYMOUS_ACCESS: false\n")
    async with quay_api(tmp_path / "data", present(), config=path) as quay:
        answer = await quay.ask("GET", "/config")
        assert answer.status == 200
        told = answer.json()
        assert set(told) == {
            "config", "features", "oauth", "external_login", "registry_state", "version_number",
        }  # fmt: skip
        assert told["config"]["REGISTRY_TITLE"] == "Ours"
        assert told["features"]["ANONYMOUS_ACCESS"] is False
        assert told["features"]["SUPER_USERS"] is True
        assert told["features"]["PROXY_CACHE"] is False
        text = json.dumps(told)
        for hidden in ("secret-key", "root", str(tmp_path), 'SUPER_USERS": ['):
            assert hidden not in text
        assert set(told["config"]) <= {
            "REGISTRY_TITLE", "REGISTRY_TITLE_SHORT", "SERVER_HOSTNAME", "PREFERRED_URL_SCHEME",
            "TAG_EXPIRATION_OPTIONS", "DEFAULT_TAG_EXPIRATION", "AUTHENTICATION_TYPE",
        }  # fmt: skip


async def test_app_capabilities(quay: QuayApi) -> None:
    told = (await quay.ask("GET", "/.well-known/app-capabilities")).json()
    assert told["appName"] == "io.quay"
    assert "{namespace}/{reponame}" in told["capabilities"]["io.quay.view-image"]["url-template"]


def test_loader_reads_what_the_dump_needs(tmp_path: Path, config: Callable[[str], Path]) -> None:
    settings = load(data=tmp_path, config=config("FEATURE_SUPERUSER_CONFIGDUMP: true\n"), environment={})
    assert settings.people.configuration_dump
