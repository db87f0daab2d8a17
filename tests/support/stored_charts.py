"""Charts put into a registry's store at once, without reading them: packages are any bytes."""

from __future__ import annotations

import hashlib
import json

from charthouse.compose import Registry
from charthouse.model.digests import digest_of
from charthouse.model.manifests import read_manifest
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.ports.content import PutManifest
from charthouse.ports.tags import TagTerms

from .registry import push_blob

CONFIG = "application/vnd.cncf.helm.config.v1+json"
PACKAGE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"


def package_of(repository: str, version: str) -> bytes:
    """Return the bytes that stand for a package."""
    return f"package {repository} {version}".encode() * 50


def entry_of(name: str, version: str, package: bytes) -> str:
    """Return a short entry of an index."""
    return (
        f"  - apiVersion: v2\n    created: '2026-11-21T12:00:00Z'\n    digest: {hashlib.sha256(package).hexdigest()}\n"
        f"    name: {name}\n    urls:\n    - charts/{name}-{version}.tgz\n    version: {version}\n"
    )


async def put_chart(
    registry: Registry,
    actor: Actor,
    path: str,
    version: str,
    *,
    state: ChartState = ChartState.READ,
    signed: bool = False,
    expires_ms: int | None = None,
) -> None:
    """Store a version of a chart under its tag, as a push does."""
    repository, name = RepositoryName(path), path.rpartition("/")[2]
    tag = Tag(version.replace("+", "_"))
    package = package_of(path, version)
    layers = [(PACKAGE, package)] + ([(PROVENANCE, b"signed " + package)] if signed else [])
    config = json.dumps({"name": name, "version": version}).encode()
    described = [
        {"mediaType": kind, "digest": await push_blob(registry, actor, repository, data), "size": len(data)}
        for kind, data in [(CONFIG, config), *layers]
    ]
    document = {"schemaVersion": 2, "config": described[0], "layers": described[1:]}
    content = json.dumps(document).encode()
    read = state is ChartState.READ
    facts = ChartFacts(
        state=state,
        tag=tag if read else "",
        precedence=version,
        name=name,
        version=version,
        package=digest_of(package),
        package_size=len(package),
        provenance=digest_of(layers[-1][1]) if signed else "",
        entry=entry_of(name, version, package) if read else "",
    )
    now = registry.clock.now_ms()
    command = PutManifest(
        target=await registry.writer.target(actor, repository),
        digest=digest_of(content),
        content=content,
        manifest=read_manifest(content, None),
        tags=(tag,),
        sparse=False,
        now_ms=now,
        terms=TagTerms(expires_ms=expires_ms),
        chart=facts,
    )
    await registry.metadata.manifests.put(command)
