"""A chart's package: a gzipped tar archive with one directory, read in bounded time and memory.

Refused is what Helm refuses (Helm 3.22 ``loader/archive.go``; CVE-2019-1000009), and also links, devices, names that
come twice, backslashes, and a second directory, which Helm passes over in silence.
"""

from __future__ import annotations

import io
import posixpath
import re
from typing import BinaryIO

import msgspec

from .errors import ChartInvalid
from .facts import File
from .gunzip import Gunzip
from .limits import DEFAULT_LIMITS, Limits
from .tars import Entry, entries

_DRIVE = re.compile(r"[a-zA-Z]:")
_LONGEST_NAME = 1024
_HEADERS = 1536  # bytes that the archive may spend on a file's headers and padding, on average
_READ = frozenset(
    [
        "Chart.yaml",
        "Chart.lock",
        "values.yaml",
        "values.schema.json",
        "requirements.yaml",
        "requirements.lock",
    ]
)
_SHOWN = re.compile(r"(?:readme|licen[cs]e|copying)(?:\.[a-z]{1,8})?", re.IGNORECASE)
_SUBCHART = re.compile(r"charts/[^/]+/Chart\.yaml")


class Package(msgspec.Struct, frozen=True):
    """What was read of a package. ``data`` holds the files that say something of the chart, cut at the limits."""

    digest: str
    size: int
    directory: str
    files: list[File]
    unpacked: int
    data: dict[str, bytes]
    cut: frozenset[str]


def open_package(source: bytes | BinaryIO, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Read a package from its bytes or from a file. Raises ChartInvalid for what is no chart's package."""
    stream = Gunzip(
        io.BytesIO(source) if isinstance(source, bytes) else source,
        limits.package,
        limits.unpacked + limits.files * _HEADERS,
    )
    reader = _Reader(stream, limits)
    for entry in entries(stream, limits.files):
        reader.take(entry)
    return reader.package()


class _Reader:
    """Takes the entries of one archive."""

    def __init__(self, stream: Gunzip, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._directory: str | None = None
        self._files: list[File] = []
        self._names: set[str] = set()
        self._unpacked = 0
        self._kept = 0
        self._data: dict[str, bytes] = {}
        self._cut: set[str] = set()

    def take(self, entry: Entry) -> None:
        """Check an entry's name and size, and keep what is worth keeping."""
        path = self._path(entry)
        if entry.directory:
            return
        if path in self._names:
            raise ChartInvalid("archive-duplicate", "is there twice; a reader could take either", path)
        self._names.add(path)
        self._weigh(path, entry.size)
        self._files.append(File(path, entry.size))
        if (
            path in _READ
            or path.startswith(("templates/", "crds/"))
            or _SHOWN.fullmatch(path)
            or _SUBCHART.fullmatch(path)
        ):
            self._keep(path, entry.size)

    def package(self) -> Package:
        """Return what was read, when it is a chart at all."""
        if not self._files:
            raise ChartInvalid("archive-empty", "holds no files; make it by `helm package`")
        if "Chart.yaml" not in self._names:
            raise ChartInvalid(
                "chart-yaml-missing", f"there is no Chart.yaml in the directory {self._directory!r}"
            )
        return Package(
            self._stream.digest,
            self._stream.size,
            self._directory or "",
            self._files,
            self._unpacked,
            self._data,
            frozenset(self._cut),
        )

    def _path(self, entry: Entry) -> str:
        """Return the path below the chart's directory, empty for that directory itself."""
        name = entry.name
        shown = name if len(name) <= 120 else name[:120] + "…"
        if not name or len(name) > _LONGEST_NAME:
            raise ChartInvalid(
                "archive-name",
                f"is a path of {len(name)} characters; 1 to {_LONGEST_NAME} are allowed",
                shown,
            )
        if "\\" in name:
            raise ChartInvalid(
                "archive-name", "has a backslash in its path; make the package by `helm package`", shown
            )
        if not name.isprintable():
            raise ChartInvalid(
                "archive-name", "has a path that cannot be printed; rename it", ascii(shown)[1:-1]
            )
        if name.startswith("/") or _DRIVE.match(name):
            raise ChartInvalid(
                "archive-path", "is an absolute path; paths begin with the chart's directory", shown
            )
        parts = name.split("/")
        if ".." in parts:
            raise ChartInvalid("archive-path", "leads out of the chart's directory", shown)
        inner = "/".join(parts[1:])
        if inner.startswith("/") or _DRIVE.match(inner):
            raise ChartInvalid(
                "archive-path", "is an absolute path; paths begin with the chart's directory", shown
            )
        path = posixpath.normpath(inner) if inner else "."
        if path == "." and not entry.directory:
            raise ChartInvalid("archive-path", "lies beside the chart's directory, not in it", shown)
        if self._directory is None:
            self._directory = parts[0]
        elif parts[0] != self._directory:
            problem = f"lies in a second directory beside {self._directory!r}; a package holds one chart"
            raise ChartInvalid("archive-directories", problem, shown)
        return "" if path == "." else path

    def _weigh(self, path: str, size: int) -> None:
        limits = self._limits
        if path == "Chart.yaml" and size > limits.chart_yaml:
            raise ChartInvalid("chart-yaml-size", f"has {size} bytes; {limits.chart_yaml} are allowed", path)
        if size > limits.file:
            raise ChartInvalid(
                "file-size", f"has {size} bytes; Helm reads files of at most {limits.file}", path
            )
        self._unpacked += size
        if self._unpacked > limits.unpacked:
            raise ChartInvalid(
                "unpacked-size", f"unpacks to more than {limits.unpacked} bytes, which Helm refuses"
            )

    def _keep(self, path: str, size: int) -> None:
        limits = self._limits
        if path == "Chart.yaml":
            wanted = size
        elif path in _READ:
            wanted = min(size, limits.yaml)
        else:
            wanted = min(size, limits.text, limits.texts - self._kept)
            self._kept += wanted
        data = self._stream.read(wanted)
        if len(data) < wanted:
            raise ChartInvalid("archive", "is cut: the tar archive ends within it; make it anew", path)
        self._data[path] = data
        if wanted < size:
            self._cut.add(path)
