"""Identity over the real embedded store: what accounts and keys must do when processes meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from charthouse.compose import Registry, opened, prepare
from charthouse.config.loader import load
from charthouse.config.settings import Settings
from charthouse.engines.keys.sealed import SealedSigningKeys
from charthouse.engines.metadata.factory import metadata_from_url
from charthouse.model.errors import InvalidRequest, Unauthorized
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import ANONYMOUS
from charthouse.ports.metadata import Metadata
from charthouse.services.access.repositories import require_read
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.keyring import KeyRing
from tests.support.clock import ManualClock

PASSWORD = "correct-horse"
PEER = "192.0.2.1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = load(data=tmp_path / "data", environment={})
    prepare(made)
    return made


@pytest.fixture
async def registry(settings: Settings) -> AsyncIterator[Registry]:
    async with opened(settings) as running:
        yield running


@asynccontextmanager
async def another_process(settings: Settings) -> AsyncIterator[Metadata]:
    metadata = metadata_from_url(settings.database)
    await metadata.open()
    try:
        yield metadata
    finally:
        await metadata.close()


async def test_there_is_one_first_user_whoever_asks(settings: Settings) -> None:
    async with opened(settings) as one, opened(settings) as other:
        answers = await asyncio.gather(
            *(
                registry.users.initialize(name, PASSWORD, "", with_token=False)
                for registry, name in ((one, "alice"), (other, "bob"), (one, "carol"), (other, "dave"))
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, InvalidRequest) for answer in answers) == 3


async def test_organizations_of_a_user(registry: Registry) -> None:
    alice = await registry.users.create_user("alice", PASSWORD, "alice@example.com")
    bob = await registry.users.create_user("bob", PASSWORD, "")
    made = [await registry.users.create_organization(name, "", alice) for name in ("zeta", "acme")]
    memberships = await registry.users.memberships(alice)
    assert [membership.organization for membership in memberships] == [made[1], made[0]]
    assert all(membership.is_admin and membership.can_create for membership in memberships)
    assert await registry.users.memberships(bob) == []


async def test_a_token_from_login_to_revocation(registry: Registry) -> None:
    alice = await registry.users.create_user("alice", PASSWORD, "")
    basic = "Basic YWxpY2U6Y29ycmVjdC1ob3JzZQ=="
    issued = await registry.tokens.issue(
        basic, service="localhost", scopes=["repository:alice/web:pull,push"], offline=True, peer=PEER
    )
    bearer = f"Bearer {issued.token}"
    actor = await registry.authenticator.authenticate(bearer, PEER)
    access = await registry.reader.access(actor.account_id, "alice/web")
    assert access.can_create
    assert access.epoch == actor.epoch

    await registry.metadata.accounts.set_password(
        alice.account_id, await registry.passwords.hash("the-next-one")
    )
    with pytest.raises(Unauthorized):
        await registry.authenticator.authenticate(basic, PEER)
    assert issued.refresh_token is not None
    with pytest.raises(Unauthorized, match="revoked"):
        await registry.tokens.exchange(
            {"grant_type": "refresh_token", "refresh_token": issued.refresh_token}, peer=PEER
        )
    # The registry token is still well-formed, and of no use anywhere.
    stale = await registry.authenticator.authenticate(bearer, PEER)
    access = await registry.reader.access(stale.account_id, "alice/web")
    with pytest.raises(Unauthorized):
        require_read(stale, access, RepositoryName("alice/web"))


async def test_anonymous_epochs_agree(registry: Registry) -> None:
    assert (await registry.reader.access(0, "alice/web")).epoch == ANONYMOUS.epoch


async def test_a_disabled_user(registry: Registry) -> None:
    alice = await registry.users.create_user("alice", PASSWORD, "")
    token = await registry.users.issue_access_token(alice, "test", ("user:read",), 60)
    await registry.metadata.accounts.set_enabled(alice.account_id, False)
    with pytest.raises(Unauthorized):
        await registry.access_tokens.holder(token)
    access = await registry.reader.access(alice.account_id, "alice/web")
    assert access.epoch != Standings().actor(alice).epoch


async def test_replicas_share_sealed_keys_in_the_table(settings: Settings) -> None:
    async with another_process(settings) as one, another_process(settings) as other:
        clock = ManualClock()
        rings = [
            KeyRing(SealedSigningKeys(metadata.signing_keys, "a database secret"), clock, token_seconds=60)
            for metadata in (one, other, one, other)
        ]
        kids = {signer.kid for signer in await asyncio.gather(*(ring.signer() for ring in rings))}
        assert len(kids) == 1
        stored = await one.signing_keys.all()
        assert {key.kid for key in stored} == kids
        assert b"PRIVATE" not in stored[0].private_key
        clock.advance(31 * 86_400)
        renewed = {signer.kid for signer in await asyncio.gather(*(ring.signer() for ring in rings))}
        assert len(renewed) == 1
        assert renewed.isdisjoint(kids)
