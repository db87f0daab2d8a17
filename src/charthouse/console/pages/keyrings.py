"""Keyrings: whose OpenPGP signatures on charts a user or an organization trusts."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.services.access.permits import NamespacePermit
from charthouse.services.charts.keyrings import KeyringService

from ..rendering import HEADERS, Renderer
from ..visit import Page, Visit


class KeyringPages:
    """The page of a namespace's keyring, its forms and its file."""

    def __init__(self, renderer: Renderer, keyrings: KeyringService) -> None:
        self._renderer = renderer
        self._keyrings = keyrings

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.keyrings": self.keyrings,
            "console.keyrings.add": self.add,
            "console.keyrings.remove": self.remove,
            "console.keyring_file": self.file,
        }

    async def keyrings(self, visit: Visit) -> Response:
        """Answer GET …/-/keyrings: at most a hundred keys, as the service has it."""
        permit = visit.permit_of(NamespacePermit)
        keys = await self._keyrings.all(permit)
        return self._renderer.page(visit, "organizations/keyrings.html", permit=permit, keys=keys)

    async def add(self, visit: Visit) -> Response:
        """Answer POST …/-/keyrings."""
        permit = visit.permit_of(NamespacePermit)
        added = await self._keyrings.add(permit, (await visit.form()).text("armored"))
        notice = visit.ngettext("%(count)s key is trusted.", "%(count)s keys are trusted.", len(added))
        return visit.went_well(_address(permit), notice % {"count": len(added)})

    async def remove(self, visit: Visit) -> Response:
        """Answer POST …/remove."""
        permit = visit.permit_of(NamespacePermit)
        await self._keyrings.remove(permit, (await visit.form()).text("fingerprint"))
        return visit.went_well(_address(permit), visit.gettext("The key is no longer trusted."))

    async def file(self, visit: Visit) -> Response:
        """Answer GET …/keyring.gpg."""
        permit = visit.permit_of(NamespacePermit)
        name = f"{permit.namespace.name}-keyring.gpg"
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
        content = await self._keyrings.binary(permit)
        return Response(content, headers=headers, media_type="application/pgp-keys")


def _address(permit: NamespacePermit) -> str:
    return f"/{permit.namespace.name}/-/keyrings"
