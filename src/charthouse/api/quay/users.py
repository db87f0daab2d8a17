"""Users: who the caller is."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from charthouse.model.permissions import Standing
from charthouse.ports.accounts import Account, AccountKind, Membership
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.users import Users

from .endpoints import Endpoints
from .guard import permit_of
from .views import avatar

_SUPERUSERS = {Standing.SUPERUSER, Standing.FULL_SUPERUSER}


class UserHandlers:
    """Reads users."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.get_user": self.get_user}

    async def get_user(self, request: Request) -> dict[str, Any]:
        """Answer GET user/."""
        permit = permit_of(request, AccountPermit)
        memberships = await self._users.memberships(permit.account)
        return user_view(permit.account, memberships, superuser=permit.actor.standing in _SUPERUSERS)


def user_view(account: Account, memberships: list[Membership], *, superuser: bool) -> dict[str, Any]:
    """Return a user as Quay shows it to itself."""
    view: dict[str, Any] = {
        "anonymous": False,
        "username": account.name,
        "avatar": avatar(account.name, account.email, account.kind),
        "can_create_repo": True,
        "is_me": True,
        "verified": True,
        "email": account.email,
        "logins": [],
        "invoice_email": False,
        "invoice_email_address": None,
        "preferred_namespace": False,
        "prompts": [],
        "company": None,
        "family_name": None,
        "given_name": None,
        "location": None,
        "is_free_account": True,
        "has_password_set": bool(account.password_hash),
        "organizations": [_organization_view(membership) for membership in memberships],
    }
    if superuser:
        view["super_user"] = True
    return view


def _organization_view(membership: Membership) -> dict[str, Any]:
    return {
        "name": membership.organization.name,
        "avatar": avatar(
            membership.organization.name, membership.organization.email, AccountKind.ORGANIZATION
        ),
        "can_create_repo": membership.can_create,
        "public": False,
        "is_org_admin": membership.is_admin,
        "preferred_namespace": False,
    }
