"""Finding people, teams and repositories by parts of their names."""

from __future__ import annotations

from typing import Protocol

import msgspec

from .accounts import Account


class PeopleQuery(msgspec.Struct, frozen=True):
    """Users whose name begins with ``prefix``, and robots of ``robots_of``; ``whole``: only that very name.

    With ``organization_id`` it is told who belongs to that organization. 0: none.
    """

    prefix: str
    robots_of: int
    organization_id: int
    limit: int
    whole: bool = False


class FoundPerson(msgspec.Struct, frozen=True):
    """A user or robot. ``member``: it is in a team of the organization that was asked for, or a robot of it."""

    account: Account
    member: bool


class FoundTeam(msgspec.Struct, frozen=True):
    """A team and its organization."""

    name: str
    organization: Account


class FoundRepository(msgspec.Struct, frozen=True):
    """A repository and the user or organization it belongs to."""

    path: str
    description: str
    public: bool
    namespace: Account


class RepositoryQuery(msgspec.Struct, frozen=True):
    """Repositories with ``text`` in name or description that the account (0: anonymous) may read.

    ``everything``: all there are, for those who stand above. By name, ``limit`` after the first ``offset``.
    """

    account_id: int
    everything: bool
    text: str
    offset: int
    limit: int


class Directory(Protocol):
    """Searches. Texts are compared without regard to case; none has a wildcard."""

    async def people(self, query: PeopleQuery) -> list[FoundPerson]:
        """Return users and robots by name."""

    async def teams(self, organization_id: int, prefix: str, limit: int) -> list[str]:
        """Return names of an organization's teams that begin so."""

    async def namespaces(self, text: str, limit: int) -> list[Account]:
        """Return users and organizations with ``text`` in the name: what begins so first, then by name."""

    async def administered_teams(self, account_id: int, text: str, limit: int) -> list[FoundTeam]:
        """Return teams with ``text`` in the name, of organizations that the account administers."""

    async def administered_robots(self, account_id: int, text: str, limit: int) -> list[Account]:
        """Return robots with ``text`` in the name, of the account and of organizations that it administers."""

    async def repositories(self, query: RepositoryQuery) -> list[FoundRepository]:
        """Return repositories."""
