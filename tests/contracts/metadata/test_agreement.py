"""The hot questions, written for speed, against the same questions written for clarity."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Connection, select

from charthouse.engines.metadata import tables as t
from charthouse.model.digests import Digest
from charthouse.model.permissions import Access, NamespaceRole, Role

from .world import NOW, World, image, index

PEOPLE = ["ann", "ben", "cy"]


class Model:
    """What lies in the tables, asked one plain question after another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def access(self, account_id: int, path: str) -> Access:
        ask = self._connection.execute
        repository = ask(select(t.repository).where(t.repository.c.path == path)).first()
        namespace = ask(select(t.account).where(t.account.c.name == path.split("/")[0])).first()
        account = ask(select(t.account).where(t.account.c.id == account_id)).first()
        public = repository is not None and repository.public
        repository_id = 0 if repository is None else repository.id
        if account_id != 0 and (account is None or not account.enabled):
            return Access(repository_id, Role.NONE, public, False, -1)
        teams = ask(
            select(t.team)
            .join(t.team_member, t.team_member.c.team_id == t.team.c.id)
            .where(t.team_member.c.account_id == account_id)
        ).all()
        here = [team.role for team in teams if namespace is not None and team.organization_id == namespace.id]
        owner = namespace is not None and namespace.id == account_id
        roles = [Role.READ] if public else [Role.NONE]
        if owner or NamespaceRole.ADMIN in here:
            roles.append(Role.ADMIN)
        grants = ask(select(t.repository_grant).where(t.repository_grant.c.repository_id == repository_id))
        ids = {team.id for team in teams}
        roles += [Role(g.role) for g in grants if g.account_id == account_id or g.team_id in ids]
        can_create = repository is None and (owner or any(role >= NamespaceRole.CREATOR for role in here))
        role = max(roles) if repository is not None else Role.NONE
        if namespace is not None and not namespace.enabled and (role or can_create):
            return Access(
                repository_id, Role.NONE, public, False, account.epoch if account else 0, suspended=True
            )
        epoch = account.epoch if account else 0
        return Access(repository_id, role, public, can_create, epoch, vacant=namespace is None)

    def manifest(self, repository_id: int, reference: str) -> tuple[int, str, str, bytes] | None:
        query = select(t.manifest.c.id, t.manifest.c.digest, t.manifest.c.media_type, t.manifest.c.content)
        query = query.where(t.manifest.c.repository_id == repository_id, t.manifest.c.deleted_ms.is_(None))
        if ":" in reference:
            query = query.where(t.manifest.c.digest == reference)
        else:
            query = query.join(t.tag, t.tag.c.manifest_id == t.manifest.c.id).where(t.tag.c.name == reference)
        row = self._connection.execute(query).first()
        return None if row is None else (row.id, row.digest, row.media_type, row.content)

    def blob(self, repository_id: int, digest: str) -> tuple[str, int, str, int] | None:
        blob = self._connection.execute(select(t.blob).where(t.blob.c.digest == digest)).first()
        if blob is None or blob.quarantined:
            return None
        links = self._connection.execute(
            select(t.repository_blob).where(
                t.repository_blob.c.blob_id == blob.id, t.repository_blob.c.repository_id == repository_id
            )
        ).first()
        return None if links is None else (blob.digest, blob.size, blob.key, links.kept_until_ms)

    def tags(self, repository_id: int, after: str, limit: int) -> list[str]:
        names = self._connection.execute(
            select(t.tag.c.name).where(t.tag.c.repository_id == repository_id)
        ).scalars()
        return sorted(name for name in names if name > after)[:limit]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_hot_reads_agree_with_plain_questions(world: World, seed: int) -> None:
    dice = random.Random(seed)
    accounts, paths, references = await _fill(world, dice)
    expected = await world.harness.tables(
        lambda c: {(a, p): Model(c).access(a, p) for a in accounts for p in paths}
    )
    for (account_id, path), access in expected.items():
        assert await world.reads.access(account_id, path) == access, (account_id, path)
        if access.role >= Role.READ and account_id == accounts[0]:
            await _compare_content(world, account_id, path, access.repository_id, references)


async def _compare_content(
    world: World, account_id: int, path: str, repository_id: int, references: list[str]
) -> None:
    pages = [("", 100), ("", 2), ("V", 100), ("v2", 1)]
    digests = [reference for reference in references if ":" in reference]
    manifests, blobs, tags = await world.harness.tables(
        lambda c: (
            [Model(c).manifest(repository_id, reference) for reference in references],
            [Model(c).blob(repository_id, digest) for digest in digests],
            [Model(c).tags(repository_id, *page) for page in pages],
        )
    )
    rows = [await world.reads.manifest(account_id, path, reference) for reference in references]
    assert [m and (m.manifest_id, m.digest, m.media_type, m.content) for m in rows] == manifests
    held = [await world.reads.blob(account_id, path, digest) for digest in digests]
    assert [b and (b.digest, b.size, b.key, b.kept_until_ms) for b in held] == blobs
    assert [await world.reads.tags(account_id, path, *page) for page in pages] == tags


async def _fill(world: World, dice: random.Random) -> tuple[list[int], list[str], list[str]]:
    """Make people, teams, grants and content at random; returns accounts, names and references to ask for."""
    people = [await world.user(name, superuser=dice.random() < 0.3) for name in PEOPLE]
    organizations = [await world.organization(name, dice.choice(people)) for name in ("org-a", "org-b")]
    teams = [
        await world.team(
            dice.choice(organizations),
            f"team{number}",
            dice.choice(list(NamespaceRole)),
            *dice.sample(people, 2),
        )
        for number in range(3)
    ]
    namespaces = [*PEOPLE, "org-a", "org-b"]
    paths = [f"{dice.choice(namespaces)}/{name}" for name in "pqrst"]
    references: list[str] = ["v1", "V1", "v2", "none"]
    for path in dict.fromkeys(paths):
        creator = dice.choice(people)
        repository_id = await world.repository(path, creator, public=dice.random() < 0.3)
        for team in dice.sample(teams, 1):
            await world.grant(repository_id, dice.choice(list(Role)[1:]), team_id=team)
        references += await _push_some(world, dice, path, creator, repository_id)
    await world.store.accounts.set_enabled(people[2], enabled=False)
    return [*people, *organizations, 0, 999_999], [*paths, "ann/none", "org-a/none", "none/none"], references


async def _push_some(
    world: World, dice: random.Random, path: str, account_id: int, repository_id: int
) -> list[Digest]:
    found: list[Digest] = []
    for number in range(4):
        layer = f"layer {dice.randrange(6)}"
        found.append(await world.push_blob(path, account_id, layer))
        tags = dice.sample(["v1", "V1", "v2"], dice.randrange(3))
        found.append(await world.push(path, account_id, image(layer), *tags))
        found.append(await world.push(path, account_id, index(found[-1]), *tags[:1], now=NOW + number))
    if dice.random() < 0.5:
        await world.store.manifests.delete_manifest(repository_id, found[1], NOW)
    for stored in await world.store.collection.blobs(0, 1):
        await world.store.collection.quarantine(stored.blob_id, stored.key)
    return found
