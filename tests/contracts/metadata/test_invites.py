"""Invitations to teams."""

from __future__ import annotations

import pytest

from charthouse.model.permissions import NamespaceRole
from charthouse.ports.invites import NewInvite
from charthouse.ports.teams import Team

from .world import NOW, World


class Acme:
    """An organization of alice's with a team, and bob whom it invites."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.invites = world.store.invites

    async def fill(self) -> None:
        self.alice, self.bob = await self.world.user("alice"), await self.world.user("bob")
        self.id = await self.world.organization("acme", self.alice)
        self.dev = await self.world.team(self.id, "dev", NamespaceRole.CREATOR)

    async def invite(self, code: str, account: int | None = None, email: str | None = None) -> bool:
        new = NewInvite(code, b"sealed", self.dev, account, email, self.alice, NOW)
        return await self.invites.add(new)

    async def role(self, account_id: int) -> NamespaceRole:
        access = await self.world.store.accounts.namespace_access(account_id, "acme")
        assert access is not None
        return access.role


@pytest.fixture
async def acme(world: World) -> Acme:
    found = Acme(world)
    await found.fill()
    return found


async def test_an_invitation_is_found(acme: Acme) -> None:
    assert await acme.invite("1", acme.bob)
    assert await acme.invite("2", email="carol@example.com")
    one, two = await acme.invites.of_team(acme.dev)
    assert (one.code_hash, one.sealed_code, one.organization, one.inviter) == (
        "1",
        b"sealed",
        "acme",
        "alice",
    )
    assert one.team == Team(acme.dev, acme.id, "dev", NamespaceRole.CREATOR, "")
    assert one.account is not None
    assert (one.account.name, one.email, one.created_ms, one.dismissed) == ("bob", None, NOW, False)
    assert (two.account, two.email) == (None, "carol@example.com")
    assert await acme.invites.by_code("1") == one
    assert await acme.invites.by_code("3") is None
    assert await acme.invites.of_account(acme.bob) == [one]
    assert await acme.invites.of_account(acme.alice) == []


async def test_nobody_is_invited_twice(acme: Acme) -> None:
    for code in ("1", "2"):
        assert await acme.invite(code, acme.bob) is (code == "1")
        assert await acme.invite(f"mail {code}", email="carol@example.com") is (code == "1")
    assert len(await acme.invites.of_team(acme.dev)) == 2


async def test_accepting_makes_a_member_once(acme: Acme) -> None:
    await acme.invite("1", acme.bob)
    assert await acme.role(acme.bob) is NamespaceRole.NONE
    assert await acme.invites.accept("1", acme.bob)
    assert await acme.role(acme.bob) is NamespaceRole.CREATOR
    assert not await acme.invites.accept("1", acme.alice)
    assert await acme.invites.of_team(acme.dev) == []


async def test_declined_withdrawn_and_put_aside(acme: Acme) -> None:
    await acme.invite("1", acme.bob)
    assert await acme.invites.dismiss("1", True)
    assert [invite.dismissed for invite in await acme.invites.of_account(acme.bob)] == [True]
    assert await acme.invites.dismiss("1", True)
    assert await acme.invites.dismiss("1", False)
    assert not await acme.invites.dismiss("2", True)
    assert await acme.invites.remove("1")
    assert not await acme.invites.remove("1")
    await acme.invite("3", acme.bob)
    await acme.invite("4", email="carol@example.com")
    assert await acme.invites.withdraw(acme.dev, acme.bob, None)
    assert not await acme.invites.withdraw(acme.dev, acme.bob, None)
    assert await acme.invites.withdraw(acme.dev, None, "carol@example.com")
    assert await acme.invites.of_team(acme.dev) == []


async def test_an_inviter_who_is_gone_has_no_name(acme: Acme) -> None:
    carol = await acme.world.user("carol")
    await acme.invites.add(NewInvite("1", b"sealed", acme.dev, acme.bob, None, carol, NOW))
    await acme.world.store.namespaces.delete(carol)
    assert [invite.inviter for invite in await acme.invites.of_account(acme.bob)] == [""]


async def test_an_invitation_ends_with_its_team(acme: Acme) -> None:
    await acme.invite("1", acme.bob)
    assert await acme.world.store.teams.remove(acme.id, "dev", acme.alice)
    assert await acme.invites.by_code("1") is None
    assert not await acme.invites.accept("1", acme.bob)
