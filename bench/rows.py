"""The rows of the table: what is measured, against what, and what is expected of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from .charts import MANY_CHARTS, STANDARD_CHARTS, Charts
from .contenders import (
    Contender,
    charthouse,
    charthouse_on_postgres,
    charthouse_on_s3,
    charthouse_with_charts,
    charthouse_with_crowd,
    first_answer_of_charthouse,
    nginx_with,
    peers_to_push_to,
    peers_to_read,
)
from .corpus import (
    GIB,
    KIB,
    LARGE_BLOBS,
    LARGE_REPOSITORY,
    LARGE_STORE,
    LISTING,
    MIB,
    SMALL_REPOSITORY,
    SMALL_STORE,
    STANDARD,
    Corpus,
)
from .indexes import (
    ChartLoad,
    after_pushes,
    blobs_of_charts,
    classic_packages,
    halves,
    memory_of_index,
    static_files,
    unchanged_indexes,
    whole_index,
    whole_indexes,
    zipped_indexes,
)
from .loads import (
    Load,
    Measure,
    blob_pushes,
    blobs,
    manifests_by_digest,
    manifests_by_tag,
    memory_of_pushes,
    pages_of_tags,
    tag_pushes,
)
from .pages import GROUPS, slowest_of

NO_OTHERS: Mapping[str, ChartLoad] = MappingProxyType({})
PEERS = (STANDARD, LISTING, LARGE_BLOBS)
"""What all three registries hold."""


@dataclass(frozen=True)
class Side:
    """One of those that a row compares; ``pid`` is the server whose memory is counted, None: it ends at once."""

    name: str
    measure: Measure
    pid: int | None


class Lab:
    """What rows run their servers in: ``row`` ends with each row, the peers that are read from stay for all of them."""

    def __init__(self, run: ExitStack) -> None:
        self._run = run
        self.row = ExitStack()

    @cached_property
    def peers_to_read(self) -> dict[str, Contender]:
        """Return the peers by name, with the same content as Charthouse."""
        return self._run.enter_context(peers_to_read(*PEERS))


Own = Callable[..., AbstractContextManager[Contender]]
"""A way to run Charthouse on some corpora."""
Sides = Callable[[Lab], list[Side]]


@dataclass(frozen=True)
class Row:
    """A line of the table.

    With two sides or more, the first one's median over the second's shall be at least ``goal``; with one side, its
    median shall be at most ``goal``, or at least with ``rate``.
    """

    key: str
    work: str
    goal: float
    unit: str
    sides: Sides
    rate: bool = False


def reading(load: Load, own: Own = charthouse, **settings: Any) -> Sides:
    """Compare Charthouse, so configured, with distribution 3; Debian's docker-registry stands beside them."""

    def sides(lab: Lab) -> list[Side]:
        contender = lab.row.enter_context(own(*PEERS, **settings))
        return _sides({"Charthouse": contender, **lab.peers_to_read}, load)

    return sides


def pushing(load: Load) -> Sides:
    """The same for pushes."""

    def sides(lab: Lab) -> list[Side]:
        own = lab.row.enter_context(charthouse(*PEERS))
        return _sides({"Charthouse": own, **lab.row.enter_context(peers_to_push_to())}, load)

    return sides


def grown(large: Corpus, small: Corpus, load: Callable[[Corpus], Load]) -> Sides:
    """Compare Charthouse with much in it with Charthouse with little in it."""

    def sides(lab: Lab) -> list[Side]:
        found = []
        for corpus in (large, small):
            contender = lab.row.enter_context(charthouse(corpus))
            found.append(Side(corpus.name, load(corpus)(contender), contender.pid))
        return found

    return sides


def alone(load: Load, corpus: Corpus, own: Own = charthouse) -> Sides:
    """Measure Charthouse without a comparison."""
    return lambda lab: _sides({"Charthouse": lab.row.enter_context(own(corpus))}, load)


def of_charts(
    load: ChartLoad, charts: Charts = STANDARD_CHARTS, others: Mapping[str, ChartLoad] = NO_OTHERS
) -> Sides:
    """Measure Charthouse with many charts; ``others`` are further loads on the same server, by name."""

    def sides(lab: Lab) -> list[Side]:
        one = lab.row.enter_context(charthouse_with_charts(charts))
        loads = {"Charthouse": load, **others}
        return [Side(name, made(one, charts), one.pid) for name, made in loads.items()]

    return sides


def of_crowd(group: str) -> Sides:
    """Measure pages of the console with many repositories, tags and people."""
    return lambda lab: _sides(
        {"Charthouse": lab.row.enter_context(charthouse_with_crowd())}, slowest_of(group)
    )


def index_against_nginx() -> Sides:
    """Compare the whole index with nginx that sends the same text as a file."""

    def sides(lab: Lab) -> list[Side]:
        own = lab.row.enter_context(charthouse_with_charts(STANDARD_CHARTS))
        nginx = lab.row.enter_context(nginx_with(whole_index(own)))
        measures = (whole_indexes(own, STANDARD_CHARTS), static_files(nginx))
        return [
            Side(name, measure, one.pid)
            for name, one, measure in zip(("Charthouse", "nginx"), (own, nginx), measures, strict=True)
        ]

    return sides


def start(path: str) -> Sides:
    """Measure the seconds from a start of Charthouse, with a million manifests stored, to its first answer."""

    def sides(lab: Lab) -> list[Side]:
        measure = lab.row.enter_context(first_answer_of_charthouse(LARGE_STORE, path))
        return [Side("Charthouse", lambda seconds: measure(), None)]

    return sides


def _sides(contenders: dict[str, Contender], load: Load) -> list[Side]:
    return [Side(name, load(one), one.pid) for name, one in contenders.items()]


def _manifests(corpus: Corpus) -> Load:
    return manifests_by_tag(corpus, repositories=100)


BY_TAG = manifests_by_tag(STANDARD)
ROWS = (
    Row("manifest-get", "manifest GET by tag, 32 connections, pull log off", 4.5, "/s", reading(BY_TAG)),
    Row(
        "manifest-get-logged",
        "manifest GET by tag, 32 connections, pull log on (batched)",
        3.5,
        "/s",
        reading(BY_TAG, CHARTHOUSE_PULL_LOG="batched"),
    ),
    Row(
        "manifest-get-cold",
        "the same with a cold cache (nothing is kept)",
        1.5,
        "/s",
        reading(BY_TAG, CHARTHOUSE_CACHE_BYTES="0"),
    ),
    Row(
        "manifest-get-64mb",
        "the same with at most 64 MB of cache a worker",
        1.5,
        "/s",
        reading(BY_TAG, CHARTHOUSE_CACHE_BYTES="64M"),
    ),
    Row(
        "manifest-head",
        "manifest HEAD by digest, 32 connections",
        4.5,
        "/s",
        reading(manifests_by_digest(STANDARD)),
    ),
    Row("blob-get-100k", "blob GET 100 KiB, 32 connections", 10, "MB/s", reading(blobs(STANDARD, 32))),
    Row("blob-get-10m", "blob GET 10 MiB, 8 connections", 1.15, "MB/s", reading(blobs(LARGE_BLOBS, 8))),
    Row(
        "blob-push-100k",
        "blob push 100 KiB, 8 connections",
        3,
        "/s",
        pushing(blob_pushes(STANDARD, 100 * KIB, 8)),
    ),
    Row(
        "blob-push-10m",
        "blob push 10 MiB, 2 connections",
        1.1,
        "/s",
        pushing(blob_pushes(STANDARD, 10 * MIB, 2)),
    ),
    Row("tags-list", "tags list, 100 of 10,000", 10, "/s", reading(pages_of_tags(LISTING))),
    Row(
        "large-repository-get",
        "manifest GET in a repository of 100,000 tags against one of 10",
        0.9,
        "/s",
        grown(LARGE_REPOSITORY, SMALL_REPOSITORY, manifests_by_tag),
    ),
    Row(
        "large-repository-push",
        "push by tag in a repository of 100,000 tags against one of 10",
        0.9,
        "/s",
        grown(LARGE_REPOSITORY, SMALL_REPOSITORY, tag_pushes),
    ),
    Row(
        "large-store-get",
        "manifest GET with 1,000,000 manifests stored against 1,000",
        0.9,
        "/s",
        grown(LARGE_STORE, SMALL_STORE, _manifests),
    ),
    Row(
        "large-store-push",
        "push by tag with 1,000,000 manifests stored against 1,000",
        0.9,
        "/s",
        grown(LARGE_STORE, SMALL_STORE, tag_pushes),
    ),
    Row(
        "manifest-get-postgres",
        "manifest GET by tag, 32 connections, pull log off, on PostgreSQL",
        1.2,
        "/s",
        reading(BY_TAG, charthouse_on_postgres),
    ),
    Row(
        "memory",
        "resident memory of a worker while 8 clients push 1 GiB blobs",
        150,
        "MB",
        alone(memory_of_pushes(SMALL_STORE, GIB, 8), SMALL_STORE),
    ),
    Row(
        "memory-s3",
        "the same on S3",
        150,
        "MB",
        alone(memory_of_pushes(SMALL_STORE, GIB, 8), SMALL_STORE, charthouse_on_s3),
    ),
    Row(
        "index-plain",
        "whole index.yaml of 20,000 versions, plain, 8 connections, against nginx",
        0.9,
        "/s",
        index_against_nginx(),
    ),
    Row("index-gzip", "the same as gzip", 1000, "/s", of_charts(zipped_indexes), rate=True),
    Row(
        "index-unchanged",
        "the same with If-None-Match, 32 connections",
        10_000,
        "/s",
        of_charts(unchanged_indexes),
        rate=True,
    ),
    Row(
        "index-half",
        "first index, as gzip, of a half of the charts that nobody has asked for so far",
        50,
        "ms",
        of_charts(halves),
    ),
    Row(
        "index-after-push",
        "from the 201 of one more version to the last byte of the index that shows it",
        50,
        "ms",
        of_charts(after_pushes),
    ),
    Row(
        "chart-pull",
        "package of 20 KiB by its classic address against the same blob by /v2, 32 connections",
        0.9,
        "/s",
        of_charts(classic_packages, others={"by /v2": blobs_of_charts}),
    ),
    Row(
        "index-memory",
        "resident memory of the largest process with an index of 100,000 versions",
        300,
        "MB",
        of_charts(memory_of_index, MANY_CHARTS),
    ),
    *(
        Row(
            f"console-{group}",
            f"the slowest of {len(paths)} pages of the console: {group}",
            50,
            "ms",
            of_crowd(group),
        )
        for group, paths in GROUPS.items()
    ),
    Row("start", "from start to the first answer, 1 M manifests stored: `/v2/`", 1.0, "s", start("/v2/")),
    Row(
        "start-api",
        "from start to the first answer, 1 M manifests stored: `/api/v1/user/`",
        2.0,
        "s",
        start("/api/v1/user/"),
    ),
)
