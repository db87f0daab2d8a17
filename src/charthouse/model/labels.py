"""Labels of manifests: their grammar, who may write which, and what some of them ask of a tag.

Source: Quay 3.7 (``quay.expires-after``) and 3.17 (``quay.immutable``).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping

import msgspec

from .digests import Digest
from .errors import InvalidRequest

EXPIRES_AFTER = "quay.expires-after"
IMMUTABLE = "quay.immutable"

RESERVED_PREFIXES = (
    "com.docker.", "io.docker.", "org.dockerproject.", "org.opencontainers.", "io.cncf.", "io.kubernetes.", "io.k8s.",
    "io.quay", "com.coreos", "com.tectonic", "internal", "quay",
)  # fmt: skip
"""Keys that images may carry and nobody may add."""

TEXT, JSON = "text/plain", "application/json"
LONGEST_KEY = 255
LONGEST_VALUE = 64 * 1024
"""Characters of what is added over the API."""
SHOWN = 1000
"""Labels of an image that are told of: a config may be full of them."""

_KEY = re.compile(r"[a-z0-9](?:(?:[a-z0-9]|[-.](?![-.]))*[a-z0-9])?", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,9})\s*([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_IDENTITIES = uuid.UUID("6f6b2f0a-6b1e-4d53-9a0c-5d0b1c8f6a11")


class Label(msgspec.Struct, frozen=True):
    """A label of a manifest. ``source``: manifest (its own, never changed), api or internal."""

    label_id: str
    key: str
    value: str
    source: str
    media_type: str


class Wishes(msgspec.Struct, frozen=True):
    """What the labels of an image ask of the tags that it is pushed under. ``expires_after_s`` None: nothing."""

    expires_after_s: int | None = None
    immutable: bool = False


NO_WISHES = Wishes()


def wishes_of(labels: Mapping[str, str]) -> Wishes:
    """Return what labels ask for; what cannot be understood asks for nothing, as in Quay."""
    return Wishes(parse_duration(labels.get(EXPIRES_AFTER, "")), labels.get(IMMUTABLE, "").lower() == "true")


def common_wishes(children: Iterable[Wishes]) -> Wishes:
    """Return what an index's images all ask for; of several expiry dates the earliest."""
    all_wishes = list(children)
    lives = [wishes.expires_after_s for wishes in all_wishes if wishes.expires_after_s is not None]
    together = bool(all_wishes) and len(lives) == len(all_wishes)
    return Wishes(
        min(lives) if together else None,
        bool(all_wishes) and all(wishes.immutable for wishes in all_wishes),
    )


def parse_duration(text: str) -> int | None:
    """Return the seconds of ``1h``, ``2w`` …; None when it is no such duration, or none at all."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        return None
    return int(found[1]) * _SECONDS[found[2]] or None


def own_labels(digest: Digest, labels: Mapping[str, str]) -> list[Label]:
    """Return what an image says of itself as labels; their ids are the same everywhere and always."""
    return [
        Label(_identity(digest, key), key, value, "manifest", media_type_of(value))
        for key, value in list(labels.items())[:SHOWN]
    ]


def check_label(key: str, value: str, media_type: str | None, reserved: Iterable[str] = ()) -> str:
    """Return the media type of a label that somebody wants to add; raises InvalidRequest.

    ``reserved`` are prefixes beside the built-in ones.
    """
    if len(key) > LONGEST_KEY or _KEY.fullmatch(key) is None:
        raise InvalidRequest(
            "a label's key has 1 to 255 lower-case letters and digits, with single - or . between them"
        )
    for prefix in (*RESERVED_PREFIXES, *reserved):
        if key.startswith(prefix):
            raise InvalidRequest(f"Label has a reserved prefix: {prefix}")
    if len(value) > LONGEST_VALUE:
        raise InvalidRequest(f"a label's value has at most {LONGEST_VALUE} characters")
    if media_type not in {None, "", TEXT, JSON}:
        raise InvalidRequest(f"a label's media type is {TEXT} or {JSON}")
    if media_type == JSON and media_type_of(value) != JSON:
        raise InvalidRequest("the label's value is no JSON")
    return media_type or media_type_of(value)


def media_type_of(value: str) -> str:
    """Return the media type of a value that came without one: JSON objects and arrays are told apart from text."""
    if value[:1] not in {"{", "["} or len(value) > LONGEST_VALUE:
        return TEXT
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return TEXT
    return JSON


def _identity(digest: Digest, key: str) -> str:
    return str(uuid.uuid5(_IDENTITIES, f"{digest}\n{key}"))
