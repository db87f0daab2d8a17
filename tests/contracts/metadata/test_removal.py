"""Deleting repositories and namespaces, and the purge of what they leave behind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select

from charthouse.engines.metadata import tables as t
from charthouse.engines.metadata.types import Name
from charthouse.model.errors import Denied, InvalidRequest, NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.content import LinkBlob, PutManifest, Target
from charthouse.ports.reads import Change, ChangeKind
from charthouse.ports.upkeep import Garbage, Terms
from charthouse.ports.uploads import Upload

from .world import DAY, KEPT, NOW, World, blob_digest, image, index, put_command

LATER = NOW + 60_000


async def purge(world: World, limit: int = 2) -> Garbage:
    """Take everything that is deleted, a few rows at a time."""
    tags = manifests = links = 0
    for repository_id in await world.store.purge.repositories(100):
        while taken := await world.store.purge.take(repository_id, LATER, limit):
            if taken == Garbage():
                break
            tags, manifests, links = tags + taken.tags, manifests + taken.manifests, links + taken.links
        await world.store.purge.drop_repository(repository_id)
    for account_id in await world.store.purge.accounts(100):
        await world.store.purge.drop_account(account_id)
    return Garbage(tags=tags, manifests=manifests, links=links)


async def put_row(world: World, table: Table, **row: Any) -> int:
    """Put a row into a table, what is not given being zero or empty; returns its number."""
    empty: dict[type, Any] = {bool: False, int: 0, str: "", bytes: b""}
    for column in table.columns:
        kind = str if isinstance(column.type, Name) else column.type.python_type
        numbered = column.primary_key and kind is int and len(table.primary_key) == 1
        if not column.nullable and not numbered:
            row.setdefault(column.name, empty[kind])

    def add(connection: Connection) -> int:
        key = connection.execute(insert(table).values(row)).inserted_primary_key
        assert key is not None
        return key[0] if isinstance(key[0], int) else 0

    return await world.harness.tables(add)


async def fill(world: World, namespace_id: int, path: str, someone: int, tag: str) -> int:
    """Put a row of every kind that an account or a repository can have; returns the robot."""
    await world.push_image(path, namespace_id, f"layer of {path}", "v1")
    repository_id = (await world.reads.access(namespace_id, path)).repository_id
    robot_id = await put_row(world, t.account, name=f"bot{tag}", kind="robot", enabled=True, epoch=1)
    await put_row(world, t.robot, account_id=robot_id, owner_id=namespace_id)
    await put_row(world, t.robot_federation, robot_id=robot_id)
    team_id = await world.team(namespace_id, f"team{tag}", NamespaceRole.MEMBER, someone, robot_id)
    await put_row(world, t.team_invite, code_hash=tag, team_id=team_id, account_id=someone)
    await world.grant(repository_id, Role.READ, account_id=someone)
    await world.grant(repository_id, Role.WRITE, team_id=team_id)
    await world.grant(repository_id, Role.WRITE, account_id=robot_id)
    default = {"organization_id": namespace_id, "role": Role.READ.value}
    await put_row(
        world, t.default_permission, uuid=f"1{tag}", creator_id=someone, account_id=robot_id, **default
    )
    await put_row(world, t.default_permission, uuid=f"2{tag}", team_id=team_id, **default)
    await put_row(world, t.star, account_id=someone, repository_id=repository_id)
    await put_row(world, t.immutability_policy, uuid=f"1{tag}", namespace_id=namespace_id)
    await put_row(world, t.immutability_policy, uuid=f"2{tag}", repository_id=repository_id)
    application_id = await put_row(world, t.oauth_application, client_id=tag, namespace_id=namespace_id)
    for number, who in enumerate((someone, robot_id, namespace_id)):
        await credentials(world, who, application_id, f"{number}{tag}")
    await put_row(world, t.label, uuid=tag, manifest_id=await manifest_of(world, repository_id))
    await world.push_image(path, namespace_id, f"other layer of {path}", "v1", now=NOW + 1)
    return robot_id


async def manifest_of(world: World, repository_id: int) -> int:
    find = select(t.manifest.c.id).where(t.manifest.c.repository_id == repository_id).limit(1)
    return int(await world.harness.tables(lambda connection: connection.execute(find).scalar_one()))


async def credentials(world: World, account_id: int, application_id: int, tag: str) -> None:
    """Put a row into every table of what an account logs in by."""
    both = {"account_id": account_id, "application_id": application_id}
    await put_row(world, t.access_token, token_hash=tag, uuid=tag, **both)
    await put_row(world, t.oauth_code, code_hash=tag, **both)
    await put_row(world, t.oauth_assignment, uuid=tag, **both)
    await put_row(world, t.app_token, uuid=tag, token_hash=tag, account_id=account_id)
    await put_row(world, t.session, token_hash=tag, uuid=tag, account_id=account_id)


async def test_a_deleted_repository_is_gone_at_once(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    digest = await world.push_image("alice/app", alice, "layer", "v1")
    old = (await world.reads.access(alice, "alice/app")).repository_id
    await world.grant(old, Role.READ, account_id=bob)
    assert await world.store.repositories.delete(old)
    for account_id in (alice, bob, 0):
        access = await world.reads.access(account_id, "alice/app")
        assert (access.repository_id, access.role) == (0, Role.NONE)
        assert await world.reads.manifest(account_id, "alice/app", digest) is None
        assert await world.store.repositories.catalog(account_id, "", 10) == []
    assert await world.store.repositories.names("", 10) == []
    assert not await world.store.repositories.delete(old)


async def test_a_new_repository_of_the_name_shows_nothing_old(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    digest = await world.push_image("alice/app", alice, "layer", "v1")
    old = (await world.reads.access(alice, "alice/app")).repository_id
    await world.grant(old, Role.ADMIN, account_id=bob)
    await world.store.repositories.delete(old)
    new = await world.repository("alice/app", alice)
    assert new > old
    assert await world.reads.manifest(alice, "alice/app", digest) is None
    assert await world.reads.manifest(alice, "alice/app", "v1") is None
    assert await world.reads.blob(alice, "alice/app", blob_digest("layer")) is None
    assert await world.reads.tags(alice, "alice/app") == []
    assert (await world.reads.access(bob, "alice/app")).role is Role.NONE
    await purge(world)
    assert (await world.reads.access(alice, "alice/app")).repository_id == new


async def test_a_deletion_is_told_to_caches(world: World) -> None:
    alice = await world.user("alice")
    repository_id = await world.repository("alice/app", alice)
    if world.store.inline is None:
        return  # a server database is asked every time
    world.store.inline.changes()
    await world.harness.peer.repositories.delete(repository_id)
    assert list(world.store.inline.changes()) == [Change(ChangeKind.REPOSITORY, repository_id, "")]


async def test_a_write_under_way_does_not_reach_a_later_repository(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    await world.organization("acme", alice)
    old = await world.repository("acme/app", alice)
    await world.grant(old, Role.WRITE, account_id=bob)
    late = Target(RepositoryName("acme/app"), bob, repository_id=old)
    await world.store.repositories.delete(old)
    link = LinkBlob(late, blob_digest("x"), 1, "key", KEPT, NOW)
    with pytest.raises(NameUnknown):
        await world.store.blobs.link(link)
    await world.repository("acme/app", alice)
    with pytest.raises(NameUnknown):
        await world.store.blobs.link(link)
    command = put_command("acme/app", bob, image(), "v1")
    late_put = PutManifest(
        late, command.digest, command.content, command.manifest, command.tags, sparse=False, now_ms=NOW
    )
    with pytest.raises(NameUnknown):
        await world.store.manifests.put(late_put)
    anew = LinkBlob(Target(late.repository, bob, create=True), link.digest, 1, "key", KEPT, NOW)
    with pytest.raises(Denied):
        await world.store.blobs.link(anew)
    assert await world.reads.tags(alice, "acme/app") == []


async def test_a_purge_leaves_only_what_others_hold(world: World) -> None:
    alice = await world.user("alice")
    await world.push_image("alice/stays", alice, "shared", "v1")
    before = await world.harness.counts()
    await world.push_image("alice/goes", alice, "shared", "v1")
    for number in range(5):
        await world.push_image("alice/goes", alice, f"layer {number}", "latest", now=NOW + number)
    child = await world.push_image("alice/goes", alice, "child")
    await world.push("alice/goes", alice, index(child), "index")
    repository_id = (await world.reads.access(alice, "alice/goes")).repository_id
    await world.store.pulls.record([])
    await world.store.repositories.delete(repository_id)
    taken = await purge(world)
    assert (taken.tags, taken.manifests, taken.links) == (3 + 4, 8, 7)
    after = await world.harness.counts()
    after.pop("change_log", None)
    before.pop("change_log", None)
    assert after == before | {"blob": 1 + 6}
    swept = await world.store.collection.sweep_blobs(LATER, 100)
    assert swept.blobs == 6
    assert await world.reads.manifest(alice, "alice/stays", "v1") is not None
    assert await world.reads.blob(alice, "alice/stays", blob_digest("shared")) is not None


async def test_a_purge_goes_on_where_another_stopped(world: World) -> None:
    alice = await world.user("alice")
    for number in range(5):
        await world.push_image("alice/app", alice, f"layer {number}", f"v{number}")
    repository_id = (await world.reads.access(alice, "alice/app")).repository_id
    await world.store.repositories.delete(repository_id)
    first = await world.store.purge.take(repository_id, LATER, 2)
    assert (first.manifests, first.tags) == (2, 2)
    await world.store.purge.drop_repository(repository_id)  # too early: no change
    assert await world.store.purge.repositories(10) == [repository_id]
    rest = await purge(world, 3)
    assert (rest.manifests, rest.tags, rest.links) == (3, 3, 5)
    assert await world.store.purge.repositories(10) == []


async def test_a_purge_takes_nothing_that_is_alive(world: World) -> None:
    alice = await world.user("alice")
    await world.push_image("alice/app", alice, "layer", "v1")
    repository_id = (await world.reads.access(alice, "alice/app")).repository_id
    before = await world.harness.counts()
    assert await world.store.purge.take(repository_id, LATER, 100) == Garbage()
    await world.store.purge.drop_repository(repository_id)
    await world.store.purge.drop_account(alice)
    assert (await world.store.purge.repositories(9), await world.store.purge.accounts(9)) == ([], [])
    assert await world.harness.counts() == before


async def test_the_preview_tells_what_purge_and_collection_take(world: World) -> None:
    alice = await world.user("alice")
    await world.push_image("alice/stays", alice, "shared", "v1")
    await world.push_image("alice/goes", alice, "shared", "v1")
    await world.push_image("alice/goes", alice, "own", "v1", now=NOW + 1)
    repository_id = (await world.reads.access(alice, "alice/goes")).repository_id
    await world.store.repositories.delete(repository_id)
    expected = await world.store.collection.preview(Terms(LATER, LATER - NOW + DAY, 0))
    taken = await purge(world)
    swept = await world.store.collection.sweep_blobs(LATER, 100)
    assert (taken.tags, taken.manifests, taken.links) == (2, 2, 2)
    assert expected == Garbage(tags=2, manifests=2, links=2, blobs=swept.blobs, bytes=swept.bytes)
    assert (swept.blobs, swept.bytes) == (1, len("own"))


@pytest.mark.parametrize("kind", ["organization", "user"])
async def test_a_deleted_namespace_takes_everything_with_it(world: World, kind: str) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    other = await world.organization("other", alice)
    await fill(world, other, "other/app", bob, "o")
    before = await world.harness.counts()
    gone = await (world.user("acme") if kind == "user" else world.organization("acme", alice))
    robot_id = await fill(world, gone, "acme/app", bob, "a")
    await world.team(other, "guests", NamespaceRole.MEMBER, gone)  # a user's place elsewhere
    assert await world.store.namespaces.delete(gone)
    assert await world.store.accounts.by_name("acme") is None
    assert await world.store.accounts.by_id(gone) is None
    assert await world.store.accounts.by_id(robot_id) is None
    for account_id in (alice, bob, robot_id, gone, 0):
        assert (await world.reads.access(account_id, "acme/app")).role is Role.NONE
    assert (await world.reads.access(robot_id, "other/app")).epoch == -1
    assert not await world.store.namespaces.delete(gone)
    again = await world.organization("acme", bob)
    assert await world.store.repositories.catalog(bob, "acme/", 10) == ["other/app"]
    await world.store.namespaces.delete(again)
    await purge(world)
    after = await world.harness.counts()
    for counts in (before, after):
        counts.pop("change_log", None)
        counts.pop("blob")  # collection's
    bobs = {name: before[name] + 1 for name in ("session", "app_token")}  # by which bob logs in
    assert after == before | bobs | {"team": before["team"] + 1}


async def test_credentials_of_a_deleted_account_end(world: World) -> None:
    alice = await world.user("alice")
    before = await world.reads.access(alice, "")
    assert before.epoch == 1
    await world.store.namespaces.delete(alice)
    assert (await world.reads.access(alice, "")).epoch == -1


async def test_the_only_administrator_stays(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    for name in ("zeta", "acme", "shared"):
        await world.organization(name, alice)
    shared = (await world.store.accounts.by_name("shared")) or None
    assert shared is not None
    await world.team(shared.account_id, "admins", NamespaceRole.ADMIN, bob)
    assert await world.store.namespaces.sole_administrator_of(alice) == ["acme", "zeta"]
    assert await world.store.namespaces.sole_administrator_of(bob) == []
    with pytest.raises(InvalidRequest, match="acme, zeta"):
        await world.store.namespaces.delete(alice)
    assert await world.store.accounts.by_name("alice") is not None
    await world.store.accounts.set_enabled(bob, False)
    assert await world.store.namespaces.sole_administrator_of(alice) == ["acme", "shared", "zeta"]


async def test_uploads_are_found_by_repository_and_namespace(world: World) -> None:
    names = ["acme/app", "acme/app/sub", "acme/b", "acme-x/app", "acm/app"]
    for number, name in enumerate(names):
        await world.store.uploads.add(Upload(f"u{number}", name, 1, "sha256", 0, b"", b"", NOW, NOW))
    found = await world.store.uploads.in_repository("acme/app")
    assert [upload.repository for upload in found] == ["acme/app"]
    spread = await world.store.uploads.in_namespace("acme")
    assert sorted(upload.repository for upload in spread) == ["acme/app", "acme/app/sub", "acme/b"]
