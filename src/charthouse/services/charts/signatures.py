"""Who signed a chart, and what that proves to its namespace.

Nothing of it is kept but in memory: a verdict holds for one chart and one content of the keyring, until the time at which
it ends by itself. So a key that is taken out of the keyring proves nothing from the next question on.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from charthouse.helm.chart.comparing import Comparison
from charthouse.helm.chart.push import CHART_TYPE, CONFIG_TYPE, LEGACY_CHART_TYPE, PROVENANCE_TYPE
from charthouse.model.digests import Digest, parse_digest
from charthouse.model.errors import (
    BlobUnknown,
    DigestInvalid,
    ManifestUnknown,
    NotFound,
    TagInvalid,
    Unavailable,
)
from charthouse.model.manifests import Descriptor, layers_of, read_manifest
from charthouse.model.names import parse_reference
from charthouse.ports.clock import Clock
from charthouse.ports.keyrings import Keyrings
from charthouse.ports.openpgp import LARGEST_SIGNED_TEXT, OpenPgp, State, Verdict
from charthouse.ports.sandbox import Crashed, OverBudget, Sandbox
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.reader import Reader

from .attachments import Attachment, attachments

_REMEMBERED = 1000
_DEADLINE_S = 5.0
_LARGEST_CONFIG = 1024**2
_BROKEN_MS = 60_000
"""For so long a broken signature is not looked at again."""


class ChartSignatures(msgspec.Struct, frozen=True):
    """What is known of a chart's signatures. ``verdict`` None: it has no provenance."""

    digest: Digest
    provenance: Digest | None
    verdict: Verdict | None
    attachments: tuple[Attachment, ...]


class _Parts(msgspec.Struct, frozen=True):
    """What a chart's manifest names."""

    digest: Digest
    config: Digest
    packages: tuple[Descriptor, ...]
    provenances: tuple[Descriptor, ...]


class _TooLarge(Exception):
    """A blob has more bytes than what it claims to be can have."""


class SignatureService:
    """Judges signatures when it is asked. ``comparer`` runs ``helm.chart.comparing:handle``."""

    def __init__(
        self,
        reader: Reader,
        contents: BlobContents,
        keyrings: Keyrings,
        pgp: OpenPgp,
        comparer: Sandbox,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._contents = contents
        self._keyrings = keyrings
        self._pgp = pgp
        self._comparer = comparer
        self._clock = clock
        self._known: OrderedDict[tuple[Digest, bytes], Verdict] = OrderedDict()

    async def close(self) -> None:
        """End whatever is under way."""
        await self._comparer.close()

    async def of(self, permit: RepositoryPermit, version: str) -> ChartSignatures:
        """Return what is known of a version; raises ManifestUnknown, and NotFound for what is no chart."""
        parts = await self._parts(permit, version)
        verdict = await self._verdict(permit, parts)
        beside = await attachments(self._reader, permit, parts.digest)
        provenance = parse_digest(parts.provenances[0].digest) if parts.provenances else None
        return ChartSignatures(parts.digest, provenance, verdict, beside)

    async def _parts(self, permit: RepositoryPermit, version: str) -> _Parts:
        tag = version.replace("+", "_")  # as Helm writes versions into tags
        try:
            parse_reference(tag)
        except (DigestInvalid, TagInvalid) as error:  # nor may it reach a column that cannot hold it
            raise ManifestUnknown(f"{permit.repository} has no chart {tag[:128]!r}") from error
        row = (await self._reader.manifest(permit.actor, permit.repository, tag)).row
        manifest = read_manifest(row.content, row.media_type)
        layers = layers_of(row.content)
        if manifest.config_media_type != CONFIG_TYPE or layers is None:
            raise NotFound(f"{tag[:128]} is no chart")
        return _Parts(
            row.digest,
            manifest.blobs[0],
            tuple(layer for layer in layers if layer.media_type in (CHART_TYPE, LEGACY_CHART_TYPE)),
            tuple(layer for layer in layers if layer.media_type == PROVENANCE_TYPE),
        )

    async def _verdict(self, permit: RepositoryPermit, parts: _Parts) -> Verdict | None:
        if not parts.provenances:
            return None
        keys = await self._keyrings.of_repository(permit.repository_id)
        certificates = [key.certificate.content for key in keys]
        about = parts.digest, _stamp(certificates)
        now = self._clock.now_ms()
        known = self._known.get(about)
        if known is not None and (known.until_ms is None or now < known.until_ms):
            self._known.move_to_end(about)
            return known
        verdict = await self._judge(permit, parts, certificates, now)
        if (
            verdict.state is State.BROKEN
        ):  # what is missing may be pushed again, and what is of tomorrow comes true
            verdict = msgspec.structs.replace(verdict, until_ms=now + _BROKEN_MS)
        self._known[about] = verdict
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return verdict

    async def _judge(
        self, permit: RepositoryPermit, parts: _Parts, certificates: Sequence[bytes], now_ms: int
    ) -> Verdict:
        if len(parts.provenances) != 1 or len(parts.packages) != 1:
            return _broken("the manifest must have one package and one provenance")
        try:
            signed = await self._bytes(permit, parse_digest(parts.provenances[0].digest), LARGEST_SIGNED_TEXT)
            config = await self._bytes(permit, parts.config, _LARGEST_CONFIG)
        except BlobUnknown as error:
            return _broken(error.message)
        except _TooLarge:
            return _broken("the provenance, or the chart's config, is too large to be one")
        verdict = await self._pgp.verify(signed, certificates, now_ms)
        if verdict.state is State.BROKEN:
            return verdict
        comparison = Comparison(
            provenance=signed,
            text=verdict.text if verdict.state is State.VALID else None,
            package=parts.packages[0].digest,
            config=config,
        )
        reason = await self._disagreement(comparison)
        return _broken(reason) if reason else verdict

    async def _disagreement(self, comparison: Comparison) -> str:
        try:
            answer = await self._comparer.run(msgspec.msgpack.encode(comparison), _DEADLINE_S)
        except OverBudget:
            raise Unavailable("this provenance takes too long to read now: try again") from None
        except Crashed:
            return "the provenance can't be read"
        return msgspec.msgpack.decode(answer, type=str)

    async def _bytes(self, permit: RepositoryPermit, digest: Digest, most: int) -> bytes:
        entry = await self._reader.blob(permit.actor, permit.repository, digest)
        if entry.row.size > most:
            raise _TooLarge
        stream = await self._contents.stream(entry, 0, entry.row.size)
        return b"".join([part async for part in stream])


def _broken(reason: str) -> Verdict:
    return Verdict(State.BROKEN, reason=reason)


def _stamp(certificates: Sequence[bytes]) -> bytes:
    """Return what is another one for any other keyring."""
    stamp = hashlib.sha256()
    for certificate in certificates:
        stamp.update(len(certificate).to_bytes(8) + certificate)
    return stamp.digest()
