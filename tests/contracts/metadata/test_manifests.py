"""Manifests, tags and referrers."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import Denied, ManifestBlobUnknown, NameUnknown, TagTaken
from charthouse.model.manifests import OCI_MANIFEST
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.content import ReferrerPage, Referrers, TagTarget

from .world import NOW, World, blob_digest, image, index, put_command

APP = "alice/app"


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


async def test_push_is_seen_by_tag_and_digest_everywhere(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "layer")
    command = put_command(APP, alice, image("layer"), "v1", "latest")
    await world.store.manifests.put(command)
    for reads in (world.reads, world.peer_reads):
        for reference in ("v1", "latest", command.digest):
            row = await reads.manifest(alice, APP, reference)
            assert row is not None
            assert (row.digest, row.media_type, row.content) == (
                command.digest,
                OCI_MANIFEST,
                command.content,
            )


async def test_put_returns_the_repository(world: World, alice: int) -> None:
    repository_id = await world.store.manifests.put(put_command(APP, alice, index(), "v1"))
    assert (await world.reads.access(alice, APP)).repository_id == repository_id
    assert await world.store.manifests.put(put_command(APP, alice, index(), "v1")) == repository_id


async def test_put_makes_no_repository_unless_told(world: World, alice: int) -> None:
    with pytest.raises(NameUnknown):
        await world.push(APP, alice, index(), "v1", create=False)
    assert (await world.reads.access(alice, APP)).repository_id == 0
    with pytest.raises(NameUnknown):
        await world.push("nowhere/app", alice, index(), "v1")


async def test_put_into_an_organization_makes_the_pusher_administrator(world: World, alice: int) -> None:
    bob = await world.user("bob")
    await world.organization("acme", alice)
    await world.push("acme/app", bob, index(), "v1")
    assert (await world.reads.access(bob, "acme/app")).role == Role.ADMIN


async def test_what_another_has_just_made_is_not_written_to(world: World, alice: int) -> None:
    """Whoever found no repository and may create one: not to a stranger's, but to one that grants write."""
    bob = await world.user("bob")
    acme = await world.organization("acme", alice)
    await world.push("acme/app", alice, index(), "v1")
    repository_id = (await world.reads.access(alice, "acme/app")).repository_id
    await world.grant(repository_id, Role.READ, account_id=bob)
    for attempt in (
        world.push("acme/app", bob, index(), "v2"),
        world.push_blob("acme/app", bob, "forged"),
        world.mount("acme/app", bob, await world.push_blob("bob/own", bob, "own"), "bob/own"),
    ):
        with pytest.raises(Denied):
            await attempt
    team_id = await world.team(acme, "writers", NamespaceRole.MEMBER, bob)
    await world.grant(repository_id, Role.WRITE, team_id=team_id)
    await world.push("acme/app", bob, index(), "v2")


async def test_absent_content_is_refused_and_named(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "there")
    await world.push_blob("alice/other", alice, "elsewhere")
    with pytest.raises(ManifestBlobUnknown) as refusal:
        await world.push(APP, alice, image("there", "elsewhere", "nowhere"), "v1")
    assert refusal.value.detail == [
        {"digest": blob_digest("elsewhere")},
        {"digest": blob_digest("nowhere")},
    ]
    child = digest_of(b"no such manifest")
    with pytest.raises(ManifestBlobUnknown) as refusal:
        await world.push(APP, alice, index(child), "v1")
    assert refusal.value.detail == [{"digest": child}]
    assert await world.reads.manifest(alice, APP, "v1") is None


async def test_a_refused_push_makes_no_repository(world: World, alice: int) -> None:
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, image("nowhere"), "v1")
    assert (await world.reads.access(alice, APP)).repository_id == 0


async def test_sparse_accepts_absent_content(world: World, alice: int) -> None:
    digest = await world.push(APP, alice, image("nowhere"), "v1", sparse=True)
    assert (await world.reads.manifest(alice, APP, digest)) is not None
    assert await world.push(APP, alice, index(digest_of(b"absent")), "v2", sparse=True)


async def test_layers_that_may_be_absent(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "layer")
    assert await world.push(APP, alice, image("layer", absent=["foreign", "layer"]), "v1")


async def test_index_needs_live_children_of_its_repository(world: World, alice: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    elsewhere = await world.push_image("alice/other", alice, "other layer")
    await world.push(APP, alice, index(child), "v1")
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, index(child, elsewhere), "v2")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.store.manifests.delete_manifest(repository_id, child, NOW)
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, index(child, child, subject=child), "v3")


async def test_manifest_is_reached_through_its_repository_only(world: World, alice: int) -> None:
    bob = await world.user("bob")
    digest = await world.push_image(APP, alice, "layer", "v1")
    await world.repository("alice/other", alice)
    await world.repository("bob/app", bob)
    assert await world.reads.manifest(bob, APP, "v1") is None
    assert await world.reads.manifest(0, APP, digest) is None
    assert await world.reads.manifest(alice, "alice/other", digest) is None
    assert await world.reads.manifest(bob, "bob/app", digest) is None


async def test_tags_compare_by_bytes(world: World, alice: int) -> None:
    lower = await world.push_image(APP, alice, "lower", "v1")
    upper = await world.push_image(APP, alice, "upper", "V1")
    found = [await world.reads.manifest(alice, APP, tag) for tag in ("v1", "V1")]
    assert [row.digest for row in found if row] == [lower, upper]
    for other in ("v1 ", "v", "v1.", "%", "v_"):
        assert await world.reads.manifest(alice, APP, other) is None
    assert await world.reads.tags(alice, APP) == ["V1", "v1"]


async def test_tags_are_paged_in_order_of_bytes(world: World, alice: int) -> None:
    tags = ["b", "B", "a", "_a", "1", "a-b", "a.b", "a_b", "Z", "latest", "v10", "v9"]
    await world.push(APP, alice, index(), *tags)
    assert await world.reads.tags(alice, APP) == sorted(tags)
    found: list[str] = []
    while page := await world.reads.tags(alice, APP, found[-1] if found else "", 5):
        assert len(page) <= 5
        found += page
    assert found == sorted(tags)
    assert await world.reads.tags(alice, APP, "zzz") == []
    assert await world.reads.tags(alice, APP, "", 0) == []


async def test_tag_targets(world: World, alice: int) -> None:
    first = put_command(APP, alice, index(), "b", "a")
    await world.store.manifests.put(first)
    repository_id = (await world.reads.access(alice, APP)).repository_id
    size = len(first.content)
    targets = [TagTarget(tag, first.digest, first.manifest.media_type, size) for tag in ("a", "b")]  # type: ignore[arg-type]
    manifests = world.store.manifests
    assert await manifests.tag_targets(repository_id, "", 10, NOW) == targets
    assert await manifests.tag_targets(repository_id, "", 1, NOW) == targets[:1]
    assert await manifests.tag_targets(repository_id, "a", 10, NOW) == targets[1:]


async def test_a_tag_moves_at_once_everywhere(world: World, alice: int) -> None:
    old = await world.push_image(APP, alice, "old", "latest")
    new = await world.push_image(APP, alice, "new", "latest")
    for reads in (world.reads, world.peer_reads):
        row = await reads.manifest(alice, APP, "latest")
        assert row is not None
        assert row.digest == new
        assert await reads.manifest(alice, APP, old) is not None


async def test_deleted_tag_is_gone_at_once_and_the_manifest_stays(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1", "v2")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    assert await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    for reads in (world.reads, world.peer_reads):
        assert await reads.manifest(alice, APP, "v1") is None
        assert await reads.manifest(alice, APP, "v2") is not None
        assert await reads.manifest(alice, APP, digest) is not None
        assert await reads.tags(alice, APP) == ["v2"]
    assert not await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    assert not await world.store.manifests.delete_tag(repository_id, "V2", NOW)
    assert not await world.store.manifests.delete_tag(repository_id + 1, "v2", NOW)


async def test_deleted_manifest_is_gone_with_its_tags(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1", "v2")
    other = await world.push_image(APP, alice, "other", "v3")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    assert await world.store.manifests.delete_manifest(repository_id, digest, NOW)
    for reads in (world.reads, world.peer_reads):
        for reference in ("v1", "v2", digest):
            assert await reads.manifest(alice, APP, reference) is None
        assert await reads.tags(alice, APP) == ["v3"]
        assert await reads.manifest(alice, APP, other) is not None
    assert not await world.store.manifests.delete_manifest(repository_id, digest, NOW)
    assert not await world.store.manifests.delete_manifest(repository_id + 1, other, NOW)


async def test_deleted_manifest_comes_back_when_pushed_again(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    before = await world.reads.manifest(alice, APP, digest)
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.store.manifests.delete_manifest(repository_id, digest, NOW)
    assert await world.push_image(APP, alice, "layer", "v2") == digest
    assert await world.reads.manifest(alice, APP, digest) == before
    assert await world.reads.tags(alice, APP) == ["v2"]


async def test_deleted_manifest_needs_its_content_to_come_back(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    await world.store.manifests.delete_manifest(repository_id, digest, NOW)
    assert await world.store.blobs.unlink(repository_id, blob_digest("layer"))
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, image("layer"), "v1")


async def test_the_same_push_twice_changes_nothing(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    before = await world.reads.manifest(alice, APP, digest)
    rows = await world.harness.counts()
    await world.push_image(APP, alice, "layer", "v1", now=NOW + 5)
    assert await world.reads.manifest(alice, APP, digest) == before
    assert await world.harness.counts() == rows


async def referrers(
    world: World,
    repository_id: int,
    subject: Digest,
    after: str = "",
    artifact_types: tuple[str, ...] = (),
    room: int = 10_000,
) -> ReferrerPage:
    asked = Referrers(repository_id, subject, after, artifact_types, room)
    return await world.store.manifests.referrers(asked)


async def test_referrers_by_digest(world: World, alice: int) -> None:
    subject = await world.push_image(APP, alice, "layer", "v1")
    await world.push_blob(APP, alice, "signature")
    await world.push_blob(APP, alice, "sbom")
    first = await world.push(APP, alice, image("signature", subject=subject), now=NOW + 1)
    second = await world.push(APP, alice, image("sbom", subject=subject), "sbom", now=NOW + 2)
    await world.push("alice/other", alice, index(subject=subject), "v1")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    found = (await referrers(world, repository_id, subject)).found
    assert [referrer.digest for referrer in found] == sorted([first, second])
    found.sort(key=lambda referrer: referrer.digest != first)
    assert found[0].annotations == {"layers": "signature", "grüße": "☸"}
    assert (found[0].media_type, found[0].artifact_type) == (
        OCI_MANIFEST,
        image("signature").artifact_type,
    )
    row = await world.reads.manifest(alice, APP, first)
    assert row is not None
    assert found[0].size == len(row.content)
    await world.store.manifests.delete_manifest(repository_id, first, NOW)
    page = await referrers(world, repository_id, subject)
    assert [referrer.digest for referrer in page.found] == [second]
    assert page.more_after == ""


async def test_referrers_page_by_page(world: World, alice: int) -> None:
    """A page has room for two of them; one that has room for none has one all the same."""
    subject = digest_of(b"to come")
    pushed = []
    for number in range(5):
        await world.push_blob(APP, alice, f"layer{number}")
        pushed.append(await world.push(APP, alice, image(f"layer{number}", subject=subject)))
    repository_id = (await world.reads.access(alice, APP)).repository_id
    size = (await referrers(world, repository_id, subject)).found[0].size
    for room, most in ((2 * size, 2), (0, 1), (10 * size, 5)):
        found, after = list[str](), ""
        while True:
            page = await referrers(world, repository_id, subject, after, room=room)
            assert 0 < len(page.found) <= most
            found += [referrer.digest for referrer in page.found]
            after = page.more_after
            if not after:
                break
        assert found == sorted(pushed)


async def test_referrers_of_some_types(world: World, alice: int) -> None:
    subject = digest_of(b"to come")
    await world.push_blob(APP, alice, "layer")
    chart = await world.push(APP, alice, image("layer", subject=subject))
    plain = await world.push(APP, alice, index(subject=subject))
    repository_id = (await world.reads.access(alice, APP)).repository_id
    kind = image("layer").artifact_type
    for kinds, expected in (((kind,), [chart]), (("a/b", kind), [chart]), (("a/b",), []), (("",), [plain])):
        page = await referrers(world, repository_id, subject, artifact_types=kinds)
        assert [referrer.digest for referrer in page.found] == expected
        assert page.more_after == ""


async def test_what_a_list_may_add_to_the_referrers(world: World, alice: int) -> None:
    """Live manifests of this repository that do not name the subject themselves."""
    subject = digest_of(b"to come")
    named = await world.push(APP, alice, index(subject=subject))
    other = await world.push(APP, alice, index(subject=digest_of(b"another")))
    plain = await world.push(APP, alice, index())
    await world.push_blob("alice/other", alice, "layer")
    elsewhere = await world.push("alice/other", alice, image("layer"))
    repository_id = (await world.reads.access(alice, APP)).repository_id
    digests = [named, other, plain, elsewhere, digest_of(b"nowhere")]
    assert await world.store.manifests.listable(repository_id, subject, digests) == {other, plain}
    await world.store.manifests.delete_manifest(repository_id, plain, NOW)
    assert await world.store.manifests.listable(repository_id, subject, digests) == {other}


async def test_referrers_of_a_subject_that_is_not_there(world: World, alice: int) -> None:
    subject = digest_of(b"to come")
    referrer = await world.push(APP, alice, index(subject=subject), "v1")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    assert [r.digest for r in (await referrers(world, repository_id, subject)).found] == [referrer]
    assert await referrers(world, repository_id, referrer) == ReferrerPage([])


async def test_large_manifest(world: World, alice: int) -> None:
    command = put_command(APP, alice, index(), "v1")
    content = b"x" * (8 << 20)
    large = type(command)(
        command.target, digest_of(content), content, command.manifest, command.tags, False, NOW
    )
    await world.store.manifests.put(large)
    row = await world.reads.manifest(alice, APP, "v1")
    assert row is not None
    assert row.content == content


async def test_many_push_one_tag_at_once(world: World, alice: int) -> None:
    await world.repository(APP, alice)
    stores = [world.harness.store, world.harness.peer]
    commands = [put_command(APP, alice, index(subject=digest_of(str(n).encode())), "hot") for n in range(16)]
    await asyncio.gather(*(stores[n % 2].manifests.put(command) for n, command in enumerate(commands)))
    row = await world.reads.manifest(alice, APP, "hot")
    assert row is not None
    assert row.digest in {command.digest for command in commands}
    for command in commands:
        assert await world.peer_reads.manifest(alice, APP, command.digest) is not None
    assert (await world.harness.counts())["tag_history"] == len(commands) - 1


async def test_many_create_one_repository_at_once(world: World, alice: int) -> None:
    stores = [world.harness.store, world.harness.peer]
    commands = [put_command(APP, alice, index(), f"v{number}") for number in range(16)]
    ids = await asyncio.gather(*(stores[n % 2].manifests.put(c) for n, c in enumerate(commands)))
    assert len(set(ids)) == 1
    assert len(await world.reads.tags(alice, APP)) == 16


async def test_tags_must_point_at_what_is_expected(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "one")
    await world.push_blob(APP, alice, "two")
    repository_id = (await world.reads.access(alice, APP)).repository_id

    async def put(layer: str, expected: str) -> Digest:
        command = put_command(APP, alice, image(layer), "v1")
        await world.store.manifests.put(msgspec.structs.replace(command, expected=expected))
        return command.digest

    first = await put("one", "")
    for expected in ("", digest_of(b"another")):
        with pytest.raises(TagTaken):
            await put("two", expected)
    [held] = await world.store.manifests.tag_targets(repository_id, "", 9, NOW)
    assert held.digest == first
    await put("two", first)
    await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    with pytest.raises(TagTaken):
        await put("one", first)
    await put("one", "")


async def test_of_many_who_expect_no_tag_one_puts(world: World, alice: int) -> None:
    commands = []
    for number in range(8):
        await world.push_blob(APP, alice, f"layer-{number}")
        command = put_command(APP, alice, image(f"layer-{number}"), "v1")
        commands.append(msgspec.structs.replace(command, expected=""))
    outcomes = await asyncio.gather(*map(world.store.manifests.put, commands), return_exceptions=True)
    assert sum(isinstance(outcome, TagTaken) for outcome in outcomes) == len(commands) - 1
