"""Entries of an ``index.yaml``: written so that every Helm takes them, and read from other repositories.

Helm reads an index strictly (Helm 3.22 and 4.3 ``loadIndex``): one field that it does not know, or one of the wrong
type, and the whole repository is unusable. So an entry is written from ``Metadata``, never from Chart.yaml as it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
import yaml

from .emit import block
from .errors import ChartInvalid
from .facts import Metadata, Problem
from .limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from .metadata import metadata_of
from .push import rfc3339
from .texts import decode
from .trees import Builder
from .yamls import plain

INDEX_LIMITS = msgspec.structs.replace(DEFAULT_LIMITS, yaml=256 * MEBIBYTE, yaml_nodes=20_000_000)
_WHERE = "index.yaml"
_SCHEMES = ("http", "https", "oci")


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A version that an index offers; ``digest`` is the package's SHA-256 in hex, or empty when it says none."""

    metadata: Metadata
    urls: list[str]
    created: str = ""
    digest: str = ""
    removed: bool = False


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of an index; ``problems`` names the entries that are left out."""

    entries: list[IndexEntry]
    problems: list[Problem]
    context_path: str = ""  # of ChartMuseum's API, where it tells


def entry_yaml(
    metadata: Metadata, urls: Sequence[str], created: datetime, digest: str, indent: str = "  "
) -> str:
    """Return the item of one version in the list of its chart, lines and all.

    ``urls`` are absolute or relative to the index, ``digest`` the package's SHA-256 in hex, with or without
    ``sha256:`` in front.
    """
    fields = msgspec.to_builtins(metadata)
    fields |= {"urls": list(urls), "created": rfc3339(created), "digest": digest.removeprefix("sha256:")}
    return block(fields, f"{indent}  ", f"{indent}- ")


def read_index(data: bytes, base: str, limits: Limits = INDEX_LIMITS) -> Index:
    """Read an index; relative addresses are resolved against ``base``, the repository's own (empty: they stay).

    Entries that Helm would pass over are left out and named. Raises ChartInvalid when the whole is no index.
    """
    if len(data) > limits.yaml:
        raise ChartInvalid("index-size", f"has {len(data)} bytes; {limits.yaml} are allowed", _WHERE)
    reader = _Reader(base)
    text = decode(data, _WHERE)
    if text[:64].lstrip().startswith("{"):
        reader.read_json(text)
    else:
        builder = Builder(_WHERE, limits)
        with builder.events(text) as parser:
            reader.read_yaml(builder, parser)
    if not reader.api_version:
        raise ChartInvalid("index", "has no apiVersion: it is no index of charts", _WHERE)
    return Index(entries=reader.entries, problems=reader.problems, context_path=reader.context_path)


class _Reader:
    """Takes an index part by part: of 100,000 versions only one is a tree at a time."""

    def __init__(self, base: str) -> None:
        self.entries: list[IndexEntry] = []
        self.problems: list[Problem] = []
        self.context_path = ""
        self.api_version = False
        self._base = base if not base or base.endswith("/") else base + "/"

    def read_json(self, text: str) -> None:
        """Read an index that is JSON, as Helm takes it too."""
        try:
            index = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ChartInvalid("index", f"is no JSON: {error}", _WHERE) from None
        if not isinstance(index, dict):
            raise _shape("must be a mapping")
        for key, value in index.items():
            if key != "entries":
                self._other(key, value)
            elif value is not None:
                for name, versions in _mapping(value).items():
                    for number, item in enumerate(versions if isinstance(versions, list) else []):
                        self._take(name, number, item)

    def read_yaml(self, builder: Builder, parser: Any) -> None:
        """Read an index from a parser's events."""
        parser.get_event()  # the document begins, or the stream ends
        event = parser.get_event()
        if not isinstance(event, yaml.MappingStartEvent):
            raise _shape("must be a mapping")
        for key in _keys(parser):
            event = parser.get_event()
            if key == "entries" and isinstance(event, yaml.MappingStartEvent):
                self._entries(builder, parser)
            else:
                self._other(key, plain(builder.tree(parser, event), _WHERE))

    def _entries(self, builder: Builder, parser: Any) -> None:
        for name in _keys(parser):
            event = parser.get_event()
            if not isinstance(event, yaml.SequenceStartEvent):
                if plain(builder.tree(parser, event), _WHERE) is not None:
                    raise _shape(f"must hold a list of versions for {name[:80]!r}")
                continue
            number = 0
            while not isinstance(event := parser.get_event(), yaml.SequenceEndEvent):
                self._take(name, number, plain(builder.tree(parser, event), _WHERE))
                number += 1

    def _other(self, key: str, value: Any) -> None:
        if key == "apiVersion":
            self.api_version = bool(value)
        elif key == "entries" and value is not None:
            raise _shape("entries must be a mapping of names to versions")
        elif key == "serverInfo" and isinstance(value, dict) and isinstance(value.get("contextPath"), str):
            self.context_path = value["contextPath"]

    def _take(self, name: str, number: int, item: Any) -> None:
        """Add an entry, or the problem that it is."""
        where = f"entries.{name[:80]}[{number}]"
        try:
            self.entries.append(self._entry(name, _mapping(item), where))
        except ChartInvalid as error:
            version = item.get("version") if isinstance(item, dict) else None
            shown = f"{where} ({version})" if isinstance(version, str) else where
            self.problems.append(
                Problem(error.rule, "error", error.problem, error.where.replace(where, shown))
            )

    def _entry(self, name: str, item: dict[str, Any], where: str) -> IndexEntry:
        metadata = metadata_of(item, where)
        if metadata.name != name:
            raise ChartInvalid("name", f"is called {metadata.name[:80]!r} but listed as {name[:80]!r}", where)
        urls = item.get("urls")
        if not isinstance(urls, list) or not urls or not all(isinstance(url, str) for url in urls):
            raise ChartInvalid("urls", "has no urls to fetch the package from", where)
        created, digest = item.get("created"), item.get("digest")
        return IndexEntry(
            metadata=metadata,
            urls=[self._url(url, where) for url in urls],
            created=created if isinstance(created, str) else "",
            digest=digest.removeprefix("sha256:").lower() if isinstance(digest, str) else "",
            removed=item.get("removed") is True,
        )

    def _url(self, url: str, where: str) -> str:
        """Return an address as it is to be asked. Raises ChartInvalid for what no registry may follow."""
        try:
            resolved = urljoin(self._base, url) if self._base and not url.startswith("oci://") else url
            scheme = urlsplit(resolved).scheme
        except ValueError:
            raise ChartInvalid("urls", f"{url[:200]!r} is no address", where) from None
        if scheme not in _SCHEMES and (self._base or scheme):
            raise ChartInvalid("urls", f"{url[:200]!r} is no http, https or oci address", where)
        return resolved


def _keys(parser: Any) -> Iterator[str]:
    """Yield a mapping's keys; the caller takes the events of each value."""
    while not isinstance(event := parser.get_event(), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _shape("must be a mapping with texts as keys")
        yield event.value


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ChartInvalid("index", "must be a mapping", _WHERE)


def _shape(problem: str) -> ChartInvalid:
    return ChartInvalid("index", problem, _WHERE)
