"""Repositories of a namespace as forms name them: those that are offered, and those that were chosen."""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest, NameUnknown
from charthouse.model.names import parse_repository
from charthouse.model.permissions import Role
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import NamespacePermit, RepositoryPermit
from charthouse.services.registry.listings import Listings, ListQuery

from .visit import Visit


class RepositoryChoice:
    """For pages that let somebody use repositories of the namespace that their permit is for."""

    def __init__(self, gate: Gate, listings: Listings) -> None:
        self._gate = gate
        self._listings = listings

    async def offered(self, visit: Visit, permit: NamespacePermit) -> list[str]:
        """Return the first names, without the namespace, that a field suggests to those who may choose."""
        if permit.observer:
            return []
        page = await self._listings.page(visit.actor, ListQuery(namespace=permit.namespace.name))
        return [found.overview.repository.partition("/")[2] for found in page.found]

    async def chosen(self, visit: Visit, permit: NamespacePermit, text: str) -> list[RepositoryPermit]:
        """Return permits to administer each repository that is named, with spaces or commas between them.

        Raises InvalidRequest when none is named, or one is not there, and Denied.
        """
        names = text.replace(",", " ").split()
        if not names:
            raise InvalidRequest(visit.gettext("Name a repository."))
        return [await self._one(visit, permit.namespace.name, name) for name in names]

    async def _one(self, visit: Visit, namespace: str, name: str) -> RepositoryPermit:
        repository = parse_repository(f"{namespace}/{name.removeprefix(f'{namespace}/')}")
        try:
            return await self._gate.repository(visit.actor, repository, Role.ADMIN, reading=False)
        except NameUnknown:
            missing = visit.gettext("There is no repository %(repository)s.")
            raise InvalidRequest(missing % {"repository": repository}) from None
