"""What people read of an image: lines by which it is fetched, with this server's own address, and how it was made."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

_NO_NAME = re.compile(r"[^a-z0-9]+")
_BRACKETS = re.compile(r'"(?:[^"\\]+|\\.)*"?|[\[\]{}]', re.DOTALL)
_LARGEST = 256 * 1024
"""Characters of JSON that is indented; depth multiplies them."""
_DEEPEST = 16


class UsageLines(msgspec.Struct, frozen=True):
    """What to type for one reference, by client; ``pod`` is a Kubernetes object as YAML."""

    docker: str
    podman: str
    skopeo: str
    pod: str
    oras: str


def usage_lines(scheme: str, host: str, repository: str, reference: str) -> UsageLines:
    """Return lines for ``reference``, which is ``:TAG`` or ``@DIGEST``. Clients are told when it is plain HTTP."""
    plain = scheme == "http"
    image = f"{host}/{repository}{reference}"
    name = short_name(repository)
    return UsageLines(
        docker=f"docker pull {image}",
        podman=f"podman pull {'--tls-verify=false ' if plain else ''}{image}",
        skopeo=f"skopeo copy {'--src-tls-verify=false ' if plain else ''}docker://{image} oci:{name}",
        pod=_POD.format(name=name, image=image),
        oras=f"oras pull {'--plain-http ' if plain else ''}{image}",
    )


def short_name(repository: str) -> str:
    """Return the last part of a repository's name as Kubernetes allows it for names."""
    return _NO_NAME.sub("-", repository.rpartition("/")[2].lower()).strip("-")[:63].strip("-")


def step_words(created_by: str) -> str:
    """Return how a layer was made without what every builder writes around it."""
    return created_by.removeprefix("/bin/sh -c #(nop) ").removesuffix("# buildkit").strip()


def indented(text: str) -> str:
    """Return JSON as people read it; what is none, or is too large or too deep, is left as it is."""
    if len(text) > _LARGEST or _depth(text) > _DEEPEST:
        return text
    try:
        return msgspec.json.format(text, indent=2)
    except msgspec.DecodeError:
        return text


def _depth(text: str) -> int:
    """Return how deep brackets are in each other, outside of strings."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        mark = found[0]
        depth += (mark in "[{") - (mark in "]}")
        deepest = max(deepest, depth)
    return deepest


def moment_of(text: str) -> int | None:
    """Return a time of RFC 3339 in milliseconds; None for what is none, and for those that builders leave out."""
    try:
        moment = dt.datetime.fromisoformat(text)
        milliseconds = int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return milliseconds if milliseconds > 0 else None


_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  containers:
    - name: {name}
      image: {image}"""
