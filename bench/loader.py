"""Fills registries before they are measured.

Peers are filled by pushes. Charthouse is filled in this process, through the same services that its API calls, many
commands at a time; ``tests/integration/test_bench_loader.py`` proves that the result equals pushes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from charthouse.compose import Registry, opened, prepare
from charthouse.config.loader import load
from charthouse.model.digests import Digest
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor, ActorKind, NamespaceRole, Role
from charthouse.ports.teams import PutTeam
from charthouse.services.registry.intake import Chunk

from .corpus import MANIFEST, Blob, Corpus
from .pushes import ANONYMOUS, Connection

NAMESPACE = "bench"
"""The organization that has the repositories."""
OWNER = "bench-owner"
USER = "bench-user"
"""Who is measured: a member of a team that has a grant in every repository, neither owner nor administrator."""
TEAM = "pipelines"
PASSWORD = "bench-password"
IN_FLIGHT = 256
"""Commands under way at once in Charthouse: they share commits."""
CONNECTIONS = 8
"""Connections over which a peer is filled."""


def fill_charthouse(data: Path, corpora: Sequence[Corpus], environment: Mapping[str, str]) -> None:
    """Put ``corpora`` into the store of Charthouse under ``data``, in repositories that ``USER`` may write to by a team.

    ``environment`` configures it, as it does `charthouse serve`.
    """
    settings = load(data=data, environment=environment)
    prepare(settings)

    async def fill() -> None:
        async with opened(settings) as registry:
            owner = await registry.users.create_user(OWNER, PASSWORD, "")
            actor = Actor(owner.account_id, owner.name, ActorKind.USER, owner.epoch)
            organization = await registry.users.create_organization(NAMESPACE, "", owner)
            user = await registry.users.create_user(USER, PASSWORD, "")
            await add_team(registry, organization.account_id, owner.account_id, user.account_id)
            for corpus in corpora:
                await _fill(registry, actor, corpus)
                for number in range(corpus.repositories):
                    await grant(registry, actor, corpus.repository(number))

    asyncio.run(fill())


async def add_team(registry: Registry, organization_id: int, owner_id: int, member_id: int) -> None:
    """Make the team with its member."""
    teams = registry.metadata.teams
    team, _ = await teams.put(PutTeam(organization_id, TEAM, NamespaceRole.CREATOR, "", owner_id))
    await teams.add_member(team, member_id)


async def grant(registry: Registry, actor: Actor, repository: str) -> None:
    """Let the team write to a repository."""
    access = await registry.reader.access(actor.account_id, repository)
    assert await registry.metadata.grants.grant_team(access.repository_id, TEAM, Role.WRITE)


async def _fill(registry: Registry, actor: Actor, corpus: Corpus) -> None:
    for number in range(corpus.repositories):
        repository = RepositoryName(corpus.repository(number))
        for blob in corpus.blobs(number):
            chunk = Chunk(length=len(blob.content))
            await registry.uploads.whole(actor, repository, Digest(blob.digest), chunk, body(blob))
    pairs = _pairs(corpus)

    async def work() -> None:
        for repository, tag, content in pairs:  # shared: every worker takes the next
            name = RepositoryName(repository)
            await registry.writer.put_manifest(actor, name, Tag(tag), (), content, MANIFEST)

    async with asyncio.TaskGroup() as workers:
        for _ in range(IN_FLIGHT):
            workers.create_task(work())


async def body(blob: Blob) -> AsyncIterator[bytes]:
    """Yield a blob, as the body of a request comes in."""
    yield blob.content


def fill_by_pushes(host: str, corpora: Sequence[Corpus], authorization: str = ANONYMOUS) -> None:
    """Push ``corpora`` to the registry at ``host``."""
    for corpus in corpora:
        with ThreadPoolExecutor(CONNECTIONS) as pushers:
            for done in [
                pushers.submit(
                    _push, host, authorization, corpus, range(first, corpus.repositories, CONNECTIONS)
                )
                for first in range(CONNECTIONS)
            ]:
                done.result()


def _push(host: str, authorization: str, corpus: Corpus, repositories: Sequence[int]) -> None:
    connection = Connection(host, authorization)
    for number in repositories:
        name = corpus.repository(number)
        for blob in corpus.blobs(number):
            connection.push_blob(name, blob.digest, blob.content)
        manifests = corpus.manifests(number)
        for tag in map(corpus.tag, range(corpus.tags)):
            connection.push_manifest(name, tag, manifests[tag])


def _pairs(corpus: Corpus) -> Iterator[tuple[str, str, bytes]]:
    for number in range(corpus.repositories):
        manifests = corpus.manifests(number)
        for tag in map(corpus.tag, range(corpus.tags)):
            yield corpus.repository(number), tag, manifests[tag]
