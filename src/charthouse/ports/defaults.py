"""Default permissions of organizations: what a new repository grants, and to whom. Quay calls them prototypes."""

from __future__ import annotations

from typing import Protocol

import msgspec

from charthouse.model.roles import Role

from .accounts import Account


class Delegate(msgspec.Struct, frozen=True):
    """A user or robot. ``member``: it is in a team of the organization, or a robot of it."""

    account: Account
    member: bool


class DefaultPermission(msgspec.Struct, frozen=True):
    """``creator`` None: whoever creates the repository. The grant is to ``account``, or to the team of this name."""

    uuid: str
    role: Role
    creator: Delegate | None
    account: Delegate | None
    team: str = ""


class PutDefault(msgspec.Struct, frozen=True):
    """Grant this from now on. Exactly one of ``account_id`` and ``team_id`` is set."""

    uuid: str
    organization_id: int
    creator_id: int | None
    account_id: int | None
    team_id: int | None
    role: Role


class DefaultPermissions(Protocol):
    """Default permissions. Changing one does nothing to repositories that are there."""

    async def all(self, organization_id: int) -> list[DefaultPermission]:
        """Return those of an organization, in order of their keys."""

    async def get(self, organization_id: int, uuid: str) -> DefaultPermission | None:
        """Return one of an organization."""

    async def put(self, wish: PutDefault) -> str:
        """Add one and return its key; when there is one of this creator and delegate, change its role instead.

        Raises InvalidRequest for a robot of another namespace.
        """

    async def set_role(self, organization_id: int, uuid: str, role: Role) -> bool:
        """Change what one grants; False when there is none."""

    async def remove(self, organization_id: int, uuid: str) -> bool:
        """Remove one; False when there is none."""
