"""Reading a manifest: what it is, what it needs, what it refers to. Its bytes are never written again.

Sources: OCI Image Specification 1.1 (manifest.md, image-index.md, descriptor.md) and Docker's "Image Manifest
Version 2, Schema 2". A manifest that two clients could read as two different things is refused
(GHSA-qq97-vm5h-rrhg, GHSA-mc8v-mgrf-8f4m): contradicting media types, ``layers`` beside ``manifests``,
repeated keys, and keys that differ from a known one only in case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from .digests import Digest, parse_digest
from .errors import DigestInvalid, ManifestInvalid

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
EMPTY_INDEX = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'

_IMAGE_TYPES = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
_INDEX_TYPES = frozenset({OCI_INDEX, DOCKER_LIST})
_UNTYPED = frozenset({"", "application/json", "application/octet-stream", "text/plain"})
_NONDISTRIBUTABLE = (
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
)


class Descriptor(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A reference to content by digest, as it stands in a manifest or a referrers list."""

    media_type: str
    digest: str
    size: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    artifact_type: str | None = None
    annotations: dict[str, str] | None = None
    urls: list[str] | None = None


class ManifestDocument(msgspec.Struct, frozen=True, rename="camel"):
    """The fields of a manifest or index that the registry reads; all others pass unseen."""

    schema_version: int = 0
    media_type: str | None = None
    artifact_type: str | None = None
    config: Descriptor | None = None
    layers: list[Descriptor] | None = None
    manifests: list[Descriptor] | None = None
    subject: Descriptor | None = None
    annotations: dict[str, str] | None = None


class Manifest(msgspec.Struct, frozen=True):
    """What the registry keeps of a manifest beside its bytes.

    ``artifact_type`` follows the referrers rule: the field, else for images the config's media type.
    ``blobs`` are the digests that the repository must hold, ``children`` the manifests that an index must find;
    ``absent_allowed`` are layers that may live elsewhere (non-distributable).
    """

    media_type: str
    config_media_type: str
    artifact_type: str
    annotations: dict[str, str]
    subject: Digest | None
    blobs: tuple[Digest, ...]
    absent_allowed: tuple[Digest, ...]
    children: tuple[Digest, ...]


_decoder = msgspec.json.Decoder(ManifestDocument)
_MANIFEST_KEYS = {
    name.casefold(): name
    for name in (
        "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations",
    )
}  # fmt: skip
_DESCRIPTOR_KEYS = {
    name.casefold(): name
    for name in (
        "mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform",
        "architecture", "os", "os.version", "os.features", "variant", "features",
    )
}  # fmt: skip
"""Those of a descriptor, and of the platform in it."""


def read_manifest(content: bytes, content_type: str | None) -> Manifest:
    """Read ``content`` as the manifest that ``content_type`` (a request's, parameters allowed) announces.

    Raises ManifestInvalid for anything that is not exactly one kind of manifest.
    """
    try:
        document = _decoder.decode(content)
        _refuse_ambiguous_keys(content)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise ManifestInvalid(f"not a manifest: {error}") from None
    if document.schema_version != 2:
        raise ManifestInvalid("schemaVersion must be 2 (Docker schema 1 images cannot be pushed)")
    media_type = _media_type(document, content_type)
    if media_type in _IMAGE_TYPES:
        return _read_image(document, media_type)
    return _read_index(document, media_type)


def is_index(media_type: str) -> bool:
    """Tell whether a manifest of this type lists others."""
    return media_type in _INDEX_TYPES


def layers_of(content: bytes) -> list[Descriptor] | None:
    """Return the layers of a manifest that ``read_manifest`` has let through, lowest first; None for an index."""
    return _decoder.decode(content).layers


class _Odd(tuple[str, ...]):
    """Keys of an object, and of the platform in it, that differ from known ones only in case."""


def _refuse_ambiguous_keys(content: bytes) -> None:
    """Raise ManifestInvalid for keys that stand twice, or twice to readers that ignore case (Go's).

    Annotations may be called anything. Nothing is kept of all other objects: there may be millions.
    """
    outermost: list[tuple[str, Any]] = []

    def check(pairs: list[tuple[str, Any]]) -> _Odd | None:
        nonlocal outermost
        outermost = pairs  # of all objects it is the last to end
        if not pairs:
            return None
        keys = dict(pairs)
        if len(keys) != len(pairs):
            raise ManifestInvalid("a key stands twice in one object of the manifest")
        odd = _odd_keys(keys, _DESCRIPTOR_KEYS)
        platform = keys.get("platform")
        if isinstance(platform, _Odd):
            odd = _Odd((*odd, *platform))
        return odd or None

    json.loads(
        content.decode("utf-8"), object_pairs_hook=check, parse_int=_unread_number, parse_float=_unread_number
    )
    fields = dict(outermost)
    described = [fields.get("config"), fields.get("subject")]
    for name in ("layers", "manifests"):
        described += fields.get(name) or ()
    for keys in (_odd_keys(fields, _MANIFEST_KEYS), *described):
        if keys:
            raise ManifestInvalid(f"the key {keys[0][:100]!r} differs from a known one only in case")


def _odd_keys(keys: Iterable[str], known: dict[str, str]) -> _Odd:
    """Return those of ``keys`` that only fold to one of ``known``, which has each key by its folded form."""
    return _Odd([key for key in keys if known.get(key.casefold(), key) != key])


def _unread_number(_: str) -> None:
    """Pass over a number: it may have any length."""


def _media_type(document: ManifestDocument, content_type: str | None) -> str:
    announced = (content_type or "").partition(";")[0].strip().lower()
    if announced in _UNTYPED:
        announced = ""
    if announced and document.media_type and announced != document.media_type:
        raise ManifestInvalid(
            f"Content-Type says {announced}, the manifest's own mediaType says {document.media_type}"
        )
    media_type = announced or document.media_type
    if not media_type:
        media_type = OCI_INDEX if document.manifests is not None else OCI_MANIFEST
    if media_type not in _IMAGE_TYPES and media_type not in _INDEX_TYPES:
        raise ManifestInvalid(
            f"{media_type} is no manifest type of this registry: push an OCI image manifest or index, "
            "or Docker's schema 2",
            {"mediaType": media_type[:200]},
        )
    return media_type


def _read_image(document: ManifestDocument, media_type: str) -> Manifest:
    if document.manifests is not None:
        raise ManifestInvalid("an image manifest has layers and no manifests")
    if document.config is None or document.layers is None:
        raise ManifestInvalid("an image manifest needs config and layers")
    local = [document.config]
    absent: list[Descriptor] = []
    for layer in document.layers:
        (absent if layer.media_type.startswith(_NONDISTRIBUTABLE) else local).append(layer)
    return Manifest(
        media_type=media_type,
        config_media_type=_kind(document.config.media_type),
        artifact_type=_kind(document.artifact_type or document.config.media_type),
        annotations=document.annotations or {},
        subject=_subject(document),
        blobs=_digests(local),
        absent_allowed=_digests(absent),
        children=(),
    )


def _read_index(document: ManifestDocument, media_type: str) -> Manifest:
    if document.layers is not None or document.config is not None:
        raise ManifestInvalid("an index has manifests and neither config nor layers")
    if document.manifests is None:
        raise ManifestInvalid("an index needs manifests (an empty list is allowed)")
    return Manifest(
        media_type=media_type,
        config_media_type="",
        artifact_type=_kind(document.artifact_type or ""),
        annotations=document.annotations or {},
        subject=_subject(document),
        blobs=(),
        absent_allowed=(),
        children=_digests(document.manifests),
    )


def _kind(media_type: str) -> str:
    """Return a media type that is kept and told to clients; raises ManifestInvalid for control characters."""
    if not media_type.isprintable():
        raise ManifestInvalid("a media type may hold no control characters")
    return media_type


def _subject(document: ManifestDocument) -> Digest | None:
    return None if document.subject is None else _digests([document.subject])[0]


def _digests(descriptors: list[Descriptor]) -> tuple[Digest, ...]:
    try:
        return tuple(dict.fromkeys(parse_digest(descriptor.digest) for descriptor in descriptors))
    except DigestInvalid as error:
        raise ManifestInvalid(f"a descriptor's digest is none: {error.message}", error.detail) from None
