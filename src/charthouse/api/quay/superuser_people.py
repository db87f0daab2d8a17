"""All users, as superusers see and change them."""

from __future__ import annotations

from typing import NotRequired

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.errors import InvalidRequest
from charthouse.ports.accounts import Account
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.superusers.people import People

from .endpoints import Endpoints
from .guard import add_header, permit_of
from .paging import Pages
from .views import avatar

MOST_ON_A_PAGE = 100


class NewPersonBody(BaseModel):
    """The request's body."""

    username: str
    email: str | None = None


class PersonBody(BaseModel):
    """The request's body: what is left out stays as it is. ``superuser`` is refused: the configuration names them."""

    password: str | None = None
    email: str | None = None
    enabled: bool | None = None
    superuser: bool | None = None


class NewPersonView(BaseModel):
    """A user who was just made; the password is never shown again."""

    username: str
    email: str | None
    password: str
    encrypted_password: str


class PersonView(BaseModel):
    """A user."""

    kind: str = "user"
    name: str
    username: str
    email: str | None
    verified: bool = True
    avatar: dict[str, str]
    super_user: bool
    enabled: bool


class PeopleView(TypedDict):
    """A page of users."""

    users: list[PersonView]
    next_page: NotRequired[str]


class PeopleHandlers:
    """Lists, shows, makes, changes and deletes users."""

    def __init__(self, people: People, pages: Pages) -> None:
        self._people = people
        self._pages = pages

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_people": self.list_people,
            "quay.add_person": self.add_person,
            "quay.get_person": self.get_person,
            "quay.change_person": self.change_person,
            "quay.remove_person": self.remove_person,
            "quay.send_recovery": self.send_recovery,
        }

    async def list_people(
        self, request: Request, disabled: bool = True, limit: int = MOST_ON_A_PAGE
    ) -> PeopleView:
        """Answer GET superuser/users/; with ``disabled=false`` only those who may log in."""
        permit = permit_of(request, RegistryPermit)
        wanted = max(1, min(limit, MOST_ON_A_PAGE))
        after = self._pages.position(request, str) or ""
        found = await self._people.page(permit, after, wanted + 1, disabled=disabled)
        page: PeopleView = {"users": [self._view(account) for account in found[:wanted]]}
        if len(found) > wanted:
            page["next_page"] = self._pages.next_page(request, found[wanted - 1].name)
        return page

    async def add_person(self, request: Request, body: NewPersonBody) -> NewPersonView:
        """Answer POST superuser/users/."""
        permit = permit_of(request, RegistryPermit)
        made = await self._people.add(permit, body.username, body.email or "")
        add_header(request, (b"cache-control", b"no-store"))
        return NewPersonView(
            username=made.account.name,
            email=made.account.email or None,
            password=made.password,
            encrypted_password=made.encrypted_password,
        )

    async def get_person(self, request: Request, username: str) -> PersonView:
        """Answer GET superuser/users/{username}."""
        return self._view(await self._people.get(permit_of(request, RegistryPermit), username))

    async def change_person(self, request: Request, username: str, body: PersonBody) -> PersonView:
        """Answer PUT superuser/users/{username}."""
        permit = permit_of(request, RegistryPermit)
        if body.superuser is not None:
            raise InvalidRequest("superusers are named in SUPER_USERS, in the configuration")
        changed = await self._people.change(
            permit, username, password=body.password, email=body.email, enabled=body.enabled
        )
        return self._view(changed)

    async def remove_person(self, request: Request, username: str) -> None:
        """Answer DELETE superuser/users/{username}."""
        await self._people.remove(permit_of(request, RegistryPermit), username)

    async def send_recovery(self, request: Request, username: str) -> None:
        """Answer POST superusers/users/{username}/sendrecovery."""
        await self._people.send_recovery(permit_of(request, RegistryPermit), username)

    def _view(self, account: Account) -> PersonView:
        return PersonView(
            name=account.name,
            username=account.name,
            email=account.email or None,
            avatar=avatar(account.name, account.email, account.kind),
            super_user=self._people.is_superuser(account),
            enabled=account.enabled,
        )
