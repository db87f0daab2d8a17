"""Chart.yaml: from YAML to what Helm makes of it, and to the JSON that ``helm push`` stores.

Helm reads into Go structs by way of JSON (sigs.k8s.io/yaml): names of fields fit in any case, scalars that stand where
a text belongs become texts (``appVersion: 1.10`` is ``1.1``, ``name: N`` is ``false``), unknown fields are dropped,
anything else of the wrong type is an error. Then it cleans texts of what cannot be printed (``Metadata.Validate``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from .errors import ChartInvalid
from .facts import Dependency, Lock, Maintainer, Metadata
from .fields import DEPENDENCIES, LOCK, METADATA
from .limits import DEFAULT_LIMITS, Limits
from .texts import decode
from .versions import parse_version
from .yamls import load

_ALIAS = re.compile(r"[a-zA-Z0-9_-]+")
_TYPES = ("", "application", "library")
_API_VERSIONS = ("v1", "v2")
_SPACES = re.compile("[\t\n\v\f\r\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPED = re.compile("[<>&\u2028\u2029]")


def read_chart_yaml(
    data: bytes, limits: Limits = DEFAULT_LIMITS, where: str = "Chart.yaml"
) -> tuple[Metadata, dict[str, Any]]:
    """Return what Helm makes of a Chart.yaml, and the whole mapping. Raises ChartInvalid."""
    if len(data) > limits.chart_yaml:
        raise ChartInvalid(
            "chart-yaml-size", f"has {len(data)} bytes; {limits.chart_yaml} are allowed", where
        )
    mapping = load(decode(data, where), where, limits)
    if not isinstance(mapping, dict):
        raise ChartInvalid("chart-yaml", "must be a mapping (name: …, version: …)", where)
    return metadata_of(mapping, where), mapping


def metadata_of(mapping: Mapping[str, Any], where: str) -> Metadata:
    """Return a checked Metadata of a mapping as YAML or JSON gave it. Raises ChartInvalid as Helm would refuse."""
    metadata: Metadata = METADATA.read(mapping, where)
    return checked(metadata, where)


def with_requirements(metadata: Metadata, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Metadata:
    """Return metadata with the dependencies of a requirements.yaml (apiVersion v1). Raises ChartInvalid."""
    where = "requirements.yaml"
    mapping = load(decode(data, where), where, limits)
    if not isinstance(mapping, dict):
        if mapping is None:
            return metadata
        raise ChartInvalid("requirements", "must be a mapping (dependencies: […])", where)
    found = DEPENDENCIES.read(mapping, where)
    return checked(msgspec.structs.replace(metadata, **found), where)


def read_lock(data: bytes, where: str, limits: Limits = DEFAULT_LIMITS) -> Lock:
    """Return a Chart.lock or requirements.lock. Raises ChartInvalid."""
    mapping = load(decode(data, where), where, limits)
    if mapping is None:
        return Lock()
    if not isinstance(mapping, dict):
        raise ChartInvalid("lock", "must be a mapping; make it anew by `helm dependency update`", where)
    lock: Lock = LOCK.read(mapping, where)
    return lock


def checked(metadata: Metadata, where: str) -> Metadata:
    """Return metadata with texts as Helm cleans them. Raises ChartInvalid for what Helm refuses."""
    clean = msgspec.structs.replace(
        metadata,
        name=_clean(metadata.name),
        description=_clean(metadata.description),
        home=_clean(metadata.home),
        icon=_clean(metadata.icon),
        condition=_clean(metadata.condition),
        tags=_clean(metadata.tags),
        app_version=_clean(metadata.app_version),
        kube_version=_clean(metadata.kube_version),
        sources=[_clean(source) for source in metadata.sources],
        keywords=[_clean(keyword) for keyword in metadata.keywords],
        maintainers=[
            Maintainer(name=_clean(person.name), email=_clean(person.email), url=_clean(person.url))
            for person in metadata.maintainers
        ],
        dependencies=[_clean_dependency(dependency) for dependency in metadata.dependencies],
        api_version=metadata.api_version
        or "v1",  # Helm 2 let it be left out, and Helm still reads such charts
    )
    _check(clean, where)
    return clean


def config_json(metadata: Metadata) -> bytes:
    """Return the JSON that ``helm push`` stores as a chart's config, byte for byte."""
    return go_json(metadata)


def go_json(value: Any, *, ordered: bool = False) -> bytes:
    """Return JSON as Go's encoding/json writes it: keys of maps sorted, ``<``, ``>`` and ``&`` escaped.

    ``ordered``: keys are in the right order already.
    """
    text = msgspec.json.encode(value, order=None if ordered else "deterministic").decode()
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text).encode()


def _check(metadata: Metadata, where: str) -> None:
    """Raise ChartInvalid for what ``Metadata.Validate`` of Helm refuses, and for an apiVersion that does not exist."""
    if metadata.api_version not in _API_VERSIONS:
        problem = f"apiVersion is {metadata.api_version[:40]!r}; Helm knows v1 and v2"
        raise ChartInvalid("api-version", problem, where)
    name = metadata.name
    if not name:
        raise ChartInvalid("name", "name is missing; every chart has one", where)
    if name in (".", "..") or "/" in name:
        raise ChartInvalid(
            "name", f"name {name[:80]!r} is no file name; use letters, digits and dashes", where
        )
    if not metadata.version:
        raise ChartInvalid("version", "version is missing; write a SemVer 2 version like 1.2.3", where)
    try:
        parse_version(metadata.version)
    except ChartInvalid as error:
        raise ChartInvalid("version", f"version: {error.problem}", where) from None
    if metadata.type not in _TYPES:
        problem = f"type is {metadata.type[:40]!r}; it must be application or library"
        raise ChartInvalid("type", problem, where)
    names: set[str] = set()
    for dependency in metadata.dependencies:
        if dependency.alias and not _ALIAS.fullmatch(dependency.alias):
            problem = (
                f"the alias of dependency {dependency.name[:80]!r} may hold letters, digits, - and _ only"
            )
            raise ChartInvalid("dependency-alias", problem, where)
        key = dependency.alias or dependency.name
        if key in names:
            problem = f"two dependencies are called {key[:80]!r}; give one of them an alias"
            raise ChartInvalid("dependency-duplicate", problem, where)
        names.add(key)


def _clean(text: str) -> str:
    """Return a text as Helm cleans it: white space becomes a space, what cannot be printed goes."""
    if text.isprintable():
        return text
    return "".join(filter(str.isprintable, _SPACES.sub(" ", text)))


def _clean_dependency(dependency: Dependency) -> Dependency:
    return msgspec.structs.replace(
        dependency,
        name=_clean(dependency.name),
        version=_clean(dependency.version),
        repository=_clean(dependency.repository),
        condition=_clean(dependency.condition),
        tags=[_clean(tag) for tag in dependency.tags],
    )
