"""The loads: each a function from a running registry to what is measured on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from random import Random

from .contenders import Contender
from .corpus import Corpus
from .memory import forget_peaks, peaks
from .pushes import BlobPusher, Pusher, TagPusher, push
from .reads import Request, head, read

Measure = Callable[[float], float]
"""From seconds of load to a value."""
Load = Callable[[Contender], Measure]


def manifests_by_tag(corpus: Corpus, repositories: int = 1000, tags: int = 1000) -> Load:
    """GET manifests by tag, 32 connections: ``tags`` of each of the first ``repositories``, as far as there are."""

    def load(contender: Contender) -> Measure:
        requests = [
            Request(f"/v2/{name}/manifests/{tag}", contender.authorization(name))
            for name, tag, _ in _targets(corpus, repositories, tags)
        ]
        return lambda seconds: read(contender.host, requests, 32, seconds).requests

    return load


def manifests_by_digest(corpus: Corpus) -> Load:
    """HEAD manifests by digest, 32 connections."""

    def load(contender: Contender) -> Measure:
        requests = [
            Request(f"/v2/{name}/manifests/{_digest(content)}", contender.authorization(name))
            for name, _, content in _targets(corpus, corpus.repositories, corpus.tags)
        ]
        return lambda seconds: head(contender.host, requests, 32, seconds)

    return load


def blobs(corpus: Corpus, connections: int) -> Load:
    """GET layers; the value is MB (10⁶ bytes) a second."""

    def load(contender: Contender) -> Measure:
        requests = [
            Request(f"/v2/{name}/blobs/{corpus.blobs(number)[1].digest}", contender.authorization(name))
            for number, name in enumerate(map(corpus.repository, range(corpus.repositories)))
        ]
        return lambda seconds: read(contender.host, requests, connections, seconds).bytes / 1e6

    return load


def pages_of_tags(corpus: Corpus) -> Load:
    """List 100 tags, after a tag drawn at random, 32 connections."""

    def load(contender: Contender) -> Measure:
        name = corpus.repository(0)
        path = f"/v2/{name}/tags/list?n=100&last="
        requests = [
            Request(path + corpus.tag(number), contender.authorization(name))
            for number in range(corpus.tags - 100)
        ]
        return lambda seconds: read(contender.host, requests, 32, seconds).requests

    return load


def blob_pushes(corpus: Corpus, size: int, connections: int) -> Load:
    """Push blobs of ``size`` bytes; the value is pushes a second."""
    return lambda contender: _pushing(contender, corpus, BlobPusher(corpus.repository(0), size), connections)


def tag_pushes(corpus: Corpus) -> Load:
    """Push manifests by tag, 8 connections; the value is pushes a second."""
    return lambda contender: _pushing(contender, corpus, TagPusher(corpus), 8)


def memory_of_pushes(corpus: Corpus, size: int, connections: int) -> Load:
    """Push blobs of ``size`` bytes; the value is the resident memory of the largest process at its peak, in MB."""

    def load(contender: Contender) -> Measure:
        pushing = blob_pushes(corpus, size, connections)(contender)

        def measure(seconds: float) -> float:
            forget_peaks(contender.pid)
            pushing(seconds)
            return max(peaks(contender.pid)) / 1e6

        return measure

    return load


def _pushing(contender: Contender, corpus: Corpus, pusher: Pusher, connections: int) -> Measure:
    authorization = contender.authorization(corpus.repository(0))
    return lambda seconds: push(pusher, contender.host, authorization, connections, seconds)


def _targets(corpus: Corpus, repositories: int, tags: int) -> Iterator[tuple[str, str, bytes]]:
    for repository in range(min(repositories, corpus.repositories)):
        manifests = corpus.manifests(repository)
        for number in Random(repository).sample(range(corpus.tags), min(tags, corpus.tags)):
            tag = corpus.tag(number)
            yield corpus.repository(repository), tag, manifests[tag]


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
