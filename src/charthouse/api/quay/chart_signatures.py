"""What is known of a chart's signatures."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from typing_extensions import TypedDict

from charthouse.ports.openpgp import Signer, Verdict
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.attachments import Attachment
from charthouse.services.charts.documents import ChartDocuments
from charthouse.services.charts.signatures import SignatureService

from .dates import iso8601
from .endpoints import Endpoints
from .guard import permit_of


class SignerAnswer(TypedDict):
    """Who signed: the key of the keyring, the key or subkey of it that was used, its names, and when (ISO 8601)."""

    fingerprint: str
    key: str
    user_ids: list[str]
    signed: str


class ProvenanceAnswer(TypedDict):
    """What the provenance proves. ``unknown_issuers`` are the keys that signatures name and no keyring has, unproved."""

    state: Literal["valid", "unknown", "broken", "none"]
    reason: str
    digest: str | None
    signers: list[SignerAnswer]
    unknown_issuers: list[str]


class AttachmentAnswer(TypedDict):
    """What lies beside a chart. ``verified`` is always false: that it is there is all that is known.

    ``found_by`` says how: as a referrer, or under ``tag``. ``predicate_types`` say what attestations are about.
    """

    kind: Literal["signature", "attestation", "sbom", "other"]
    digest: str
    artifact_type: str
    found_by: Literal["referrer", "tag"]
    tag: str | None
    predicate_types: list[str]
    verified: Literal[False]


class ChartSignaturesAnswer(TypedDict):
    """A chart's manifest, the provenance that Helm makes, and what others attach."""

    digest: str
    provenance: ProvenanceAnswer
    attachments: list[AttachmentAnswer]


class ChartSignatureHandlers:
    """Tells of signatures."""

    def __init__(self, documents: ChartDocuments, signatures: SignatureService) -> None:
        self._documents = documents
        self._signatures = signatures

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.get_chart_signatures": self.get_signatures}

    async def get_signatures(self, request: Request, version: str) -> ChartSignaturesAnswer:
        """Answer GET …/chart/{version}/signatures."""
        permit = permit_of(request, RepositoryPermit)
        chart = await self._documents.chart(permit, version)
        found = await self._signatures.of(permit, chart.digest)
        return {
            "digest": found.digest,
            "provenance": _provenance(found.provenance, found.verdict),
            "attachments": [_attachment(attachment) for attachment in found.attachments],
        }


def _provenance(digest: str | None, verdict: Verdict | None) -> ProvenanceAnswer:
    if verdict is None:
        return {"state": "none", "reason": "", "digest": None, "signers": [], "unknown_issuers": []}
    return {
        "state": verdict.state.value,
        "reason": verdict.reason,
        "digest": digest,
        "signers": [_signer(signer) for signer in verdict.signers],
        "unknown_issuers": list(verdict.issuers),
    }


def _signer(signer: Signer) -> SignerAnswer:
    return {
        "fingerprint": signer.fingerprint,
        "key": signer.key,
        "user_ids": list(signer.user_ids),
        "signed": iso8601(signer.signed_ms),
    }


def _attachment(attachment: Attachment) -> AttachmentAnswer:
    return {
        "kind": attachment.kind,
        "digest": attachment.digest,
        "artifact_type": attachment.artifact_type,
        "found_by": "tag" if attachment.tag else "referrer",
        "tag": attachment.tag or None,
        "predicate_types": list(attachment.predicates),
        "verified": False,
    }
