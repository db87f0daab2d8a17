"""What is read of a chart: plain values, ready for JSON and msgpack.

Field names on the wire are Helm's own (``appVersion``); the order of ``Metadata``, ``Maintainer`` and ``Dependency``
is the one in which Helm writes them, so that their JSON is byte for byte what ``helm push`` stores.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Severity = Literal["info", "warning", "error"]


class Maintainer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who looks after a chart."""

    name: str = ""
    email: str = ""
    url: str = ""


class Dependency(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another chart that a chart needs; ``version`` is a range, in a lock an exact one."""

    name: str
    version: str = ""
    repository: str
    condition: str = ""
    tags: list[str] = []
    enabled: bool = False
    import_values: list[Any] = msgspec.field(name="import-values", default_factory=list)
    alias: str = ""


class Metadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Chart.yaml as Helm understands it; what Helm does not know is in ``ChartReading.chart_yaml``."""

    name: str = ""
    home: str = ""
    sources: list[str] = []
    version: str = ""
    description: str = ""
    keywords: list[str] = []
    maintainers: list[Maintainer] = []
    icon: str = ""
    api_version: str = ""
    condition: str = ""
    tags: str = ""
    app_version: str = ""
    deprecated: bool = False
    annotations: dict[str, str] = {}
    kube_version: str = ""
    dependencies: list[Dependency] = []
    type: str = ""


class Lock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Chart.lock, or requirements.lock of a chart of apiVersion v1."""

    generated: str = ""
    digest: str = ""
    dependencies: list[Dependency] = []


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong with a chart; ``severity`` error means that Helm could not use it."""

    rule: str
    severity: Severity
    message: str
    where: str = ""


class Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text of the chart. ``size`` is the whole size in bytes; ``truncated`` says that ``text`` holds less."""

    path: str
    text: str
    size: int
    truncated: bool = False


class File(msgspec.Struct, frozen=True):
    """A file of the chart by its path below the chart's directory."""

    path: str
    size: int


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One setting of values.yaml.

    ``path`` is written as for ``--set`` (dots in keys escaped by a backslash); ``type`` is JSON Schema's word;
    ``description`` comes from the comments above or beside it, from helm-docs' ``# --``, or from the schema.
    """

    path: str
    type: str
    default: Any = None
    description: str = ""
    section: str = ""
    required: bool = False
    truncated: bool = False
    line: int = 0


class Image(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A container image that the chart names; ``source`` says where: annotation, values or templates."""

    image: str
    source: str
    where: str = ""
    name: str = ""
    whitelisted: bool = False


class Subchart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chart that is packed inside ``charts/``."""

    path: str
    name: str = ""
    version: str = ""


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a ``.prov`` file claims; whether its signature is valid is not decided here.

    ``files`` maps file names to ``sha256:<hex>``; ``matches`` says that one of them is the package's digest;
    ``file_name`` is the name it is given there.
    """

    name: str = ""
    version: str = ""
    files: dict[str, str] = {}
    file_name: str = ""
    matches: bool = False


class ArtifactHub(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Artifact Hub's annotations, read as its documentation describes them."""

    category: str = ""
    changes: list[dict[str, Any]] = []
    contains_security_updates: bool = False
    crds: list[dict[str, Any]] = []
    crds_examples: list[dict[str, Any]] = []
    images: list[dict[str, Any]] = []
    license: str = ""
    links: list[dict[str, Any]] = []
    maintainers: list[dict[str, Any]] = []
    operator: bool = False
    operator_capabilities: str = ""
    prerelease: bool = False
    recommendations: list[dict[str, Any]] = []
    screenshots: list[dict[str, Any]] = []
    sign_key: dict[str, Any] = {}


class ChartReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Everything that is kept of one package. All sizes are bounded; what was cut says ``truncated``."""

    digest: str  # sha256:<hex> of the package
    size: int
    metadata: Metadata = Metadata()
    chart_yaml: dict[str, Any] = {}
    values_text: Text | None = None
    values: list[Value] = []
    schema: Text | None = None  # values.schema.json
    readme: Text | None = None
    license_text: Text | None = None
    license: str = ""
    templates: list[Text] = []
    crds: list[Text] = []
    lock: Lock | None = None
    subcharts: list[Subchart] = []
    images: list[Image] = []
    artifact_hub: ArtifactHub | None = None
    provenance: Provenance | None = None
    files: list[File] = []
    file_count: int = 0
    unpacked_size: int = 0
    truncated: list[str] = []  # parts of which less is kept than there was
    problems: list[Problem] = []

    @property
    def broken(self) -> bool:
        """Return whether Helm could not use the chart."""
        return any(problem.severity == "error" for problem in self.problems)
