"""Charts in OCI registries, as ``helm pull oci://`` fetches them.

Sources: OCI Distribution Specification 1.1 (pulling), the token flow of the Distribution project, Helm 3.22 for
media types. Every byte is compared with its digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from charthouse.model.digests import algorithm_of, hex_of, parse_digest
from charthouse.model.errors import DigestInvalid
from charthouse.ports.chart_sources import SourceFailed

from .fetching import Answer, Fetcher, checked

_LARGEST_MANIFEST = 4 * 1024 * 1024
_LARGEST_TOKEN = 64 * 1024
_LARGEST_PROVENANCE = 1024 * 1024
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.cncf.helm.config.v1+json"
_CHART = frozenset({"application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"})
_PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
_REFERENCE = re.compile(
    r"oci://(?P<host>[^/@?#]+)/(?P<path>[^:@?#]+)(?::(?P<tag>[A-Za-z0-9_][\w.-]*))?(?:@(?P<digest>[a-z0-9]+:[a-f0-9]+))?",
    re.ASCII,
)
_PARAMETER = re.compile(r'([a-z]+)="([^"]*)"', re.IGNORECASE)


class Reference(NamedTuple):
    """What an ``oci://`` address names."""

    host: str
    path: str
    tag: str
    digest: str


class _Descriptor(msgspec.Struct, rename="camel"):
    digest: str
    size: int = 0
    media_type: str = ""


class _Manifest(msgspec.Struct):
    config: _Descriptor
    layers: list[_Descriptor]


class _Token(msgspec.Struct):
    token: str = ""
    access_token: str = ""


def parse_reference(address: str) -> Reference:
    """Return what ``oci://host/path[:tag][@digest]`` names; raises SourceFailed."""
    match = _REFERENCE.fullmatch(address)
    if match is None:
        raise SourceFailed(f"{address[:200]!r} is no address like oci://host/path/chart:1.0.0")
    return Reference(*(part or "" for part in match.groups()))


class Registries:
    """Pulls charts from registries; ``credential`` tells what to send to a host ("": nothing)."""

    def __init__(self, fetcher: Fetcher, credential: Callable[[str], str]) -> None:
        self._fetcher = fetcher
        self._credential = credential
        self._tokens: dict[tuple[str, str], str] = {}

    async def fetch(self, address: str, into: Callable[[bytes], object], limit: int) -> bytes | None:
        """See the port ChartSource."""
        reference = parse_reference(address)
        manifest = await self._manifest(reference, address)
        if manifest.config.media_type != _CONFIG:
            raise SourceFailed(f"{address} is no chart, but {manifest.config.media_type[:100]!r}")
        chart = [layer for layer in manifest.layers if layer.media_type in _CHART]
        signature = [layer for layer in manifest.layers if layer.media_type == _PROVENANCE]
        if len(chart) != 1:
            raise SourceFailed(f"{address} has {len(chart)} packages, not one")
        await self._blob(reference, chart[0].digest, into, limit)
        if not signature:
            return None
        parts: list[bytes] = []
        await self._blob(reference, signature[0].digest, parts.append, _LARGEST_PROVENANCE)
        return b"".join(parts)

    async def _manifest(self, reference: Reference, address: str) -> _Manifest:
        wanted = reference.digest or reference.tag
        if not wanted:
            raise SourceFailed(f"{address} names no version: write oci://host/path/chart:1.0.0")
        parts: list[bytes] = []
        await self._get(reference, f"manifests/{wanted}", parts.append, _LARGEST_MANIFEST)
        content = b"".join(parts)
        if reference.digest:
            _verify(reference.digest, content)
        try:
            return msgspec.json.decode(content, type=_Manifest)
        except msgspec.DecodeError:
            raise SourceFailed(f"{address} is no chart: its manifest cannot be read as one") from None

    async def _blob(
        self, reference: Reference, digest: str, into: Callable[[bytes], object], limit: int
    ) -> None:
        hasher = hashlib.new(_algorithm(digest))

        def take(part: bytes) -> None:
            hasher.update(part)
            into(part)

        await self._get(reference, f"blobs/{digest}", take, limit)
        if hasher.hexdigest() != digest.partition(":")[2]:
            raise SourceFailed(f"{reference.host} sends other bytes than {digest}")

    async def _get(
        self, reference: Reference, what: str, into: Callable[[bytes], object], limit: int
    ) -> None:
        scheme = "http" if self._fetcher.access.plain_http else "https"
        url = f"{scheme}://{reference.host}/v2/{reference.path}/{what}"
        known = self._tokens.get((reference.host, reference.path), "")
        async with self._fetcher.get(url, authorization=known, accept=_MANIFEST) as answer:
            if answer.status != 401:
                answer.refuse()
                await answer.give(into, limit)
                return
            granted = await self._authorize(reference, answer)
        self._tokens[reference.host, reference.path] = granted
        async with self._fetcher.get(url, authorization=granted, accept=_MANIFEST) as answer:
            answer.refuse()
            await answer.give(into, limit)

    async def _authorize(self, reference: Reference, refused: Answer) -> str:
        """Return the header that a registry asks for."""
        basic = self._credential(reference.host)
        challenge = refused.headers.get("WWW-Authenticate", "")
        kind, _, rest = challenge.partition(" ")
        asked = {name.lower(): value for name, value in _PARAMETER.findall(rest)}
        if kind.lower() == "basic" and basic:
            return basic
        if kind.lower() != "bearer" or "realm" not in asked:
            refused.refuse()
        realm = checked(asked["realm"])
        if realm.scheme == "http" and not self._fetcher.access.plain_http:
            raise SourceFailed(f"{reference.host} sends credentials to {realm.origin()}, which is not https")
        query = {"scope": f"repository:{reference.path}:pull"}
        if asked.get("service"):
            query["service"] = asked["service"]
        async with self._fetcher.get(str(realm.update_query(query)), authorization=basic) as answer:
            answer.refuse()
            content = await answer.content(_LARGEST_TOKEN)
        try:
            token = msgspec.json.decode(content, type=_Token)
        except msgspec.DecodeError:
            raise SourceFailed(f"the token server of {reference.host} gives no token") from None
        return f"Bearer {token.token or token.access_token}"


def _algorithm(digest: str) -> str:
    try:
        return algorithm_of(parse_digest(digest))
    except DigestInvalid as error:
        raise SourceFailed(error.message) from None


def _verify(digest: str, content: bytes) -> None:
    algorithm = _algorithm(digest)
    if hashlib.new(algorithm, content).hexdigest() != hex_of(parse_digest(digest)):
        raise SourceFailed(f"the registry sends other bytes than {digest}")
