"""Whether a provenance is of the chart that it lies beside: what a bounded child process runs, msgpack in and out."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from .errors import ChartInvalid
from .provenance import claims, signed_text


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A provenance file and a chart: the digest of its package and its config, which is Chart.yaml as JSON.

    ``text`` is what a signature was found to cover; None: none was, so the provenance's own word has to do.
    """

    provenance: bytes
    text: bytes | None
    package: str
    config: bytes


def handle(request: bytes) -> bytes:
    """Answer a Comparison with what the provenance says that is not so of the chart, "" when all is."""
    return msgspec.msgpack.encode(disagreement(msgspec.msgpack.decode(request, type=Comparison)))


def disagreement(asked: Comparison) -> str:
    """Return what a provenance says that is not so of a chart; "": nothing."""
    try:
        if asked.text is None:
            text = signed_text(asked.provenance.decode())
        else:
            text = asked.text.decode().replace("\r\n", "\n") + "\n"
        signed, files = claims(text)
    except (ChartInvalid, UnicodeDecodeError) as error:
        return str(error)
    try:
        chart = json.loads(asked.config)
    except (ValueError, RecursionError):
        chart = None
    if not isinstance(chart, dict):
        return "the chart's own config can't be read, so nothing can be compared with it"
    return _of_another(signed, chart) or _of_another_package(files, chart, asked.package)


def _of_another(signed: dict[str, Any], chart: dict[str, Any]) -> str:
    for field in ("name", "version"):
        if not chart.get(field) or signed.get(field) != chart[field]:
            return (
                f"it is for {_short(signed.get('name'))} {_short(signed.get('version'))}, not for this chart"
            )
    # What the chart leaves out may be signed: Helm 2 signed fields that later ones drop.
    different = [field for field, value in chart.items() if value and signed.get(field) != value]
    if not different:
        return ""
    return f"the chart says something else than was signed: {', '.join(map(_short, different[:5]))}"


def _of_another_package(files: dict[str, str], chart: dict[str, Any], package: str) -> str:
    name = f"{chart['name']}-{chart['version']}.tgz"
    if name not in files:
        return f"it names no package {_short(name)}"
    return (
        "" if files[name] == package else f"the package is not the one that was signed: {_short(files[name])}"
    )


def _short(value: Any) -> str:
    return str(value)[:100]
