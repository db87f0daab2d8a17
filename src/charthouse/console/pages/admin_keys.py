"""Service keys, as superusers see and change them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from starlette.responses import Response

from charthouse.model.errors import InvalidRequest
from charthouse.ports.service_keys import ServiceKey
from charthouse.services.access.permits import RegistryPermit
from charthouse.services.service_keys.managed import Approval, ManagedKeys, approval_of

from ..confirming import require_typed
from ..rendering import Renderer
from ..visit import Page, Visit

HERE = "/-/admin/keys"


class ShownKey(msgspec.Struct, frozen=True):
    """A key as the pages show it; ``last_day`` is that on which it works last, as a field for dates has it."""

    key: ServiceKey
    approval: Approval | None
    expired: bool
    last_day: str


class AdminKeyPages:
    """The list of service keys, and a page for each."""

    def __init__(self, renderer: Renderer, keys: ManagedKeys) -> None:
        self._renderer = renderer
        self._keys = keys

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.admin.keys": self.keys,
            "console.admin.keys.create": self.create,
            "console.admin.key": self.key,
            "console.admin.key.approve": self.approve,
            "console.admin.key.name": self.name,
            "console.admin.key.expiry": self.expiry,
            "console.admin.key.delete": self.delete,
        }

    async def keys(self, visit: Visit) -> Response:
        """Answer GET /-/admin/keys; what waits for approval comes first."""
        permit = visit.permit_of(RegistryPermit)
        found = [self._shown(key) for key in await self._keys.all(permit)]
        found.sort(key=lambda one: one.approval is not None)
        return self._renderer.page(visit, "admin/keys.html", permit=permit, found=found)

    async def create(self, visit: Visit) -> Response:
        """Answer POST /-/admin/keys: the only page that ever shows the private half."""
        form = await visit.form()
        made = await self._keys.make(
            visit.permit_of(RegistryPermit),
            form.text("service"),
            expiration_of(form.text("last_day")),
            form.text("name"),
            notes=form.text("notes"),
        )
        return self._renderer.page(visit, "admin/key_made.html", made=made)

    async def key(self, visit: Visit) -> Response:
        """Answer GET /-/admin/keys/{kid}."""
        permit = visit.permit_of(RegistryPermit)
        key = await self._keys.get(permit, visit.name("kid"))
        return self._renderer.page(
            visit,
            "admin/key.html",
            permit=permit,
            shown=self._shown(key),
            title=title_of(key),
            metadata=msgspec.json.decode(key.metadata, type=dict[str, Any]),
        )

    async def approve(self, visit: Visit) -> Response:
        """Answer POST …/approve."""
        notes = (await visit.form()).text("notes")
        await self._keys.approve(visit.permit_of(RegistryPermit), visit.name("kid"), notes)
        return self._changed(visit, visit.gettext("The key is approved."))

    async def name(self, visit: Visit) -> Response:
        """Answer POST …/name."""
        name = (await visit.form()).text("name")
        await self._keys.change(visit.permit_of(RegistryPermit), visit.name("kid"), name=name)
        return self._changed(visit, visit.gettext("The name is changed."))

    async def expiry(self, visit: Visit) -> Response:
        """Answer POST …/expiry."""
        expiration = expiration_of((await visit.form()).text("last_day"))
        await self._keys.change(visit.permit_of(RegistryPermit), visit.name("kid"), expiration=expiration)
        return self._changed(visit, visit.gettext("The expiry is changed."))

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        permit = visit.permit_of(RegistryPermit)
        key = await self._keys.get(permit, visit.name("kid"))
        require_typed(visit, await visit.form(), title_of(key))
        await self._keys.remove(permit, key.kid)
        return visit.went_well(HERE, visit.gettext("%(name)s is deleted.") % {"name": title_of(key)})

    def _shown(self, key: ServiceKey) -> ShownKey:
        return ShownKey(key, approval_of(key), self._keys.has_expired(key), last_day_of(key.expires_ms))

    def _changed(self, visit: Visit, words: str) -> Response:
        return visit.went_well(f"{HERE}/{visit.name('kid')}", words)


def title_of(key: ServiceKey) -> str:
    """Return what people call a key: its name, else that of its service."""
    return key.name or key.service


def expiration_of(last_day: str) -> int | None:
    """Return the end (UTC) of a day as seconds since the epoch, None for ""; raises InvalidRequest."""
    if not last_day:
        return None
    try:
        day = dt.datetime.strptime(last_day, "%Y-%m-%d").replace(tzinfo=dt.UTC)
        return int((day + dt.timedelta(days=1)).timestamp())
    except (ValueError, OverflowError):
        raise InvalidRequest("write the day as YEAR-MONTH-DAY, such as 2030-01-31") from None


def last_day_of(expires_ms: int | None) -> str:
    """Return the day (UTC) that has the last moment before ``expires_ms``, "" for one that never comes."""
    if expires_ms is None:
        return ""
    try:
        return dt.datetime.fromtimestamp((expires_ms - 1) / 1000, dt.UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return ""
