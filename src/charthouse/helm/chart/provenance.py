"""The text of a ``.prov`` file: which package, by name and digest, somebody put his name to.

Source: Helm 3.22 ``pkg/provenance``: an OpenPGP clear-signed message (RFC 9580, section 7) of Chart.yaml, a line ``...``
and the digests. Whether the signature is valid is decided elsewhere: nothing here is to be trusted before.
"""

from __future__ import annotations

from typing import Any

from .errors import ChartInvalid
from .facts import Provenance
from .limits import DEFAULT_LIMITS, Limits
from .texts import decode
from .yamls import load

_WHERE = "provenance"
_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"


def read_provenance(data: bytes, digest: str, limits: Limits = DEFAULT_LIMITS) -> Provenance:
    """Return what a provenance file claims, compared with the package's ``digest`` (``sha256:<hex>``).

    Raises ChartInvalid when it is no clear-signed text with Chart.yaml and digests.
    """
    if len(data) > limits.provenance:
        raise ChartInvalid("provenance", f"has {len(data)} bytes; {limits.provenance} are allowed", _WHERE)
    chart, files = claims(signed_text(decode(data, _WHERE)), limits)
    matching = [name for name, value in files.items() if value == digest]
    return Provenance(
        name=_string(chart.get("name")),
        version=_string(chart.get("version")),
        files=files,
        file_name=matching[0] if matching else next(iter(files), ""),
        matches=bool(matching),
    )


def claims(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a signed text says: Chart.yaml, and files with their digests. Raises ChartInvalid."""
    document, separator, rest = text.partition("\n...\n")
    if not separator:
        raise ChartInvalid("provenance", "has no line `...` between Chart.yaml and the digests", _WHERE)
    chart, sums = load(document, _WHERE, limits), load(rest.partition("\n...\n")[0], _WHERE, limits)
    listed = sums.get("files") if isinstance(sums, dict) else None
    if not isinstance(chart, dict) or not isinstance(listed, dict) or not listed:
        raise ChartInvalid(
            "provenance", "must hold Chart.yaml and the mapping `files:` of names to digests", _WHERE
        )
    return chart, {name: value for name, value in listed.items() if isinstance(value, str)}


def signed_text(text: str) -> str:
    """Return the signed part of a clear-signed text, its dashes unescaped. Raises ChartInvalid when there is none."""
    lines = text.replace("\r\n", "\n").split("\n")
    try:
        start = lines.index(_BEGIN)
        signature = lines.index(_SIGNATURE, start)
        lines.index(_END, signature)
        body = lines.index("", start, signature) + 1
    except ValueError:
        raise ChartInvalid(
            "provenance", "is no clear-signed OpenPGP text; make it by `helm package --sign`", _WHERE
        ) from None
    return "\n".join(line.removeprefix("- ") for line in lines[body:signature]) + "\n"


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
