"""Robots: making them, what they may do from the start, and the tokens they log in with.

A robot belongs to a user or an organization, and has rights in that namespace only. Its token can be shown again,
so it is sealed by the vault. Source: Quay 3.7's robots; the limits at birth are ours (Harbor's users asked for
them). Logins are in ``credentials/robots``, tokens of other issuers in ``federation``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from charthouse.model.errors import AlreadyExists, Denied, InvalidRequest, NameUnknown, NotFound
from charthouse.model.names import RepositoryName, is_robot, namespace_of_robot, parse_repository, robot_name
from charthouse.model.permissions import Actor, NamespaceRole, Role
from charthouse.model.scopes import namespace_role
from charthouse.ports.accounts import Account
from charthouse.ports.clock import Clock
from charthouse.ports.robots import NewRobot, Robot, RobotChange, RobotGrant, RobotRights
from charthouse.ports.robots import Robots as RobotStore
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import NamespacePermit

from .last_use import LastUses, of_account
from .opaque import random_secret
from .robot_rules import RobotRules
from .vault import Vault

LONGEST_DESCRIPTION = 255
LARGEST_METADATA = 16 * 1024
MOST_GRANTS = 500
MOST_ROBOTS = 100_000
TOKEN_LENGTH = 64
PAGE = 50
"""Robots on a page of the console."""


class RobotView(msgspec.Struct, frozen=True):
    """A robot as its administrators see it; ``token`` is None to those who see no secret."""

    robot: Robot
    token: str | None
    last_used_ms: int | None
    rights: RobotRights | None = None

    @property
    def metadata(self) -> dict[str, Any]:
        """Return what was kept with the robot, for programs."""
        if not self.robot.metadata:
            return {}
        return msgspec.json.decode(self.robot.metadata, type=dict[str, Any])


class RobotWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller wants a robot to be; None: as it is, or nothing. ``grants`` are (repository in the namespace, role)."""

    description: str | None = None
    metadata: Mapping[str, Any] | None = None
    creates: bool | None = None
    grants: Sequence[tuple[str, Role]] | None = None


def require_local(robot: str, namespace: str) -> None:
    """Return when ``robot`` (a full name; names of people pass) is of ``namespace``; raises InvalidRequest."""
    if is_robot(robot) and namespace_of_robot(robot) != namespace:
        raise InvalidRequest(f"Cannot add robot {robot[:511]} under namespace {namespace}")


class Robots:
    """Makes, shows, changes and deletes the robots of the namespace that a permit is for."""

    def __init__(
        self,
        store: RobotStore,
        vault: Vault,
        last_uses: LastUses,
        gate: Gate,
        clock: Clock,
        rules: RobotRules,
    ) -> None:
        self._store = store
        self._vault = vault
        self._last_uses = last_uses
        self._gate = gate
        self._clock = clock
        self._rules = rules

    async def all_of(
        self, permit: NamespacePermit, *, limit: int, with_token: bool, with_rights: bool
    ) -> list[RobotView]:
        """Return the namespace's robots by name; members see neither tokens nor rights."""
        robots = await self._store.all_of(permit.namespace.account_id, min(limit, MOST_ROBOTS))
        uses = await self._last_uses.of(of_account(robot.account.account_id) for robot in robots)
        rights: dict[int, RobotRights] = {}
        sees_rights = with_rights and (permit.role is NamespaceRole.ADMIN or permit.observer)
        if sees_rights:
            rights = await self._store.rights(permit.namespace.account_id)
        return [
            RobotView(
                robot,
                self._token(robot) if with_token and permit.role is NamespaceRole.ADMIN else None,
                uses.get(of_account(robot.account.account_id)),
                rights.get(robot.account.account_id, RobotRights((), ())) if sees_rights else None,
            )
            for robot in robots
        ]

    async def page(
        self, permit: NamespacePermit, *, after: str = "", part: str = ""
    ) -> tuple[list[RobotView], str]:
        """Return robots by name, without tokens, and what the next page comes after ("": there is none).

        They come after the full name ``after``, and have ``part`` in their short name.
        """
        found = await self._store.all_of(permit.namespace.account_id, PAGE + 1, after, part)
        shown = found[:PAGE]
        uses = await self._last_uses.of(of_account(robot.account.account_id) for robot in shown)
        views = [RobotView(robot, None, uses.get(of_account(robot.account.account_id))) for robot in shown]
        return views, shown[-1].account.name if len(found) > PAGE else ""

    async def get(self, permit: NamespacePermit, short: str) -> RobotView:
        """Return one robot; raises NotFound."""
        return await self._view(permit, await self.find(permit, short))

    async def create(self, permit: NamespacePermit, short: str, wish: RobotWish) -> RobotView:
        """Make a robot with all that is wished for it, or none at all.

        Raises InvalidRequest (name, description, a repository that is not there), AlreadyExists, Denied.
        """
        namespace = permit.namespace
        name = robot_name(namespace.name, short)
        self._rules.require_made(name)
        now = self._clock.now_ms()
        new = NewRobot(
            owner_id=namespace.account_id,
            name=name,
            sealed_token=self._vault.seal(random_secret(TOKEN_LENGTH), _sealed_for(name, now)),
            creates=bool(wish.creates),
            description=_description(wish.description or ""),
            metadata=_metadata(wish.metadata),
            grants=await self._grants(permit.actor, namespace, wish),
            now_ms=now,
        )
        try:
            robot = await self._store.add(new)
        except AlreadyExists:
            raise AlreadyExists(f"Existing robot with name: {name}") from None
        return RobotView(robot, self._token(robot), None)

    async def change(self, permit: NamespacePermit, short: str, wish: RobotWish) -> RobotView:
        """Change what is wished for; raises as ``create`` does, and NotFound."""
        robot = await self.find(permit, short)
        grants = await self._grants(permit.actor, permit.namespace, wish)
        if wish.grants is not None:
            await self._require_admin_of_all(permit, robot)
        change = RobotChange(
            creates=wish.creates,
            description=None if wish.description is None else _description(wish.description),
            metadata=None if wish.metadata is None else _metadata(wish.metadata),
            grants=None if wish.grants is None else grants,
        )
        if not await self._store.change(robot.account.account_id, change):
            raise _gone(robot.account.name)
        return await self.get(permit, short)

    async def regenerate(self, permit: NamespacePermit, short: str) -> RobotView:
        """Give a robot a new token, and end the old one and all that it opened at once; raises NotFound."""
        robot = await self.find(permit, short)
        sealed = self._vault.seal(random_secret(TOKEN_LENGTH), sealed_for(robot))
        if not await self._store.set_token(robot.account.account_id, sealed):
            raise _gone(robot.account.name)
        return await self.get(permit, short)

    async def delete(self, permit: NamespacePermit, short: str) -> None:
        """Delete a robot; all that it opened ends at once. Raises NotFound."""
        robot = await self.find(permit, short)
        if not await self._store.remove(robot.account.account_id):
            raise _gone(robot.account.name)
        await self._last_uses.forget([of_account(robot.account.account_id)])

    async def grants(self, permit: NamespacePermit, short: str) -> list[RobotGrant]:
        """Return what repositories grant to a robot itself; raises NotFound."""
        robot = await self.find(permit, short)
        return await self._store.grants(robot.account.account_id)

    async def teams(self, permit: NamespacePermit, short: str) -> list[str]:
        """Return the names of the teams that a robot is in; raises NotFound."""
        robot = await self.find(permit, short)
        return await self._store.teams(robot.account.account_id)

    async def find(self, permit: NamespacePermit, short: str) -> Robot:
        """Return the robot of the permit's namespace; raises NotFound."""
        try:
            name = robot_name(permit.namespace.name, short)
        except InvalidRequest:
            raise _gone(short[:255]) from None
        robot = await self._store.get(permit.namespace.account_id, name)
        if robot is None:
            raise _gone(name)
        return robot

    async def _view(self, permit: NamespacePermit, robot: Robot) -> RobotView:
        subject = of_account(robot.account.account_id)
        uses = await self._last_uses.of([subject])
        token = self._token(robot) if permit.role is NamespaceRole.ADMIN else None
        return RobotView(robot, token, uses.get(subject))

    def _token(self, robot: Robot) -> str:
        return self._vault.open(robot.sealed_token, sealed_for(robot))

    async def _grants(self, actor: Actor, namespace: Account, wish: RobotWish) -> list[RobotGrant]:
        """Return the wished grants; nobody gives a robot what the own credential does not carry."""
        if wish.creates and actor.scopes is not None and namespace_role(actor.scopes) < NamespaceRole.CREATOR:
            raise Denied("the access token lacks the scope repo:create")
        wished = dict(_repository_grants(namespace.name, wish.grants or ()))
        for repository in wished:
            try:
                await self._gate.repository(actor, repository, Role.ADMIN, reading=False)
            except NameUnknown:
                raise InvalidRequest(f"there is no repository {repository}") from None
        return [RobotGrant(repository, role) for repository, role in wished.items()]

    async def _require_admin_of_all(self, permit: NamespacePermit, robot: Robot) -> None:
        """Let nobody take from a robot what the own credential could not give it."""
        for grant in await self._store.grants(robot.account.account_id):
            await self._gate.repository(
                permit.actor, RepositoryName(grant.repository), Role.ADMIN, reading=False
            )


def sealed_for(robot: Robot) -> str:
    """Return what a robot's token is sealed for; it outlives a new name of the namespace."""
    return _sealed_for(robot.account.name, robot.account.created_ms)


def _sealed_for(name: str, created_ms: int) -> str:
    return f"robot:{name.partition('+')[2]}:{created_ms}"


def _gone(name: str) -> NotFound:
    return NotFound(f"there is no robot {name}")


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        raise InvalidRequest(f"a robot's description has at most {LONGEST_DESCRIPTION} characters")
    return text


def _metadata(value: Mapping[str, Any] | None) -> str:
    if not value:
        return ""
    encoded = msgspec.json.encode(value)
    if len(encoded) > LARGEST_METADATA:
        raise InvalidRequest(f"a robot's unstructured_metadata has at most {LARGEST_METADATA} bytes")
    return encoded.decode()


def _repository_grants(
    namespace: str, wished: Iterable[tuple[str, Role]]
) -> Iterable[tuple[RepositoryName, Role]]:
    for number, (name, role) in enumerate(wished):
        if number >= MOST_GRANTS:
            raise InvalidRequest(f"at most {MOST_GRANTS} repositories can be named at a time")
        yield parse_repository(f"{namespace}/{name}"), role
