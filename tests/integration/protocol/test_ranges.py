"""Range requests on blobs (RFC 9110 § 14)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .client import Client
from .content import random_blob

SIZE = 2048
DATA = random_blob(SIZE)


@pytest.fixture(scope="module", params=["sha256", "sha512"])
def held(owner: Client, new_repository: Callable[[], str], request: pytest.FixtureRequest) -> tuple[str, str]:
    """A repository and the digest of the blob in it."""
    repository = new_repository()
    return repository, owner.push_blob(repository, DATA, request.param)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=500-1499", 500, 1500),
        ("bytes=500-", 500, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        ("bytes=2000-5000", 2000, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-99999", 0, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=0-" + "9" * 19, 0, SIZE),
        ("Bytes=3-4", 3, 5),
    ],
)
def test_part(owner: Client, held: tuple[str, str], asked: str, start: int, stop: int) -> None:
    repository, digest = held
    reply = owner.get_blob(repository, digest, Range=asked).expect(206)
    assert reply.body == DATA[start:stop]
    assert reply.header("Content-Length") == str(stop - start)
    assert reply.header("Content-Range") == f"bytes {start}-{stop - 1}/{SIZE}"
    assert reply.header("Docker-Content-Digest") == digest
    assert reply.header("ETag") == f'"{digest}"'


@pytest.mark.parametrize(
    "asked", ["bytes=500-0", "bytes=5000-10000", f"bytes={SIZE}-", "bytes=-0", "bytes=" + "9" * 19 + "-"]
)
def test_part_outside_the_blob(owner: Client, held: tuple[str, str], asked: str) -> None:
    reply = owner.get_blob(*held, Range=asked)
    reply.refusal(416)
    assert reply.header("Content-Range") == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,3-4", "lines=1-2", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2-3", "0-5", ""],
)
def test_whole_blob_when_the_range_is_none_that_is_served(
    owner: Client, held: tuple[str, str], asked: str
) -> None:
    reply = owner.get_blob(*held, Range=asked).expect(200)
    assert reply.body == DATA
    assert reply.headers.get("Content-Range") is None


def test_if_range(owner: Client, held: tuple[str, str]) -> None:
    repository, digest = held
    owner.get_blob(repository, digest, Range="bytes=1-2", If_Range=f'"{digest}"').expect(206)
    for other in ('"other"', f'W/"{digest}"', "Wed, 21 Oct 2015 07:28:00 GMT"):
        reply = owner.get_blob(repository, digest, Range="bytes=1-2", If_Range=other).expect(200)
        assert reply.body == DATA


def test_head_ignores_ranges(owner: Client, held: tuple[str, str]) -> None:
    reply = owner.get_blob(*held, "HEAD", Range="bytes=1-2").expect(200)
    assert reply.header("Content-Length") == str(SIZE)


def test_every_range_of_an_empty_blob_is_outside_it(owner: Client, held: tuple[str, str]) -> None:
    repository, _ = held
    digest = owner.push_blob(repository, b"")
    assert (
        owner.get_blob(repository, digest, Range="bytes=0-").expect(416).header("Content-Range")
        == "bytes */0"
    )
