"""What a user has let applications do, and what administrators ask the user to let them do."""

from __future__ import annotations

from fastapi import Request, Response
from typing_extensions import TypedDict

from charthouse.ports.accounts import Account
from charthouse.ports.oauth import Application, Assignment, Authorization
from charthouse.services.access.permits import AccountPermit
from charthouse.services.oauth.assignments import Offers
from charthouse.services.oauth.tokens import GrantedTokens

from .endpoints import Endpoints
from .guard import permit_of
from .oauth_applications import OwnerView, information
from .scope_views import ScopeView, scope_views
from .views import application_avatar, avatar


class GranteeView(TypedDict):
    """The application that holds a token."""

    name: str
    description: str
    url: str
    avatar: dict[str, str]
    organization: OwnerView


class AuthorizationView(TypedDict):
    """A token that an application holds."""

    application: GranteeView
    scopes: list[ScopeView]
    uuid: str


class AuthorizationList(TypedDict):
    """All of them."""

    authorizations: list[AuthorizationView]


class OfferView(AuthorizationView):
    """A token that the user may let an application have."""

    redirectUri: str
    responseType: str


class OfferList(TypedDict):
    """All of them."""

    authorizations: list[OfferView]


class AuthorizationHandlers:
    """Shows and takes back what the caller has granted."""

    def __init__(self, granted: GrantedTokens, offers: Offers) -> None:
        self._granted = granted
        self._offers = offers

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_authorizations": self.list_authorizations,
            "quay.get_authorization": self.get,
            "quay.delete_authorization": self.delete,
            "quay.list_assigned_authorizations": self.list_offers,
            "quay.delete_assigned_authorization": self.decline,
        }

    async def list_authorizations(self, request: Request) -> AuthorizationList:
        """Answer GET user/authorizations."""
        permit = permit_of(request, AccountPermit)
        found = await self._granted.all(permit)
        return {"authorizations": [_view(one, permit.account) for one in found]}

    async def get(self, request: Request, token_uuid: str) -> AuthorizationView:
        """Answer GET user/authorizations/<uuid>."""
        permit = permit_of(request, AccountPermit)
        return _view(await self._granted.get(permit, token_uuid), permit.account)

    async def delete(self, request: Request, token_uuid: str) -> Response:
        """Answer DELETE user/authorizations/<uuid>."""
        await self._granted.remove(permit_of(request, AccountPermit), token_uuid)
        return Response(status_code=204)

    async def list_offers(self, request: Request) -> OfferList:
        """Answer GET user/assignedauthorization."""
        offers = await self._offers.all(permit_of(request, AccountPermit))
        return {"authorizations": [_offer(offer) for offer in offers]}

    async def decline(self, request: Request, assignment_uuid: str) -> Response:
        """Answer DELETE user/assignedauthorization/<uuid>."""
        await self._offers.decline(permit_of(request, AccountPermit), assignment_uuid)
        return Response(status_code=204)


def _view(authorization: Authorization, account: Account) -> AuthorizationView:
    token, application = authorization.token, authorization.application
    if application is None:  # made by the registry itself, for its first user
        owner: OwnerView = {
            "name": account.name,
            "avatar": avatar(account.name, account.email, account.kind),
        }
        grantee: GranteeView = {
            "name": token.application,
            "description": "",
            "url": "",
            "avatar": application_avatar(token.application, account.email),
            "organization": owner,
        }
    else:
        grantee = _grantee(application)
    return {"application": grantee, "scopes": scope_views(token.scopes), "uuid": token.uuid}


def _offer(offer: Assignment) -> OfferView:
    return {
        "application": _grantee(offer.application),
        "scopes": scope_views(offer.scopes),
        "uuid": offer.uuid,
        "redirectUri": offer.redirect_uri,
        "responseType": offer.response_type,
    }


def _grantee(application: Application) -> GranteeView:
    known = information(application)
    return {
        "name": known["name"],
        "description": known["description"],
        "url": known["uri"],
        "avatar": known["avatar"],
        "organization": known["organization"],
    }
