"""All organizations, as superusers see and change them."""

from __future__ import annotations

from typing import NotRequired

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.ports.accounts import Account
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.superusers.organizations import Organizations

from .endpoints import Endpoints
from .guard import permit_of
from .paging import Pages
from .superuser_people import MOST_ON_A_PAGE
from .views import avatar


class RenameBody(BaseModel):
    """The request's body."""

    name: str


class NamedOrganizationView(BaseModel):
    """An organization."""

    name: str
    email: str | None
    avatar: dict[str, str]


class NamedOrganizationsView(TypedDict):
    """A page of organizations."""

    organizations: list[NamedOrganizationView]
    next_page: NotRequired[str]


class NamespaceView(BaseModel):
    """A namespace that was taken over."""

    namespace: str


class RegistryStatusView(BaseModel):
    """Whether the registry is set up: one that answers is."""

    status: str = "ready"


class AllOrganizationHandlers:
    """Lists, renames and deletes organizations, and takes namespaces over."""

    def __init__(self, organizations: Organizations, pages: Pages) -> None:
        self._organizations = organizations
        self._pages = pages

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_all_organizations": self.list_organizations,
            "quay.rename_organization": self.rename_organization,
            "quay.remove_organization": self.remove_organization,
            "quay.take_ownership": self.take_ownership,
            "quay.get_registry_status": self.get_registry_status,
        }

    async def list_organizations(
        self, request: Request, limit: int = MOST_ON_A_PAGE
    ) -> NamedOrganizationsView:
        """Answer GET superuser/organizations/."""
        permit = permit_of(request, RegistryPermit)
        wanted = max(1, min(limit, MOST_ON_A_PAGE))
        after = self._pages.position(request, str) or ""
        found = await self._organizations.page(permit, after, wanted + 1)
        page: NamedOrganizationsView = {"organizations": [_view(one) for one in found[:wanted]]}
        if len(found) > wanted:
            page["next_page"] = self._pages.next_page(request, found[wanted - 1].name)
        return page

    async def rename_organization(
        self, request: Request, name: str, body: RenameBody
    ) -> NamedOrganizationView:
        """Answer PUT superuser/organizations/{name}."""
        permit = permit_of(request, RegistryPermit)
        return _view(await self._organizations.rename(permit, name, body.name))

    async def remove_organization(self, request: Request, name: str) -> None:
        """Answer DELETE superuser/organizations/{name}."""
        await self._organizations.remove(permit_of(request, RegistryPermit), name)

    async def take_ownership(self, request: Request, namespace: str) -> NamespaceView:
        """Answer POST superuser/takeownership/{namespace}."""
        await self._organizations.take_over(permit_of(request, RegistryPermit), namespace)
        return NamespaceView(namespace=namespace)

    async def get_registry_status(self) -> RegistryStatusView:
        """Answer GET superuser/registrystatus."""
        return RegistryStatusView()


def _view(account: Account) -> NamedOrganizationView:
    return NamedOrganizationView(
        name=account.name,
        email=account.email or None,
        avatar=avatar(account.name, account.email, account.kind),
    )
