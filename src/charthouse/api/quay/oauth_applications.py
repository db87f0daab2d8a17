"""OAuth applications of an organization."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.ports.oauth import Application, Details
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.oauth.applications import ApplicationService, ShownApplication

from .endpoints import Endpoints
from .guard import permit_of
from .views import application_avatar, avatar


class NewApplicationBody(BaseModel):
    """The body of a request that makes an application."""

    name: str
    redirect_uri: str | None = None
    application_uri: str | None = None
    description: str | None = None
    avatar_email: str | None = None


class ApplicationBody(BaseModel):
    """The body of a request that changes one."""

    name: str
    redirect_uri: str
    application_uri: str
    description: str | None = None
    avatar_email: str | None = None


class ApplicationView(TypedDict):
    """An application as administrators of its organization see it."""

    name: str
    description: str
    application_uri: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    avatar_email: str | None


class ApplicationList(TypedDict):
    """The applications of an organization."""

    applications: list[ApplicationView]


class OwnerView(TypedDict):
    """The organization that an application belongs to."""

    name: str
    avatar: dict[str, str]


class ApplicationInformation(TypedDict):
    """What everybody may know of an application."""

    name: str
    description: str
    uri: str
    avatar: dict[str, str]
    organization: OwnerView


class ApplicationHandlers:
    """Makes and changes applications."""

    def __init__(self, applications: ApplicationService) -> None:
        self._applications = applications

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_applications": self.list_applications,
            "quay.create_application": self.create,
            "quay.get_application": self.get,
            "quay.update_application": self.update,
            "quay.delete_application": self.delete,
            "quay.reset_client_secret": self.reset_secret,
            "quay.get_application_information": self.information,
        }

    async def list_applications(self, request: Request) -> ApplicationList:
        """Answer GET …/applications."""
        found = await self._applications.all(permit_of(request, NamespacePermit))
        return {"applications": [_view(shown) for shown in found]}

    async def create(self, request: Request, body: NewApplicationBody) -> ApplicationView:
        """Answer POST …/applications."""
        return _view(await self._applications.create(permit_of(request, NamespacePermit), _details(body)))

    async def get(self, request: Request, client_id: str) -> ApplicationView:
        """Answer GET …/applications/<client_id>."""
        return _view(await self._applications.get(permit_of(request, NamespacePermit), client_id))

    async def update(self, request: Request, client_id: str, body: ApplicationBody) -> ApplicationView:
        """Answer PUT …/applications/<client_id>."""
        permit = permit_of(request, NamespacePermit)
        return _view(await self._applications.change(permit, client_id, _details(body)))

    async def delete(self, request: Request, client_id: str) -> Response:
        """Answer DELETE …/applications/<client_id>."""
        await self._applications.remove(permit_of(request, NamespacePermit), client_id)
        return Response(status_code=204)

    async def reset_secret(self, request: Request, client_id: str) -> ApplicationView:
        """Answer POST …/applications/<client_id>/resetclientsecret."""
        return _view(await self._applications.reset_secret(permit_of(request, NamespacePermit), client_id))

    async def information(self, client_id: str) -> ApplicationInformation:
        """Answer GET app/<client_id>."""
        return information(await self._applications.known(client_id))


def information(application: Application) -> ApplicationInformation:
    """Return what everybody may know of an application."""
    details, owner = application.details, application.owner
    return {
        "name": details.name,
        "description": details.description,
        "uri": details.application_uri,
        "avatar": application_avatar(details.name, details.avatar_email or owner.email),
        "organization": {"name": owner.name, "avatar": avatar(owner.name, owner.email, owner.kind)},
    }


def _details(body: NewApplicationBody | ApplicationBody) -> Details:
    return Details(
        name=body.name,
        description=body.description or "",
        application_uri=body.application_uri or "",
        redirect_uri=body.redirect_uri or "",
        avatar_email=body.avatar_email or "",
    )


def _view(shown: ShownApplication) -> ApplicationView:
    details = shown.application.details
    return {
        "name": details.name,
        "description": details.description,
        "application_uri": details.application_uri,
        "client_id": shown.application.client_id,
        "client_secret": shown.secret,
        "redirect_uri": details.redirect_uri,
        "avatar_email": details.avatar_email or None,
    }
