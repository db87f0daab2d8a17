"""Bad packages posted to ChartMuseum's API: refused with what is wrong, in bounded time and memory, and nothing stored."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.wire import memory
from tests.support.bad_packages import BAD
from tests.support.server import serving

from .museum import Museum, chart, error

SECONDS = 12.0
MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Museum]:
    """A server of one process, which has taken one chart in."""
    with serving(tmp_path_factory.mktemp("bad"), "--workers", "1") as server:
        made = Museum.new(server)
        assert made.upload(chart("good", "1.0.0")).status == 201
        yield made


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_package_is_refused(museum: Museum, kind: str, form: bool) -> None:
    [process] = museum.server.server_processes()
    content, before = BAD[kind](), memory(process)
    began = time.monotonic()
    answer = museum.post(chart=content) if form else museum.upload(content)
    assert time.monotonic() - began < SECONDS
    status, text = error(answer)
    assert status == 400
    assert 8 < len(text) < 4000
    assert memory(process) - before < 64 * MEGABYTE
    assert list(museum.charts()) == ["good"]
    catalog = museum.server.request("GET", "/v2/_catalog", headers=museum.server.admin.basic).json()
    assert catalog == {"repositories": [f"{museum.level}/good"]}


def test_nothing_of_it_is_left_and_good_ones_still_come_in(museum: Museum) -> None:
    stored = [path for path in (museum.server.data / "blobs").rglob("*") if path.is_file()]
    assert sum(_is_package(path) for path in stored) == 1
    assert list((museum.server.data / "spool").glob("*")) == []
    assert museum.upload(chart("good", "1.1.0")).status == 201


def _is_package(path: Path) -> bool:
    return path.read_bytes()[:2] == b"\x1f\x8b"


def test_it_is_told_without_what_could_hurt_a_terminal(museum: Museum) -> None:
    text = museum.upload(chart("web", '"1.0.0\\e[31m"')).body
    assert "\x1b" not in json.loads(text)["error"]
