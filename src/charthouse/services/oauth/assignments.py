"""Offers: an organization's administrator asks a user to let an application in (Quay 3.12)."""

from __future__ import annotations

import uuid

from charthouse.model.errors import NotFound
from charthouse.ports.accounts import AccountKind, Accounts
from charthouse.ports.oauth import Assignment, Assignments
from charthouse.services.access.permits import AccountPermit, NamespacePermit

from .requests import AccessRequest


class Offers:
    """Makes and shows offers. A user takes one up at the authorization endpoint, like any other request."""

    def __init__(self, assignments: Assignments, accounts: Accounts) -> None:
        self._assignments = assignments
        self._accounts = accounts

    async def make(self, permit: NamespacePermit, request: AccessRequest, username: str) -> None:
        """Offer a user what ``request`` asks for; raises NotFound (no such user, application of another)."""
        if request.application.owner.account_id != permit.namespace.account_id:
            raise NotFound("there is no such application")
        user = await self._accounts.by_name(username)
        if user is None or user.kind is not AccountKind.USER or not user.enabled:
            raise NotFound("there is no such user")
        await self._assignments.add(
            Assignment(
                uuid=str(uuid.uuid4()),
                application=request.application,
                account_id=user.account_id,
                scopes=request.ordered,
                redirect_uri=request.redirect_uri,
                response_type=request.response_type.value,
            )
        )

    async def all(self, permit: AccountPermit) -> list[Assignment]:
        """Return what the user is offered."""
        return await self._assignments.of_account(permit.account.account_id)

    async def decline(self, permit: AccountPermit, offer: str) -> None:
        """Forget an offer; raises NotFound."""
        for assignment in await self.all(permit):
            if assignment.uuid == offer:
                await self._assignments.remove(permit.account.account_id, offer)
                return
        raise NotFound("you have no such offer")
