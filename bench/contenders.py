"""The registries that are measured, each a process of its own on a free port, on a filled store (see ``stores``).

Charthouse's repositories are private and every request carries a token for its repository; the others are open.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from tests.support.postgres import postgres_server
from tests.support.processes import listening
from tests.support.server import Person, Server, free_port, serving
from tests.support.tools import tool
from tests.support.versitygw import ACCESS_KEY, SECRET_KEY, versitygw

from .charts import Charts, fill_charts
from .corpus import Corpus
from .crowd import fill_crowd
from .loader import OWNER, PASSWORD, USER, fill_by_pushes, fill_charthouse
from .pushes import ANONYMOUS
from .stores import copy, empty, fingerprint, kept

FILLING = ("bench/corpus.py", "bench/loader.py")
"""Files that decide what is in a store."""
QUIET = {"CHARTHOUSE_ACCESS_LOG": "off", "CHARTHOUSE_PULL_LOG": "off"}


@dataclass(frozen=True)
class Contender:
    """A running registry."""

    host: str
    pid: int
    authorization: Callable[[str], str]
    """From a repository's name to the value of the header, or ``-`` for none."""


@contextmanager
def charthouse(*corpora: Corpus, **settings: Any) -> Iterator[Contender]:
    """Run Charthouse on a store that holds ``corpora``; ``settings`` are keys of its configuration."""
    with copy(_charthouse_store(corpora)) as data, _charthouse(data, settings) as contender:
        yield contender


@contextmanager
def charthouse_with_charts(charts: Charts) -> Iterator[Contender]:
    """Run Charthouse on a store that holds ``charts``; every request carries the same user's name and password."""
    made_by = fingerprint(
        "src/charthouse/engines/metadata/**/*.py",
        "src/charthouse/helm/chart/index.py",
        *FILLING,
        "bench/charts.py",
    )
    store = kept(f"charthouse-{charts.name}", made_by, lambda data: fill_charts(data, charts, {}))
    with copy(store) as data, serving(data, environment=_environment({})) as server:
        basic = Person(USER, PASSWORD).basic["Authorization"]
        yield Contender(server.host, server.process.pid, lambda repository: basic)


@contextmanager
def charthouse_with_crowd() -> Iterator[Contender]:
    """Run Charthouse on a store with so many repositories, tags and people; its owner is a superuser."""
    made_by = fingerprint("src/charthouse/engines/metadata/**/*.py", *FILLING, "bench/crowd.py")
    settings = {"SUPER_USERS": [OWNER]}
    with (
        copy(kept("charthouse-crowd", made_by, fill_crowd)) as data,
        _charthouse(data, settings) as contender,
    ):
        yield contender


@contextmanager
def nginx_with(content: bytes) -> Iterator[Contender]:
    """Run Debian's nginx, which sends ``content`` as a file."""
    port = free_port()
    with TemporaryDirectory() as directory:
        place = Path(directory)
        place.chmod(0o755)
        (place / "index.yaml").write_bytes(content)
        config = place / "nginx.conf"
        config.write_text(
            f"daemon off; worker_processes {os.cpu_count()}; pid {place}/pid; error_log {place}/error.log;"
            f" events {{}} http {{ access_log off; sendfile on; tcp_nopush on;"
            f" server {{ listen 127.0.0.1:{port}; root {place}; }} }}"
        )
        with listening([tool("nginx"), "-c", config], port, place / "nginx.log") as process:
            yield Contender(f"127.0.0.1:{port}", process.pid, lambda repository: ANONYMOUS)


@contextmanager
def charthouse_on_postgres(*corpora: Corpus) -> Iterator[Contender]:
    """Run Charthouse with its metadata in PostgreSQL."""
    with empty() as data, postgres_server() as database:
        settings = {"DB_URI": database.url("postgres"), "DATABASE_SECRET_KEY": "bench" * 8}
        fill_charthouse(data, corpora, _environment(settings))
        with _charthouse(data, settings) as contender:
            yield contender


@contextmanager
def charthouse_on_s3(*corpora: Corpus) -> Iterator[Contender]:
    """Run Charthouse on a store that holds ``corpora``, with what is pushed from then on in an S3 server."""
    with copy(_charthouse_store(corpora)) as data, empty() as place, versitygw(place) as s3:
        (s3.directory / "bench").mkdir()
        arguments = {
            "storage_path": "/registry",
            "s3_bucket": "bench",
            "endpoint_url": s3.url,
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SECRET_KEY,
        }
        with _charthouse(
            data, {"DISTRIBUTED_STORAGE_CONFIG": {"default": ["S3Storage", arguments]}}
        ) as contender:
            yield contender


@contextmanager
def first_answer_of_charthouse(corpus: Corpus, path: str) -> Iterator[Callable[[], float]]:
    """Yield what starts Charthouse on a store that holds ``corpus`` and returns the seconds until ``path`` answers."""
    with copy(_charthouse_store((corpus,))) as data:

        def measure() -> float:
            started = time.monotonic()
            with serving(data, environment=_environment({}), first=path):
                return time.monotonic() - started

        yield measure


@contextmanager
def _charthouse(data: Path, settings: Mapping[str, Any]) -> Iterator[Contender]:
    with serving(data, environment=_environment(settings)) as server:
        yield Contender(server.host, server.process.pid, _tokens(server))


def _environment(settings: Mapping[str, Any]) -> dict[str, str]:
    return {"QUAY_OVERRIDE_CONFIG": json.dumps({**QUIET, **settings})}


@contextmanager
def peers_to_read(*corpora: Corpus) -> Iterator[dict[str, Contender]]:
    """Run the peers on one store that holds ``corpora``. It is not copied (its files are many): push nothing to it."""
    with _peers(_peers_store(corpora)) as contenders:
        yield contenders


@contextmanager
def peers_to_push_to() -> Iterator[dict[str, Contender]]:
    """Run the peers on an empty store: what they hold does not make their blob pushes slower."""
    with empty() as data, _peers(data) as contenders:
        yield contenders


@contextmanager
def _peers(data: Path) -> Iterator[dict[str, Contender]]:
    """Run distribution 3 and Debian's docker-registry (distribution 2): they write the same layout, and may share it."""
    with _peer("distribution", data) as distribution, _peer("docker-registry", data) as docker_registry:
        yield {"distribution 3": distribution, "docker-registry": docker_registry}


def _charthouse_store(corpora: tuple[Corpus, ...]) -> Path:
    made_by = fingerprint(
        "src/charthouse/engines/metadata/**/*.py", "src/charthouse/engines/blobs/*.py", *FILLING
    )
    return kept(_name("charthouse", corpora), made_by, lambda data: fill_charthouse(data, corpora, {}))


def _peers_store(corpora: tuple[Corpus, ...]) -> Path:
    def fill(data: Path) -> None:
        data.mkdir()
        with _peer("distribution", data) as contender:
            fill_by_pushes(contender.host, corpora)

    return kept(_name("peers", corpora), fingerprint(*FILLING), fill)


def _name(owner: str, corpora: tuple[Corpus, ...]) -> str:
    return "-".join([owner, *(corpus.name for corpus in corpora)])


@contextmanager
def _peer(program: str, data: Path) -> Iterator[Contender]:
    port = free_port()
    host = f"127.0.0.1:{port}"
    storage = {"filesystem": {"rootdirectory": str(data)}, "cache": {"blobdescriptor": "inmemory"}}
    log = {"level": "error", "accesslog": {"disabled": True}}
    settings = {"version": "0.1", "log": log, "storage": storage, "http": {"addr": host}}
    with TemporaryDirectory() as directory:
        config = Path(directory, "config.yml")
        config.write_text(json.dumps(settings))  # JSON is YAML
        with listening([tool(program), "serve", config], port, config.with_suffix(".log")) as process:
            yield Contender(host, process.pid, lambda repository: ANONYMOUS)


def _tokens(server: Server) -> Callable[[str], str]:
    """Return what gets a token for each repository, once: one log-in, then by refresh token (no password hash)."""
    query = urlencode({"service": server.host, "offline_token": "true"})
    refresh = server.request("GET", f"/v2/auth?{query}", headers=Person(USER, PASSWORD).basic).json()[
        "refresh_token"
    ]
    grant = {"grant_type": "refresh_token", "refresh_token": refresh, "service": server.host}

    @cache
    def authorization(repository: str) -> str:
        form = urlencode({**grant, "scope": f"repository:{repository}:pull,push"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return f"Bearer {server.request('POST', '/v2/auth', form.encode(), kind).json()['token']}"

    return authorization
