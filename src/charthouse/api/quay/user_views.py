"""Users as Quay shows them: to themselves, and to others."""

from __future__ import annotations

from typing import Any

from charthouse.model.permissions import Standing
from charthouse.ports.accounts import Account, AccountKind, Membership
from charthouse.services.identity.profiles import read_profile

from .views import avatar

_SUPERUSERS = {Standing.SUPERUSER, Standing.FULL_SUPERUSER}


def own_view(
    account: Account, memberships: list[Membership], standing: Standing, tag_window_s: int
) -> dict[str, Any]:
    """Return a user as Quay shows it to itself; ``tag_window_s`` is what counts where it has chosen none."""
    profile = read_profile(account.profile)
    view: dict[str, Any] = {
        "anonymous": False,
        "username": account.name,
        "avatar": avatar(account.name, account.email, account.kind),
        "can_create_repo": standing is not Standing.RESTRICTED,
        "is_me": True,
        "verified": True,
        "email": account.email,
        "logins": [],
        "invoice_email": profile.invoice_email,
        "invoice_email_address": profile.invoice_email_address,
        "preferred_namespace": False,
        "tag_expiration_s": tag_window_s if account.tag_window_s is None else account.tag_window_s,
        "prompts": [],
        "company": profile.company,
        "family_name": profile.family_name,
        "given_name": profile.given_name,
        "location": profile.location,
        "is_free_account": True,
        "has_password_set": bool(account.password_hash),
        "organizations": [_organization_view(membership) for membership in memberships],
    }
    if standing in _SUPERUSERS:
        view["super_user"] = True
    if standing is Standing.OBSERVER:
        view["global_readonly_super_user"] = True
    return view


def public_view(account: Account) -> dict[str, Any]:
    """Return a user as everybody may see it."""
    return {
        "anonymous": False,
        "username": account.name,
        "avatar": avatar(account.name, account.email, account.kind),
    }


def _organization_view(membership: Membership) -> dict[str, Any]:
    organization = membership.organization
    return {
        "name": organization.name,
        "avatar": avatar(organization.name, organization.email, AccountKind.ORGANIZATION),
        "can_create_repo": membership.can_create,
        "public": False,
        "is_org_admin": membership.is_admin,
        "preferred_namespace": False,
    }
