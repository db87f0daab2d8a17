"""Searches in tables."""

from __future__ import annotations

from charthouse.ports.accounts import Account
from charthouse.ports.directory import FoundPerson, FoundRepository, FoundTeam, PeopleQuery, RepositoryQuery

from . import commands
from .executor import Executor


class StoredDirectory:
    """See ``ports/directory``."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def people(self, query: PeopleQuery) -> list[FoundPerson]:
        """Return users and robots by name."""
        return await self._content.read(commands.directory.people, query)

    async def teams(self, organization_id: int, prefix: str, limit: int) -> list[str]:
        """Return names of an organization's teams."""
        return await self._content.read(commands.directory.teams, organization_id, prefix, limit)

    async def namespaces(self, text: str, limit: int) -> list[Account]:
        """Return users and organizations."""
        return await self._content.scan(commands.directory.namespaces, text, limit)

    async def administered_teams(self, account_id: int, text: str, limit: int) -> list[FoundTeam]:
        """Return teams of organizations that the account administers."""
        return await self._content.scan(commands.directory.administered_teams, account_id, text, limit)

    async def administered_robots(self, account_id: int, text: str, limit: int) -> list[Account]:
        """Return robots of the account and of organizations that it administers."""
        return await self._content.scan(commands.directory.administered_robots, account_id, text, limit)

    async def repositories(self, query: RepositoryQuery) -> list[FoundRepository]:
        """Return repositories."""
        return await self._content.scan(commands.directory.repositories, query)
