"""Organizations: making, showing and changing them, and who belongs to them. Rules are Quay 3.7's."""

from __future__ import annotations

from typing import Any

import msgspec

from charthouse.model.errors import Denied, InvalidRequest, NotFound
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import Account, AccountChange, AccountKind, Accounts
from charthouse.ports.teams import PeoplePage, Person, TeamOverview, Teams
from charthouse.services.access.namespaces import may_make_organizations
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.identity.users import Users, check_email
from charthouse.services.registry.timemachine import TimeMachine

PAGE = 50
"""People on a page of the console."""


class OrganizationRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration says: who may make organizations, and how long tags can be restored."""

    superusers_only: bool = False
    email_required: bool = False
    time_machine: TimeMachine = TimeMachine()


class Invoices(msgspec.Struct, frozen=True):
    """Where invoices go: nobody sends any, but scripts set it and read it back."""

    invoice_email: bool = False
    invoice_email_address: str | None = None


class OrganizationView(msgspec.Struct, frozen=True):
    """What a caller sees. ``teams`` is None to those outside, ``detailed`` for administrators."""

    account: Account
    is_admin: bool
    is_member: bool
    detailed: bool
    teams: list[TeamOverview] | None
    tag_window_s: int
    invoices: Invoices


class OrganizationWish(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be changed; None stays."""

    email: str | None = None
    tag_window_s: int | None = None
    invoice_email: bool | None = None
    invoice_email_address: str | None = None


class Organizations:
    """Organizations as their people deal with them."""

    def __init__(self, accounts: Accounts, teams: Teams, users: Users, rules: OrganizationRules) -> None:
        self._accounts = accounts
        self._teams = teams
        self._users = users
        self._rules = rules

    @property
    def email_required(self) -> bool:
        """Tell whether an organization must have an e-mail address."""
        return self._rules.email_required

    def may_create(self, permit: AccountPermit) -> bool:
        """Tell whether the caller may make organizations."""
        return may_make_organizations(permit.actor, superusers_only=self._rules.superusers_only)

    async def create(self, permit: AccountPermit, name: str, email: str) -> None:
        """Make an organization that the caller administers.

        Raises Denied, InvalidRequest (name, e-mail), and AlreadyExists.
        """
        if not self.may_create(permit):
            raise Denied(f"{permit.actor.name} may not make organizations")
        if self._rules.email_required and not email:
            raise InvalidRequest("Email address is required")
        await self._users.create_organization(name, email, permit.account)

    async def view(self, permit: NamespacePermit) -> OrganizationView:
        """Return what the caller may see of the organization."""
        account, is_admin = permit.namespace, permit.role >= NamespaceRole.ADMIN
        teams = None
        if permit.role >= NamespaceRole.MEMBER or permit.observer:
            teams = await self._teams.overviews(account.account_id, permit.actor.account_id)
        return OrganizationView(
            account=account,
            is_admin=is_admin,
            is_member=permit.role >= NamespaceRole.MEMBER,
            detailed=is_admin or permit.observer,
            teams=teams,
            tag_window_s=self._rules.time_machine.window_of(account),
            invoices=_invoices(account),
        )

    def windows(self, permit: NamespacePermit) -> list[int]:
        """Return how long deleted tags may be restorable here, in seconds: what is chosen now, and what could be."""
        machine = self._rules.time_machine
        return sorted({machine.window_of(permit.namespace), *(machine.options if machine.changeable else ())})

    async def change(self, permit: NamespacePermit, wish: OrganizationWish) -> OrganizationView:
        """Change what an organization tells of itself; raises InvalidRequest."""
        account, change = permit.namespace, dict[str, Any]()
        if wish.email is not None:
            check_email(wish.email)
            change["email"] = wish.email
        if wish.tag_window_s is not None:
            change["tag_window_s"] = self._rules.time_machine.check(account, wish.tag_window_s)
        if wish.invoice_email_address:
            check_email(wish.invoice_email_address)
        old = _invoices(account)
        new = Invoices(
            old.invoice_email if wish.invoice_email is None else wish.invoice_email,
            old.invoice_email_address if wish.invoice_email_address is None else wish.invoice_email_address,
        )
        if new != old:
            change["profile"] = msgspec.json.encode(new).decode()
        await self._accounts.change(account.account_id, AccountChange(**change))
        changed = msgspec.structs.replace(account, **change)
        return await self.view(msgspec.structs.replace(permit, namespace=changed))

    async def people(self, permit: NamespacePermit) -> list[Person]:
        """Return the users of all teams."""
        return await self._teams.people(permit.namespace.account_id)

    async def collaborators(self, permit: NamespacePermit) -> list[Person]:
        """Return the users who are in no team, and to whom a repository grants something."""
        return await self._teams.collaborators(permit.namespace.account_id)

    async def page_of_people(
        self, permit: NamespacePermit, *, members: bool, after: str = "", part: str = ""
    ) -> tuple[list[Person], str]:
        """Return a page of people by name, and what the next one comes after ("": there is none).

        ``members``: users of teams; else those whom ``collaborators`` returns.
        """
        wish = PeoplePage(
            organization_id=permit.namespace.account_id,
            members=members,
            after=after,
            part=part,
            limit=PAGE + 1,
        )
        found = await self._teams.people_page(wish)
        shown = found[:PAGE]
        return shown, shown[-1].account.name if len(found) > PAGE else ""

    async def person(self, permit: NamespacePermit, name: str) -> Person:
        """Return one user of a team; raises NotFound."""
        found = await self.place_of(permit, name)
        if not found.teams:
            raise NotFound(f"{name} is in no team")
        return found

    async def place_of(self, permit: NamespacePermit, name: str) -> Person:
        """Return one user of a team, or without one and with what repositories grant; raises NotFound."""
        user = await self._user(name)
        found = await self._teams.person(permit.namespace.account_id, user.account_id)
        if found is None:
            raise NotFound(f"{name} is in no team")
        return found

    async def remove_person(self, permit: NamespacePermit, name: str) -> None:
        """Take a user out of all teams and grants, if there are any; raises NotFound, InvalidRequest."""
        user = await self._user(name)
        await self._teams.remove_person(permit.namespace.account_id, user.account_id)

    async def _user(self, name: str) -> Account:
        account = await self._accounts.by_name(name)
        if account is None or account.kind is not AccountKind.USER:
            raise NotFound(f"there is no user {name[:255]}")
        return account


def _invoices(account: Account) -> Invoices:
    return msgspec.json.decode(account.profile, type=Invoices) if account.profile else Invoices()
