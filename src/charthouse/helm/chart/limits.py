"""How much of a stranger's chart is read, and how much of it is kept."""

from __future__ import annotations

import msgspec

MEBIBYTE = 1024 * 1024


class Limits(msgspec.Struct, frozen=True):
    """Bounds, in bytes unless said otherwise. Helm 3's own: 5 MiB a file, 100 MiB a chart."""

    package: int = 100 * MEBIBYTE
    unpacked: int = 100 * MEBIBYTE
    file: int = 5 * MEBIBYTE
    files: int = 20_000  # entries of the archive, directories included
    chart_yaml: int = MEBIBYTE
    yaml: int = MEBIBYTE  # other YAML and JSON that is parsed: values, schema, lock, requirements
    yaml_nodes: int = 100_000  # after aliases are expanded
    yaml_depth: int = 100
    provenance: int = MEBIBYTE
    text: int = MEBIBYTE  # kept of one text: README, a template, a CRD
    texts: int = 8 * MEBIBYTE  # kept of all texts together
    file_names: int = 2_000  # names kept of the list of files
    values: int = 5_000  # rows kept of values
    problems: int = 200


DEFAULT_LIMITS = Limits()
