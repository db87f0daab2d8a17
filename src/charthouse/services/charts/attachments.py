"""What lies beside a chart: signatures, attestations and bills of materials of other tools.

They are found as cosign and the OCI specification attach them: by a subject (referrers, with the tag of older clients),
or under a tag made of the digest (``sha256-….sig``). None of them is verified here: whoever reads of one knows that it
is there, not that it is good.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from charthouse.model.digests import Digest, algorithm_of, hex_of
from charthouse.model.errors import ManifestUnknown
from charthouse.model.manifests import Descriptor, is_index, layers_of
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.reader import Reader

MOST = 100
"""What is told of one chart."""
Kind = Literal["signature", "attestation", "sbom", "other"]
_SUFFIXES: tuple[tuple[str, Kind], ...] = (("sig", "signature"), ("att", "attestation"), ("sbom", "sbom"))
_SIGNATURES = frozenset(
    {
        "application/vnd.dev.cosign.artifact.sig.v1+json",
        "application/vnd.dev.cosign.simplesigning.v1+json",
        "application/vnd.cncf.notary.signature",
    }
)
_ATTESTATIONS = frozenset(
    {
        "application/vnd.dev.cosign.artifact.att.v1+json",
        "application/vnd.dsse.envelope.v1+json",
        "application/vnd.in-toto+json",
    }
)
_BUNDLE = "application/vnd.dev.sigstore.bundle"
_SIGNED_BY_COSIGN = "https://sigstore.dev/cosign/sign/v1"
_PREDICATES = ("dev.sigstore.bundle.predicateType", "predicateType", "in-toto.io/predicate-type")
"""Annotations that say what an attestation is about: sigstore's, cosign's, BuildKit's."""


class Attachment(msgspec.Struct, frozen=True):
    """Something that lies beside a chart. ``tag`` "": it was found as a referrer.

    ``kind`` is signature, attestation, sbom or other; ``predicates`` say what attestations are about.
    """

    kind: Kind
    digest: Digest
    artifact_type: str
    tag: str
    predicates: tuple[str, ...]


async def attachments(reader: Reader, permit: RepositoryPermit, chart: Digest) -> tuple[Attachment, ...]:
    """Return what lies beside a manifest, at most ``MOST``."""
    found = {one.digest: one for one in await _referrers(reader, permit, chart)}
    for suffix, kind in _SUFFIXES:
        tag = f"{algorithm_of(chart)}-{hex_of(chart)}.{suffix}"
        try:
            row = (await reader.manifest(permit.actor, permit.repository, tag)).row
        except ManifestUnknown:
            continue
        layers = [] if is_index(row.media_type) else layers_of(row.content) or []
        types = [layer.media_type for layer in layers]
        found[row.digest] = Attachment(
            kind, row.digest, types[0] if types else "", tag, _predicates_of(layers)
        )
    return tuple(found.values())[:MOST]


async def _referrers(reader: Reader, permit: RepositoryPermit, chart: Digest) -> list[Attachment]:
    found: list[Attachment] = []
    after = ""
    while len(found) < MOST:
        page = await reader.referrers(permit.actor, permit.repository, chart, after=after)
        for referrer in page.found:
            predicates = _predicates(referrer.annotations)
            kind = _kind(referrer.artifact_type, predicates)
            found.append(Attachment(kind, referrer.digest, referrer.artifact_type, "", predicates))
        after = page.more_after
        if not after:
            break
    return found


def _kind(artifact_type: str, predicates: tuple[str, ...]) -> Kind:
    if artifact_type in _SIGNATURES:
        return "signature"
    if artifact_type in _ATTESTATIONS:
        return "attestation"
    if artifact_type.startswith(_BUNDLE):
        return "attestation" if predicates and _SIGNED_BY_COSIGN not in predicates else "signature"
    if any(word in artifact_type for word in ("spdx", "cyclonedx", "syft", "sbom")):
        return "sbom"
    return "other"


def _predicates_of(layers: list[Descriptor]) -> tuple[str, ...]:
    found = [predicate for layer in layers for predicate in _predicates(layer.annotations or {})]
    return tuple(dict.fromkeys(found))[:MOST]


def _predicates(annotations: dict[str, str]) -> tuple[str, ...]:
    return tuple(annotations[name] for name in _PREDICATES if name in annotations)
