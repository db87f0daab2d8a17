"""Which package a provenance file says it is for, read without parsing what a stranger wrote as YAML.

Helm writes it: name and version stand at the beginning of lines of their own in the signed Chart.yaml, and the package's
digest further below. What it claims is true only for whom the signature convinces.
"""

from __future__ import annotations

import re

import msgspec

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.provenance import signed_text
from charthouse.helm.chart.texts import decode
from charthouse.model.digests import Digest
from charthouse.model.errors import InvalidRequest

LARGEST_PROVENANCE = 1024**2

_NAME = re.compile(r"^name: +(\S+) *$", re.MULTILINE)
_VERSION = re.compile(r"^version: +(\S+) *$", re.MULTILINE)
_QUOTES = "\"'"


class Claim(msgspec.Struct, frozen=True):
    """What a provenance file says: a chart's name and version, and the text with the digest."""

    name: str
    version: str
    text: str

    def require(self, package: Digest) -> None:
        """Return when the file names this package; raises InvalidRequest."""
        if f"{package}\n" not in self.text:
            raise InvalidRequest(
                f"the provenance file is not this package's: it does not name {package}, sign the package anew"
            )


def read_claim(content: bytes) -> Claim:
    """Return what a provenance file claims; raises InvalidRequest for what is none."""
    if len(content) > LARGEST_PROVENANCE:
        raise InvalidRequest(f"a provenance file may have at most {LARGEST_PROVENANCE} bytes")
    try:
        text = signed_text(decode(content, "provenance"))
    except ChartInvalid as error:
        raise InvalidRequest(str(error)) from None
    name, version = _NAME.search(text), _VERSION.search(text)
    if name is None or version is None:
        raise InvalidRequest("provenance: the signed text names no chart and version")
    return Claim(name[1].strip(_QUOTES), version[1].strip(_QUOTES), text)
