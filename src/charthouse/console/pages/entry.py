"""Ways in: signing in, making an account, giving the password again."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from charthouse.api.kit.sign_in import way_back
from charthouse.model.errors import Denied, NotFound, Unauthorized
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.logins import AccountDisabled
from charthouse.services.identity.sessions import Sessions
from charthouse.services.identity.sign_up import SignUp
from charthouse.services.identity.users import Users

from ..checks import new_email, new_name, new_password
from ..doors import Doorkeeper, Doors
from ..rendering import Renderer
from ..visit import Page, Visit

_OF_APPLICATIONS = "/oauth/"
"""Below it people decide what an application may do, and are then sent on to its site."""


class EntryPages:
    """Pages of people who are not in yet, or must show again who they are."""

    def __init__(
        self,
        renderer: Renderer,
        doors: Doors,
        keeper: Doorkeeper,
        sessions: Sessions,
        sign_up: SignUp,
        users: Users,
    ) -> None:
        self._renderer = renderer
        self._doors = doors
        self._keeper = keeper
        self._sessions = sessions
        self._sign_up = sign_up
        self._users = users

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.sign_in": self.sign_in,
            "console.sign_in.password": self.enter,
            "console.sign_up": self.sign_up,
            "console.sign_up.account": self.make_account,
            "console.verify": self.verify,
            "console.verify.password": self.verified,
        }

    async def sign_in(self, visit: Visit) -> Response:
        """Answer GET /signin; who is signed in already goes on, and a fresh registry wants its first user."""
        back = _back(visit, "redirect_url")
        if visit.signed_in:
            return RedirectResponse(back or "/", 303)
        if await self._users.awaits_first():
            return RedirectResponse("/-/first-user", 303)
        return self._renderer.page(visit, "entry/sign_in.html", doors=self._doors, back=back)

    async def enter(self, visit: Visit) -> Response:
        """Answer POST /signin; a wrong password and an unknown user get the same answer."""
        if not self._doors.passwords:
            raise Denied(visit.gettext("Nobody signs in by a password here."))
        form = await visit.form()
        try:
            await self._keeper.sign_in(visit, form.text("username"), form.raw("password"))
        except Unauthorized as error:
            raise Denied(_why_not(visit, error)) from None
        back = way_back(form.raw("redirect_url"))
        if not back.startswith(_OF_APPLICATIONS):
            return RedirectResponse(back or "/", 303)
        # No redirect: a browser would hold all that follows to what this form may lead to.
        answer = self._renderer.page(visit, "entry/signed_in.html", back=back)
        answer.headers["refresh"] = f"0;url={back}"
        return answer

    async def sign_up(self, visit: Visit) -> Response:
        """Answer GET /createaccount."""
        back = _back(visit, "redirect_url")
        if visit.signed_in:
            return RedirectResponse(back or "/", 303)
        invite = visit.typed.get("invite_code", visit.field("invite_code"))
        status = 200 if self._doors.sign_up else 404
        return self._renderer.page(
            visit, "entry/sign_up.html", status, doors=self._doors, back=back, invite=invite
        )

    async def make_account(self, visit: Visit) -> Response:
        """Answer POST /createaccount: whoever makes an account is signed in."""
        if not self._doors.sign_up:
            raise NotFound(visit.gettext("Accounts are made by whoever runs this registry."))
        self._keeper.require_open()
        form = await visit.form()
        account = await self._sign_up.sign_up(
            new_name(visit, form, "username"),
            new_password(visit, form, "password"),
            new_email(visit, form, "email"),
            visit.public.peer,
            form.text("invite_code"),
        )
        await self._keeper.let_in(visit, account)
        notice = visit.gettext("Welcome, %(name)s. Your account is ready.") % {"name": account.name}
        return visit.went_well(way_back(form.raw("redirect_url")) or "/", notice)

    async def verify(self, visit: Visit) -> Response:
        """Answer GET /-/verify."""
        return self._renderer.page(visit, "entry/verify.html", back=_back(visit, "back"))

    async def verified(self, visit: Visit) -> Response:
        """Answer POST /-/verify."""
        form, permit = await visit.form(), visit.permit_of(AccountPermit)
        if visit.caller.session is None:
            raise Denied(visit.gettext("Sign in first."))
        try:
            await self._sessions.verify(visit.caller.session, permit, form.raw("password"), visit.public.peer)
        except Unauthorized as error:
            raise Denied(_why_not(visit, error)) from None
        return visit.went_well(way_back(form.raw("back")) or "/")


def _back(visit: Visit, field: str) -> str:
    """Return where somebody came from, whom a form has kept."""
    return way_back(visit.typed.get(field, visit.request.query_params.get(field, "")))


def _why_not(visit: Visit, error: Unauthorized) -> str:
    if isinstance(error, AccountDisabled):
        return visit.gettext("This account is disabled. Ask whoever runs this registry.")
    return visit.gettext("The name or the password is wrong. Try again.")
