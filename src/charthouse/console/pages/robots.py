"""Robots: the list, one of them with what it logs in with, and what it may do."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import Denied, NotFound
from charthouse.model.names import robot_name
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.identity.federation import Federation
from charthouse.services.identity.robots import Robots, RobotView, RobotWish
from charthouse.services.registry.sharing import Sharing

from ..confirming import require_typed
from ..credentials import Credentials
from ..rendering import HEADERS, Renderer
from ..repositories import RepositoryChoice
from ..roles import repository_role
from ..visit import Page, Visit

_FILES = {
    "config.json": "application/json",
    "secret.yaml": "application/yaml",
    "organization-secret.yaml": "application/yaml",
}
"""What can be downloaded, by the last part of its address."""


class RobotPages:
    """Pages about the robots of the namespace that the permit is for."""

    def __init__(
        self,
        renderer: Renderer,
        robots: Robots,
        federation: Federation,
        sharing: Sharing,
        repositories: RepositoryChoice,
    ) -> None:
        self._renderer = renderer
        self._robots = robots
        self._federation = federation
        self._sharing = sharing
        self._repositories = repositories

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.robots": self.robots,
            "console.robots.create": self.create,
            "console.robot": self.robot,
            "console.robot.change": self.change,
            "console.robot.regenerate": self.regenerate,
            "console.robot.grant": self.grant,
            "console.robot.revoke": self.revoke,
            "console.robot.delete": self.delete,
            "console.robot_file": self.file,
        }

    async def robots(self, visit: Visit) -> Response:
        """Answer GET …/-/robots."""
        permit = visit.permit_of(NamespacePermit)
        after, part = visit.field("after"), visit.field("q")
        views, more_after = await self._robots.page(permit, after=after, part=part)
        return self._renderer.page(
            visit,
            "robots/list.html",
            permit=permit,
            views=views,
            after=after,
            more_after=more_after,
            part=part,
        )

    async def create(self, visit: Visit) -> Response:
        """Answer POST …/-/robots; what it may do is chosen on its own page, which comes next."""
        permit = visit.permit_of(NamespacePermit)
        form = await visit.form()
        wish = RobotWish(description=form.text("description"), creates=form.ticked("creates"))
        short = form.text("name").removeprefix(f"{permit.namespace.name}+")
        made = await self._robots.create(permit, short, wish)
        notice = visit.gettext("%(robot)s is there. Now choose the repositories that it may use.")
        return visit.went_well(_address(permit, short), notice % {"robot": made.robot.account.name})

    async def robot(self, visit: Visit) -> Response:
        """Answer GET …/-/robots/{robot}."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        view = await self._robots.get(permit, short)
        grants = await self._robots.grants(permit, short)
        return self._renderer.page(
            visit,
            "robots/robot.html",
            permit=permit,
            view=view,
            short=short,
            credentials=None if view.token is None else _credentials(visit, view),
            grants=[(grant.repository, grant.role.name.lower()) for grant in grants],
            trusted=await self._federation.trusted(permit, short),
            teams=await self._robots.teams(permit, short),
            offered=await self._repositories.offered(visit, permit),
        )

    async def change(self, visit: Visit) -> Response:
        """Answer POST …/-/robots/{robot}."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        form = await visit.form()
        wish = RobotWish(description=form.text("description"), creates=form.ticked("creates"))
        await self._robots.change(permit, short, wish)
        return visit.went_well(_address(permit, short), visit.gettext("Saved."))

    async def regenerate(self, visit: Visit) -> Response:
        """Answer POST …/regenerate."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        view = await self._robots.regenerate(permit, short)
        notice = visit.gettext("%(robot)s has a new token. The old one is refused from now on.")
        return visit.went_well(_address(permit, short), notice % {"robot": view.robot.account.name})

    async def grant(self, visit: Visit) -> Response:
        """Answer POST …/grant: each repository that is named, or none of them when one is not there."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        robot = await self._robots.find(permit, short)
        form = await visit.form()
        role = repository_role(visit, form)
        chosen = await self._repositories.chosen(visit, permit, form.text("repository"))
        for place in chosen:
            await self._sharing.grant(place, robot.account.name, role)
        notice = visit.ngettext("The robot may use it.", "The robot may use them.", len(chosen))
        return visit.went_well(_address(permit, short), notice)

    async def revoke(self, visit: Visit) -> Response:
        """Answer POST …/revoke."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        robot = await self._robots.find(permit, short)
        text = (await visit.form()).text("repository")
        for place in await self._repositories.chosen(visit, permit, text):
            await self._sharing.revoke(place, robot.account.name)
        return visit.went_well(_address(permit, short), visit.gettext("The right is taken away."))

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        permit, short = visit.permit_of(NamespacePermit), visit.name("robot")
        name = robot_name(permit.namespace.name, short)
        require_typed(visit, await visit.form(), name)
        await self._robots.delete(permit, short)
        notice = visit.gettext("%(robot)s is deleted.") % {"robot": name}
        return visit.went_well(f"/{permit.namespace.name}/-/robots", notice)

    async def file(self, visit: Visit) -> Response:
        """Answer GET …/files/{file}: only those who see the token get it."""
        permit, file = visit.permit_of(NamespacePermit), visit.name("file")
        if file not in _FILES:
            raise NotFound("there is no such file")
        view = await self._robots.get(permit, visit.name("robot"))
        if view.token is None:
            raise Denied("a robot's token is for its administrators")
        credentials = _credentials(visit, view)
        content = {
            "config.json": credentials.docker_config,
            "secret.yaml": credentials.kubernetes_secret,
            "organization-secret.yaml": lambda: credentials.kubernetes_secret(permit.namespace.name),
        }[file]()
        name = f"{credentials.file_name}-{file}"
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, headers=headers, media_type=_FILES[file])


def _address(permit: NamespacePermit, short: str) -> str:
    return f"/{permit.namespace.name}/-/robots/{short}"


def _credentials(visit: Visit, view: RobotView) -> Credentials:
    return Credentials(
        visit.public.host,
        view.robot.account.name,
        view.token or "",
        secure=visit.public.scheme == "https",
    )
