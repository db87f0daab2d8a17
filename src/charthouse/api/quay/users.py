"""Users: who the caller is."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from charthouse.ports.accounts import Account, AccountKind, Membership
from charthouse.services.identity.users import Users

from .callers import caller_of

_COLORS = (
    "#1b6ca8", "#2e8b57", "#8e4585", "#b5651d", "#c0392b", "#34495e", "#16a085", "#7d6608", "#6c3483", "#2c3e50",
)  # fmt: skip


class UserHandlers:
    """Reads users."""

    def __init__(self, users: Users) -> None:
        self._users = users

    async def get_user(self, request: Request) -> JSONResponse:
        """Answer GET user/."""
        account = caller_of(request).account
        memberships = await self._users.memberships(account)
        return JSONResponse(user_view(account, memberships, superuser=self._users.is_superuser(account)))


def user_view(account: Account, memberships: list[Membership], *, superuser: bool) -> dict[str, Any]:
    """Return a user as Quay shows it to itself."""
    view: dict[str, Any] = {
        "anonymous": False,
        "username": account.name,
        "avatar": avatar(account),
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


def avatar(account: Account) -> dict[str, str]:
    """Return what a console draws for an account; ``hash`` is that of its e-mail address, else of its name."""
    digest = hashlib.md5((account.email or account.name).strip().lower().encode(), usedforsecurity=False)
    return {
        "name": account.name,
        "hash": digest.hexdigest(),
        "color": _COLORS[digest.digest()[0] % len(_COLORS)],
        "kind": "org" if account.kind is AccountKind.ORGANIZATION else "user",
    }


def _organization_view(membership: Membership) -> dict[str, Any]:
    return {
        "name": membership.organization.name,
        "avatar": avatar(membership.organization),
        "can_create_repo": membership.can_create,
        "public": False,
        "is_org_admin": membership.is_admin,
        "preferred_namespace": False,
    }
