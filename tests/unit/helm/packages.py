"""Packages as tests need them: whole ones, and ones that no tool would write."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from typing import NamedTuple

CHART_YAML = b"apiVersion: v2\nname: web\nversion: 1.2.3\n"


def entry(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, **fields: object) -> bytes:
    """Return a header with its content, in GNU's format; ``fields`` override what tarfile would write."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    padding = b"\0" * (-len(content) % 512)
    return info.tobuf(tarfile.GNU_FORMAT) + content + padding


def archive(*entries: bytes, end: bytes = b"\0" * 1024) -> bytes:
    """Return a package of the entries as they are."""
    return gzip.compress(b"".join(entries) + end, mtime=0)


def package(
    files: Mapping[str, bytes] | None = None, directory: str = "web", chart_yaml: bytes = CHART_YAML
) -> bytes:
    """Return a package with Chart.yaml and the files, in one directory."""
    whole = {"Chart.yaml": chart_yaml, **(files or {})}
    return archive(*(entry(f"{directory}/{name}", content) for name, content in whole.items()))


def by_tarfile(files: Mapping[str, bytes], format: int) -> bytes:
    """Return a package as Python's tarfile writes it in one of its formats."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=format) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class Cost(NamedTuple):
    """What a child told of reading a package: the first problem, and what it took."""

    rule: str
    message: str
    where: str
    seconds: float
    mebibytes: float


_CHILD = """
import json, resource, sys, time
from charthouse.helm.chart.reading import inspect
inspect(b"")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
data = sys.stdin.buffer.read()
before, start = peak(), time.process_time()
reading = inspect(data)
took = time.process_time() - start
first = reading.problems[0] if reading.problems else None
told = [first.rule, first.message, first.where] if first else ["", "", ""]
print(json.dumps([*told, took, peak() - before]))
"""


def cost(data: bytes) -> Cost:
    """Read a package in a child of its own."""
    child = subprocess.run(
        [sys.executable, "-c", _CHILD], input=data, capture_output=True, check=True, timeout=60
    )
    return Cost(*json.loads(child.stdout))
