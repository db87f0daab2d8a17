"""What a manifest that names another as its subject is to it, as far as its type tells.

Sources: cosign 2 and 3, sigstore's bundle format, Notary Project's signature specification, in-toto, SPDX, CycloneDX.
"""

from __future__ import annotations

import enum

from .digests import Digest, algorithm_of, hex_of


class Part(enum.StrEnum):
    """What a referrer is."""

    SIGNATURE = "signature"
    SBOM = "sbom"
    ATTESTATION = "attestation"
    OTHER = "other"


_WORDS = (
    (Part.SBOM, ("spdx", "cyclonedx", "syft", "sbom")),
    (Part.ATTESTATION, ("in-toto", "artifact.att", "attestation", "dsse")),
    (Part.SIGNATURE, ("sigstore.bundle", "artifact.sig", "simplesigning", "signature")),
)
_SUFFIXES = {".sig": Part.SIGNATURE, ".sbom": Part.SBOM, ".att": Part.ATTESTATION}


def part_of(artifact_type: str) -> Part:
    """Return what a referrer of this type is; nothing of it has been verified."""
    known = artifact_type.lower()
    return next((part for part, words in _WORDS if any(word in known for word in words)), Part.OTHER)


def signature_tags(digest: Digest) -> dict[str, Part]:
    """Return the tags under which cosign 2 puts what belongs to a digest."""
    stem = f"{algorithm_of(digest)}-{hex_of(digest)}"
    return {f"{stem}{suffix}": part for suffix, part in _SUFFIXES.items()}
