"""Keyless robots: whose tokens, of another issuer, become a robot's. The forms stand on the robot's page."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import InvalidRequest
from charthouse.ports.robots import TrustedIdentity
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.identity.federation import Federation

from ..visit import Form, Page, Visit


class RobotFederationForms:
    """Adds and takes away identities, one at a time; the service keeps them as a whole."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.robot.trust": self.trust, "console.robot.distrust": self.distrust}

    async def trust(self, visit: Visit) -> Response:
        """Answer POST …/trust."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        form = await visit.form()
        entry = TrustedIdentity(
            form.text("issuer"),
            form.text("subject"),
            tuple(form.text("audiences").split()),
            _claims(visit, form),
        )
        trusted = await self._federation.trusted(permit, short)
        await self._federation.trust(permit, short, [*trusted, entry])
        return _back(visit, permit, short, visit.gettext("Its tokens become the robot's from now on."))

    async def distrust(self, visit: Visit) -> Response:
        """Answer POST …/distrust: of the identity at a place of the list, when it is still the one that was shown."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        form = await visit.form()
        trusted = await self._federation.trusted(permit, short)
        place = form.text("place")
        shown = (form.text("issuer"), form.text("subject"))
        left = [
            one
            for number, one in enumerate(trusted)
            if str(number) != place or (one.issuer, one.subject) != shown
        ]
        if len(left) == len(trusted):
            raise InvalidRequest(visit.gettext("The list has changed meanwhile. Look again."))
        await self._federation.trust(permit, short, left)
        return _back(visit, permit, short, visit.gettext("Its tokens are refused from now on."))


def _claims(visit: Visit, form: Form) -> dict[str, str]:
    """Return the claims that are asked for, a NAME=VALUE on each line."""
    claims = {}
    for line in form.text("claims").splitlines():
        name, equals, value = line.partition("=")
        if not equals:
            raise InvalidRequest(visit.gettext("Write each claim as NAME=VALUE."))
        claims[name.strip()] = value.strip()
    return claims


def _back(visit: Visit, permit: NamespacePermit, short: str, notice: str) -> Response:
    return visit.went_well(f"/{permit.namespace.name}/-/robots/{short}", notice)
