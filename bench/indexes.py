"""The loads on classic repositories: indexes whole, zipped and unchanged, after a push, and packages."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from urllib.parse import urlencode
from urllib.request import Request as Call
from urllib.request import urlopen

from charthouse.helm.chart.push import CHART_TYPE, CONFIG_TYPE
from tests.support.packages import package

from .charts import Charts
from .contenders import Contender
from .loader import NAMESPACE
from .loads import Measure
from .memory import forget_peaks, peaks
from .pushes import Connection
from .reads import Request, read

ChartLoad = Callable[[Contender, Charts], Measure]

INDEX = f"/charts/{NAMESPACE}/index.yaml"
_LEAST_TRIES = 5
_EVERY_PROCESS = 12
"""Requests, each on a connection of its own, after which every server process has been asked."""


def whole_index(one: Contender) -> bytes:
    """Return the index as text."""
    return _get(one, {})[0]


def whole_indexes(one: Contender, charts: Charts) -> Measure:
    """GET the index as Helm does."""
    return _indexes(one, {}, 8)


def zipped_indexes(one: Contender, charts: Charts) -> Measure:
    """GET the index as gzip."""
    return _indexes(one, {"Accept-Encoding": "gzip"}, 8)


def unchanged_indexes(one: Contender, charts: Charts) -> Measure:
    """Ask whether the index has changed, which it has not; every process has it in memory."""
    return _indexes(one, {"If-None-Match": _get(one, {})[1]}, 32)


def static_files(one: Contender) -> Measure:
    """GET the file that a web server has."""
    requests = [Request("/index.yaml", one.authorization(""))]
    return lambda seconds: read(one.host, requests, 8, seconds, {}).requests


def classic_packages(one: Contender, charts: Charts) -> Measure:
    """GET packages by their classic addresses, 32 connections."""
    versions = [charts.version(number) for number in range(0, charts.versions, 100)]
    paths = [
        f"/charts/{NAMESPACE}/charts/{charts.chart(number)}-{version}.tgz"
        for number in range(charts.repositories)
        for version in versions
    ]
    return _packages(one, paths)


def blobs_of_charts(one: Contender, charts: Charts) -> Measure:
    """GET the same packages by their digests."""
    paths = [
        f"/v2/{charts.repository(number)}/blobs/{charts.blobs(number)[1].digest}"
        for number in range(charts.repositories)
    ]
    return _packages(one, paths)


def halves(one: Contender, charts: Charts) -> Measure:
    """GET the index, as gzip, by tokens for half of the charts, each drawn anew; milliseconds."""
    drawn = random.Random(1)

    def ask() -> None:
        covered = drawn.sample(range(charts.repositories), charts.repositories // 2)
        token = _token(one, [charts.repository(number) for number in covered])
        started = time.monotonic()
        _get(one, {"Accept-Encoding": "gzip", "Authorization": token})
        found.append((time.monotonic() - started) * 1000)

    found: list[float] = []

    def measure(seconds: float) -> float:
        found.clear()
        until = time.monotonic() + seconds
        while len(found) < _LEAST_TRIES or time.monotonic() < until:
            ask()
        return median(found)

    return measure


def after_pushes(one: Contender, charts: Charts) -> Measure:
    """Push one more version, and ask for the index from its 201 on, which must show it; milliseconds."""
    connection = Connection(one.host, one.authorization(charts.repository(0)))
    pushed = _more_versions(connection, charts)

    def measure(seconds: float) -> float:
        found: list[float] = []
        until = time.monotonic() + seconds
        while len(found) < _LEAST_TRIES or time.monotonic() < until:
            file = next(pushed)
            started = time.monotonic()
            index, _ = _get(one, {})
            found.append((time.monotonic() - started) * 1000)
            if file.encode() not in index:
                raise RuntimeError(f"the index lacks {file}")
        return median(found)

    return measure


def memory_of_index(one: Contender, charts: Charts) -> Measure:
    """Read the index; the value is the resident memory of the largest process at its peak, in MB."""

    def measure(seconds: float) -> float:
        forget_peaks(one.pid)
        _indexes(one, {}, 4)(seconds)
        return max(peaks(one.pid)) / 1e6

    return measure


def _indexes(one: Contender, headers: Mapping[str, str], connections: int) -> Measure:
    _ask_every_process(one)
    requests = [Request(INDEX, one.authorization(""))]
    return lambda seconds: read(one.host, requests, connections, seconds, headers).requests


def _packages(one: Contender, paths: list[str]) -> Measure:
    _ask_every_process(one)  # each must know the password, which takes long to verify
    requests = [Request(path, one.authorization("")) for path in paths]
    return lambda seconds: read(one.host, requests, 32, seconds, {}).requests


def _ask_every_process(one: Contender) -> None:
    for _ in range(_EVERY_PROCESS):
        _get(one, {})


def _get(one: Contender, headers: Mapping[str, str]) -> tuple[bytes, str]:
    """Return the index and its ETag."""
    call = Call(f"http://{one.host}{INDEX}", headers={"Authorization": one.authorization(""), **headers})
    with urlopen(call, timeout=120) as answer:  # noqa: S310 -- our own server
        return answer.read(), answer.headers["ETag"]


def _token(one: Contender, repositories: list[str]) -> str:
    """Return the header's value with a token that reads these repositories."""
    scopes = [("scope", f"repository:{repository}:pull") for repository in repositories]
    address = f"http://{one.host}/v2/auth?{urlencode([('service', one.host), *scopes])}"
    with urlopen(Call(address, headers={"Authorization": one.authorization("")}), timeout=60) as answer:
        return f"Bearer {json.load(answer)['token']}"


def _more_versions(connection: Connection, charts: Charts) -> Iterator[str]:
    """Push one more version a step; yields the name of its file."""
    repository, name = charts.repository(0), charts.chart(0)
    connection.push_blob(repository, f"sha256:{hashlib.sha256(b'{}').hexdigest()}", b"{}")
    for number in itertools.count(int(time.time() * 1000)):
        version = f"1000.{number}.0"
        content = package(name, version)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        connection.push_blob(repository, digest, content)
        config = {
            "mediaType": CONFIG_TYPE,
            "digest": f"sha256:{hashlib.sha256(b'{}').hexdigest()}",
            "size": 2,
        }
        layer = {"mediaType": CHART_TYPE, "digest": digest, "size": len(content)}
        document = {"schemaVersion": 2, "config": config, "layers": [layer]}
        connection.push_manifest(repository, version, json.dumps(document).encode())
        yield f"{name}-{version}.tgz"
