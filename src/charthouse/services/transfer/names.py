"""The names of a layout's files and annotations (OCI Image Specification 1.1, image-layout.md), and of images."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest, algorithm_of, hex_of, parse_digest
from charthouse.model.names import RepositoryName, Tag, parse_repository, parse_tag

MARK = "oci-layout"
MARK_CONTENT = b'{"imageLayoutVersion":"1.0.0"}'
INDEX = "index.json"
REF_NAME = "org.opencontainers.image.ref.name"


def blob_name(digest: Digest) -> str:
    """Return the file that holds the content of ``digest``."""
    return f"blobs/{algorithm_of(digest)}/{hex_of(digest)}"


class Image(msgspec.Struct, frozen=True):
    """A repository, or what one tag or digest of it names."""

    repository: RepositoryName
    reference: Tag | Digest | None


def parse_image(text: str) -> Image:
    """Return ``namespace/name[:tag|@digest]``; raises NameInvalid, TagInvalid or DigestInvalid."""
    name, at, digest = text.partition("@")
    if at:
        return Image(parse_repository(name), parse_digest(digest))
    name, colon, tag = text.partition(":")
    return Image(parse_repository(name), parse_tag(tag) if colon else None)
