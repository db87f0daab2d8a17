"""The people of an organization: those in its teams, and those whom repositories grant something without a team."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.services.people.organizations import Organizations

from ..confirming import require_typed
from ..organizations import organization_of
from ..rendering import Renderer
from ..visit import Page, Visit

_OUTSIDE = "outside"


class MemberPages:
    """Pages about people, for administrators."""

    def __init__(self, renderer: Renderer, organizations: Organizations) -> None:
        self._renderer = renderer
        self._organizations = organizations

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.members": self.members,
            "console.member": self.member,
            "console.member.remove": self.remove,
        }

    async def members(self, visit: Visit) -> Response:
        """Answer GET …/-/members; ``of=outside`` for those without a team."""
        permit = organization_of(visit)
        after, part, outside = visit.field("after"), visit.field("q"), visit.field("of") == _OUTSIDE
        people, more_after = await self._organizations.page_of_people(
            permit, members=not outside, after=after, part=part
        )
        return self._renderer.page(
            visit,
            "teams/members.html",
            permit=permit,
            people=people,
            after=after,
            more_after=more_after,
            part=part,
            outside=outside,
        )

    async def member(self, visit: Visit) -> Response:
        """Answer GET …/-/members/{member}."""
        permit = organization_of(visit)
        person = await self._organizations.place_of(permit, visit.name("member"))
        return self._renderer.page(visit, "teams/member.html", permit=permit, person=person)

    async def remove(self, visit: Visit) -> Response:
        """Answer POST …/-/members/{member}/remove."""
        permit, who = organization_of(visit), visit.name("member")
        require_typed(visit, await visit.form(), who)
        await self._organizations.remove_person(permit, who)
        notice = visit.gettext("%(who)s has no place in %(organization)s any more.")
        return visit.went_well(
            f"/{permit.namespace.name}/-/members",
            notice % {"who": who, "organization": permit.namespace.name},
        )
