"""Levels: what classic repositories show. The level ``acme/team`` has the charts of ``acme/team/web``."""

from __future__ import annotations

from charthouse.model.errors import NameInvalid, NotFound, Unauthorized
from charthouse.model.names import RepositoryName, namespace_of_robot, parse_repository
from charthouse.model.permissions import Actor, ActorKind, NamespaceRole, Role
from charthouse.ports.accounts import Accounts
from charthouse.ports.charts import ChartRepository, Charts
from charthouse.services.access.namespaces import effective_namespace_role
from charthouse.services.access.repositories import reads_everything
from charthouse.services.registry.reader import Reader


class Levels:
    """Tells what there is for a caller at a level."""

    def __init__(self, charts: Charts, accounts: Accounts, reader: Reader) -> None:
        self._charts = charts
        self._accounts = accounts
        self._reader = reader

    async def readable(self, actor: Actor, level: str) -> list[ChartRepository]:
        """Return the repositories of charts one segment below ``level`` that the caller may read, by name.

        None for members of the namespace where nothing is. Raises Unauthorized to strangers without a login, and
        NotFound alike for what is missing and what is hidden to those with one.
        """
        await self._reader.require_current(actor)
        readable = await self._readable(actor, level)
        if not readable:
            await self._require_member(actor, level)
        return readable

    async def _readable(self, actor: Actor, level: str) -> list[ChartRepository]:
        if not is_level(level):
            return []
        everything = reads_everything(actor)
        found = await self._charts.level(level, actor.account_id, everything=everything)
        return [one for one in found if actor.limit(one.repository) >= Role.READ]

    async def _require_member(self, actor: Actor, level: str) -> None:
        if actor.kind is ActorKind.ANONYMOUS:
            raise Unauthorized("authentication required")
        namespace = level.partition("/")[0]
        access = await self._accounts.namespace_access(actor.account_id, namespace)
        if access is None or not is_level(level) or actor.limit(f"{level}/chart") < Role.READ:
            raise NotFound("not found")
        own = actor.kind is ActorKind.ROBOT and namespace_of_robot(actor.name) == namespace
        role = effective_namespace_role(actor, access)
        if role < NamespaceRole.MEMBER and not own and not reads_everything(actor):
            raise NotFound("not found")


def is_level(text: str) -> bool:
    """Tell whether a level may be called so."""
    try:
        repository_at(text, "chart")
    except NameInvalid:
        return False
    return True


def has_address(level: str) -> bool:
    """Tell whether a level has a classic repository: ``api`` begins the addresses of the API, ``charts`` ends a level."""
    first, *further = level.split("/")
    return first != "api" and "charts" not in further


def repository_at(level: str, name: str) -> RepositoryName:
    """Return the repository of a chart at a level; raises NameInvalid."""
    return parse_repository(f"{level}/{name}")
