"""Applications of a namespace, and what everybody may know of one."""

from __future__ import annotations

import re

import msgspec

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.ports.clock import Clock
from charthouse.ports.oauth import Application, Applications, Details
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.identity.opaque import random_secret
from charthouse.services.identity.vault import Vault

from .redirects import check_redirect

CLIENT_ID_LENGTH = 20
CLIENT_SECRET_LENGTH = 40
_LONGEST = {
    "name": 255,
    "description": 10_000,
    "application_uri": 2048,
    "redirect_uri": 2048,
    "avatar_email": 255,
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Control characters but tab and newline."""


class ShownApplication(msgspec.Struct, frozen=True):
    """An application with its secret, None for those who may see it without."""

    application: Application
    secret: str | None


class ApplicationService:
    """Makes and changes applications."""

    def __init__(self, applications: Applications, vault: Vault, clock: Clock) -> None:
        self._applications = applications
        self._vault = vault
        self._clock = clock

    async def known(self, client_id: str) -> Application:
        """Return what users are told of an application before they let it in; raises NotFound."""
        application = await self._applications.by_client_id(client_id)
        if application is None:
            raise NotFound("there is no such application")
        return application

    async def own(self, permit: NamespacePermit, client_id: str) -> Application:
        """Return an application of the namespace; raises NotFound."""
        application = await self.known(client_id)
        if application.owner.account_id != permit.namespace.account_id:
            raise NotFound("there is no such application")
        return application

    async def all(self, permit: NamespacePermit) -> list[ShownApplication]:
        """Return the applications of the namespace, the oldest first."""
        found = await self._applications.of_namespace(permit.namespace.account_id)
        return [self._shown(permit, application) for application in found]

    async def get(self, permit: NamespacePermit, client_id: str) -> ShownApplication:
        """Return an application of the namespace; raises NotFound."""
        return self._shown(permit, await self.own(permit, client_id))

    async def create(self, permit: NamespacePermit, details: Details) -> ShownApplication:
        """Make an application; raises InvalidRequest."""
        _check(details)
        client_id, secret = random_secret(CLIENT_ID_LENGTH), random_secret(CLIENT_SECRET_LENGTH)
        sealed = self._vault.seal(secret, _place(client_id))
        namespace_id, now = permit.namespace.account_id, self._clock.now_ms()
        await self._applications.add(namespace_id, client_id, details, sealed, now)
        return await self.get(permit, client_id)

    async def change(self, permit: NamespacePermit, client_id: str, details: Details) -> ShownApplication:
        """Replace what is told of an application; raises InvalidRequest and NotFound."""
        application = await self.own(permit, client_id)
        _check(details)
        await self._applications.change(application.application_id, details)
        return await self.get(permit, client_id)

    async def reset_secret(self, permit: NamespacePermit, client_id: str) -> ShownApplication:
        """Replace the secret of an application; raises NotFound."""
        application = await self.own(permit, client_id)
        sealed = self._vault.seal(random_secret(CLIENT_SECRET_LENGTH), _place(client_id))
        await self._applications.set_secret(application.application_id, sealed)
        return await self.get(permit, client_id)

    async def remove(self, permit: NamespacePermit, client_id: str) -> None:
        """Remove an application; all its tokens end. Raises NotFound."""
        application = await self.own(permit, client_id)
        await self._applications.remove(application.application_id)

    def secret(self, application: Application) -> str:
        """Return an application's secret, to compare with."""
        return self._vault.open(application.sealed_secret, _place(application.client_id))

    def _shown(self, permit: NamespacePermit, application: Application) -> ShownApplication:
        return ShownApplication(application, None if permit.observer else self.secret(application))


def _place(client_id: str) -> str:
    return f"oauth:{client_id}"


def _check(details: Details) -> None:
    if not details.name.strip():
        raise InvalidRequest("an application has a name")
    for field, longest in _LONGEST.items():
        text: str = getattr(details, field)
        if len(text) > longest or _CONTROLS.search(text):
            raise InvalidRequest(f"{field} has at most {longest} characters and no control characters")
    if details.redirect_uri:
        check_redirect(details.redirect_uri)
