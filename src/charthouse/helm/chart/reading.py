"""A package's bytes to everything that is kept of a chart."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

import msgspec

from .archive import Package, open_package
from .artifacthub import read_annotations
from .errors import ChartInvalid
from .facts import ChartReading, Lock, Metadata, Problem, Provenance, Subchart, Text, Value
from .images import images
from .licences import licence
from .limits import DEFAULT_LIMITS, Limits
from .metadata import read_chart_yaml, read_lock, with_requirements
from .provenance import read_provenance
from .texts import cut, decode
from .values import rows
from .yamls import parse, plain

_PACKED = re.compile(r"charts/(?P<name>[^/]+)-(?P<version>v?\d+\.\d+\.\d+[^/]*)\.tgz")
_README = re.compile(r"readme(?:\.(?:md|markdown|txt|rst))?", re.IGNORECASE)
_LICENSE = re.compile(r"(?:licen[cs]e|copying)(?:\.[a-z]{1,8})?", re.IGNORECASE)
_MANIFESTS = (".yaml", ".yml", ".json")

T = TypeVar("T")


def read_chart(
    source: bytes | BinaryIO, provenance: bytes | None = None, limits: Limits = DEFAULT_LIMITS
) -> ChartReading:
    """Read a package that must be whole. Raises ChartInvalid for the first thing that Helm could not use."""
    reading = _Reading(open_package(source, limits), limits).reading(provenance)
    for problem in reading.problems:
        if problem.severity == "error":
            raise ChartInvalid(problem.rule, problem.message, problem.where)
    return reading


def inspect(
    source: bytes | BinaryIO, provenance: bytes | None = None, limits: Limits = DEFAULT_LIMITS
) -> ChartReading:
    """Read a package however broken it is: ``problems`` says what is wrong, and ``broken`` whether Helm could use it.

    A source that is a file must be seekable; OSError of reading it is the caller's.
    """
    try:
        package = open_package(source, limits)
    except ChartInvalid as error:
        digest, size = _whole(source)
        return ChartReading(digest=digest, size=size, problems=[_error(error)])
    return _Reading(package, limits).reading(provenance)


class _Reading:
    """Reads the parts of one package; each that is broken becomes a problem, and the others are read on."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._problems: list[Problem] = []
        self._truncated = sorted(package.cut)
        self._sizes = {file.path: file.size for file in package.files}

    def reading(self, provenance: bytes | None) -> ChartReading:
        """Return everything."""
        package, limits = self._package, self._limits
        read = self._try(lambda: read_chart_yaml(package.data["Chart.yaml"], limits))
        metadata, chart_yaml = read or (Metadata(), {})
        metadata = self._requirements(metadata)
        self._directory(metadata)
        hub, problems = read_annotations(metadata.annotations, limits)
        self._problems.extend(problems)
        schema_text = self._text("values.schema.json")
        templates = self._texts("templates/", ())
        settings, values = self._values_yaml(self._schema(schema_text))
        license_text = self._first(_LICENSE)
        proof = None if provenance is None else self._provenance(provenance)
        return ChartReading(
            digest=package.digest,
            size=package.size,
            metadata=metadata,
            chart_yaml=chart_yaml,
            values_text=self._text("values.yaml"),
            values=settings,
            schema=schema_text,
            readme=self._first(_README),
            license_text=license_text,
            license=licence(metadata, license_text),
            templates=templates,
            crds=self._texts("crds/", _MANIFESTS),
            lock=self._lock(),
            subcharts=self._subcharts(),
            images=images(hub.images if hub else [], values, templates, metadata.app_version),
            artifact_hub=hub,
            provenance=proof,
            files=self._package.files[: limits.file_names],
            file_count=len(package.files),
            unpacked_size=package.unpacked,
            truncated=self._truncated + (["files"] if len(package.files) > limits.file_names else []),
            problems=self._problems[: limits.problems],
        )

    def _try(self, part: Callable[[], T]) -> T | None:
        try:
            return part()
        except ChartInvalid as error:
            self._problems.append(_error(error))
            return None

    def _directory(self, metadata: Metadata) -> None:
        directory = self._package.directory
        if metadata.name and directory not in (metadata.name, "."):
            problem = (
                f"the package's directory is {directory[:80]!r}, the chart's name {metadata.name[:80]!r}"
            )
            self._problems.append(Problem("directory", "warning", problem))

    def _requirements(self, metadata: Metadata) -> Metadata:
        data = self._whole_file("requirements.yaml")
        if data is None or not metadata.name:
            return metadata
        return self._try(lambda: with_requirements(metadata, data, self._limits)) or metadata

    def _lock(self) -> Lock | None:
        for name in ("Chart.lock", "requirements.lock"):
            data = self._whole_file(name)
            if data is not None:
                return self._try(lambda data=data, name=name: read_lock(data, name, self._limits))  # type: ignore[misc]
        return None

    def _whole_file(self, path: str) -> bytes | None:
        """Return a file that is to be parsed, or None when there is none or when it is too large for that."""
        if path in self._package.cut:
            problem = f"is larger than {self._limits.yaml} bytes and was not read"
            self._problems.append(Problem("yaml-size", "warning", problem, path))
            return None
        return self._package.data.get(path)

    def _values_yaml(self, schema: Any) -> tuple[list[Value], Any]:
        """Return the rows of values.yaml and what it means: nothing when it cannot be read."""
        data = self._whole_file("values.yaml")
        read = None if data is None else self._try(lambda: _values(data, schema, self._limits))
        if read is None:
            return [], {}
        settings, more, values = read
        if more:
            self._truncated.append("values")
        return settings, values

    def _schema(self, text: Text | None) -> Any:
        if text is None:
            return None
        if text.truncated:
            problem = f"is larger than {self._limits.yaml} bytes and was not read"
            self._problems.append(Problem("schema-size", "warning", problem, text.path))
            return None
        return self._try(lambda: parse_schema(text.text))

    def _provenance(self, data: bytes) -> Provenance | None:
        try:
            proof = read_provenance(data, self._package.digest, self._limits)
        except ChartInvalid as error:
            self._problems.append(Problem(error.rule, "warning", error.problem, error.where))
            return None
        if not proof.matches:
            problem = "names no file with this package's digest: it belongs to another package"
            self._problems.append(Problem("provenance-digest", "warning", problem, "provenance"))
        return proof

    def _text(self, path: str) -> Text | None:
        data = self._package.data.get(path)
        if data is None:
            return None
        text, short = cut(data, self._limits.text)
        return Text(path, text, self._sizes[path], short or self._sizes[path] > len(data))

    def _texts(self, folder: str, endings: tuple[str, ...]) -> list[Text]:
        """Return the texts of a folder; no endings mean any."""
        paths = [path for path in self._package.data if path.startswith(folder)]
        texts = [self._text(path) for path in paths if not endings or path.lower().endswith(endings)]
        return [text for text in texts if text is not None]

    def _first(self, pattern: re.Pattern[str]) -> Text | None:
        names = sorted((path for path in self._package.data if pattern.fullmatch(path)), reverse=True)
        return self._text(names[0]) if names else None

    def _subcharts(self) -> list[Subchart]:
        """Return the charts inside ``charts/``; to Helm a file or folder there that is no chart is an error."""
        found = {}
        for path in self._sizes:
            parts = path.split("/")
            if parts[0] != "charts" or len(parts) < 2 or parts[1].startswith(("_", ".")):
                continue
            if match := _PACKED.fullmatch(path):
                found[path] = Subchart(path=path, name=match["name"], version=match["version"])
            elif not path.endswith((".tgz", ".prov")):
                folder = f"charts/{parts[1]}"
                found[folder] = found.get(folder) or self._subchart(folder)
        return list(found.values())

    def _subchart(self, folder: str) -> Subchart:
        where = f"{folder}/Chart.yaml"
        data = self._package.data.get(where)
        if where not in self._sizes:
            problem = "is missing: whatever is in charts/ is a chart, or its name begins with _"
            self._problems.append(Problem("subchart", "error", problem, where))
        if data is None or where in self._package.cut:
            return Subchart(path=folder)
        read = self._try(lambda: read_chart_yaml(data, self._limits, where))
        metadata = read[0] if read else Metadata()
        return Subchart(path=folder, name=metadata.name, version=metadata.version)


def _values(data: bytes, schema: Any, limits: Limits) -> tuple[list[Value], bool, Any]:
    """Return rows of a values.yaml, whether there are more, and what it means. Raises ChartInvalid."""
    where = "values.yaml"
    text = decode(data, where)
    root = parse(text, where, limits)
    values = None if root is None else plain(root, where)
    if root is None or values is None:
        return [], False, {}
    if root.kind != "mapping":
        raise ChartInvalid("values", "must be a mapping of settings", where)
    settings, more = rows(root, text, schema, limits)
    return settings, more, values


def parse_schema(text: str) -> Any:
    """Return a parsed values.schema.json. Raises ChartInvalid when it is no JSON object."""
    where = "values.schema.json"
    try:
        schema = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError) as error:
        raise ChartInvalid("schema", f"is no JSON: {error}", where) from None
    if not isinstance(schema, (dict, bool)):
        raise ChartInvalid("schema", "must be a JSON object", where)
    return schema


def _error(error: ChartInvalid) -> Problem:
    return Problem(error.rule, "error", error.problem, error.where)


def _whole(source: bytes | BinaryIO) -> tuple[str, int]:
    """Return digest and size of everything, also of what could not be read to its end."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(1024 * 1024):
        digest.update(piece)
        size += len(piece)
    return f"sha256:{digest.hexdigest()}", size
