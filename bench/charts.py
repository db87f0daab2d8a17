"""Charts that are measured: many versions, each with an entry of its own in the index and a digest that is random.

They are put into Charthouse's store as its intake would, without reading a package each.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from charthouse.compose import Registry, opened, prepare
from charthouse.config.loader import load
from charthouse.helm.chart.facts import Maintainer, Metadata
from charthouse.helm.chart.index import entry_yaml
from charthouse.helm.chart.push import CHART_TYPE, CONFIG_TYPE
from charthouse.model.digests import Digest, digest_of
from charthouse.model.manifests import read_manifest
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.ports.content import PutManifest, Target
from charthouse.services.charts.precedence import precedence_of
from charthouse.services.registry.intake import Chunk

from .corpus import KIB, Blob
from .loader import IN_FLIGHT, NAMESPACE, OWNER, PASSWORD, USER, add_team, body, grant

WHEN = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Charts:
    """``repositories`` charts of one level with ``versions`` each; a chart's versions share a package."""

    name: str
    repositories: int
    versions: int
    package: int = 20 * KIB

    def chart(self, number: int) -> str:
        """Return the name of a chart."""
        return f"chart-{number:04d}"

    def repository(self, number: int) -> str:
        """Return the name of a chart's repository."""
        return f"{NAMESPACE}/{self.chart(number)}"

    def version(self, number: int) -> str:
        """Return a version."""
        return f"{number // 100}.{number % 100}.0"

    def blobs(self, repository: int) -> tuple[Blob, Blob]:
        """Return config and package of a chart."""
        return Blob(b"{}"), Blob(random.Random(f"{self.name}/{repository}").randbytes(self.package))

    def metadata(self, repository: int, version: str) -> Metadata:
        """Return what a version says of itself; with digest and dates about 630 bytes."""
        name = self.chart(repository)
        return Metadata(
            api_version="v2",
            name=name,
            version=version,
            app_version=version,
            kube_version=">=1.29.0-0",
            type="application",
            description=f"{name} runs what a team of the benchmark needs, in every cluster it has, without a fuss",
            home=f"https://example.com/charts/{name}",
            icon=f"https://example.com/charts/{name}/icon.svg",
            keywords=["benchmark", "sextant", name],
            maintainers=[Maintainer(name="Somebody", email="somebody@example.com")],
            sources=[f"https://git.example.com/charts/{name}"],
        )


STANDARD_CHARTS = Charts("charts", 100, 200)
MANY_CHARTS = Charts("many-charts", 500, 200)


def fill_charts(data: Path, charts: Charts, environment: Mapping[str, str]) -> None:
    """Put ``charts`` into the store of Charthouse under ``data``, where ``USER`` may write to them by a team."""
    settings = load(data=data, environment=environment)
    prepare(settings)

    async def fill() -> None:
        async with opened(settings) as registry:
            owner = await registry.users.create_user(OWNER, PASSWORD, "")
            actor = Actor(owner.account_id, owner.name, ActorKind.USER, owner.epoch)
            organization = await registry.users.create_organization(NAMESPACE, "", owner)
            user = await registry.users.create_user(USER, PASSWORD, "")
            await add_team(registry, organization.account_id, owner.account_id, user.account_id)
            for number in range(charts.repositories):
                for blob in charts.blobs(number):
                    name = RepositoryName(charts.repository(number))
                    chunk = Chunk(length=len(blob.content))
                    await registry.uploads.whole(actor, name, Digest(blob.digest), chunk, body(blob))
                await grant(registry, actor, charts.repository(number))
            await _put(registry, actor, charts)

    asyncio.run(fill())


async def _put(registry: Registry, actor: Actor, charts: Charts) -> None:
    commands = _commands(charts, registry.clock.now_ms())

    async def work() -> None:
        for repository, command in commands:  # shared: every worker takes the next
            target = await registry.writer.target(actor, repository)
            await registry.metadata.manifests.put(command.at(target))

    async with asyncio.TaskGroup() as workers:
        for _ in range(IN_FLIGHT):
            workers.create_task(work())


def _commands(charts: Charts, now_ms: int) -> Iterator[tuple[RepositoryName, Command]]:
    for number in range(charts.repositories):
        config, package = charts.blobs(number)
        repository = RepositoryName(charts.repository(number))
        for version in map(charts.version, range(charts.versions)):
            content = _manifest(config, package, version)
            facts = _facts(charts, number, version, package)
            yield repository, Command(content, facts, Tag(version), now_ms)


@dataclass(frozen=True)
class Command:
    """A push of a manifest, once it is known where to."""

    content: bytes
    facts: ChartFacts
    tag: Tag
    now_ms: int

    def at(self, target: Target) -> PutManifest:
        """Return the command."""
        return PutManifest(
            target=target,
            digest=digest_of(self.content),
            content=self.content,
            manifest=read_manifest(self.content, None),
            tags=(self.tag,),
            sparse=False,
            now_ms=self.now_ms,
            chart=self.facts,
        )


def _manifest(config: Blob, package: Blob, version: str) -> bytes:
    described = [
        {"mediaType": kind, "digest": blob.digest, "size": len(blob.content)}
        for kind, blob in ((CONFIG_TYPE, config), (CHART_TYPE, package))
    ]
    document = {"schemaVersion": 2, "config": described[0], "layers": described[1:]}
    return json.dumps(document | {"annotations": {"org.opencontainers.image.version": version}}).encode()


def _facts(charts: Charts, number: int, version: str, package: Blob) -> ChartFacts:
    name = charts.chart(number)
    drawn = random.Random(f"{charts.name}/{number}/{version}")
    when = WHEN + datetime.timedelta(microseconds=drawn.randrange(10**12))
    entry = entry_yaml(
        charts.metadata(number, version), [f"charts/{name}-{version}.tgz"], when, drawn.randbytes(32).hex()
    )
    return ChartFacts(
        state=ChartState.READ,
        tag=version,
        precedence=precedence_of(version),
        name=name,
        version=version,
        package=package.digest,
        package_size=len(package.content),
        entry=entry,
    )
