"""What people tell of themselves, their password, and the end of their account."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.api.kit.cookies import Cookies
from charthouse.model.errors import Denied, InvalidRequest, Unauthorized
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.callers import Callers
from charthouse.services.identity.own_account import OwnAccount, OwnChanges
from charthouse.services.identity.profiles import read_profile
from charthouse.services.identity.sessions import Sessions
from charthouse.services.people.removal import Removal

from ..checks import new_email, new_password
from ..confirming import require_typed
from ..doors import Doorkeeper
from ..guard import add_header
from ..rendering import Renderer
from ..visit import Form, Page, Visit

_NAMES = ("given_name", "family_name", "company", "location")


class AccountPages:
    """Pages about the account that is signed in."""

    def __init__(
        self,
        renderer: Renderer,
        callers: Callers,
        own: OwnAccount,
        sessions: Sessions,
        removal: Removal,
        keeper: Doorkeeper,
        cookies: Cookies,
    ) -> None:
        self._renderer = renderer
        self._callers = callers
        self._own = own
        self._sessions = sessions
        self._removal = removal
        self._keeper = keeper
        self._cookies = cookies

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.account": self.show,
            "console.account.change": self.change,
            "console.account.delete": self.delete,
            "console.account_password": self.password,
            "console.account_password.change": self.change_password,
        }

    async def show(self, visit: Visit) -> Response:
        """Answer GET /-/account."""
        account, rules = visit.permit_of(AccountPermit).account, self._own.rules
        window = rules.time_machine.window_of(account)
        options = sorted({window, *rules.time_machine.options}) if rules.time_machine.changeable else [window]
        return self._renderer.page(
            visit,
            "account/profile.html",
            account=account,
            profile=read_profile(account.profile),
            names=rules.names,
            window=window,
            options=options,
            fresh=self._callers.is_fresh(visit.caller),
        )

    async def change(self, visit: Visit) -> Response:
        """Answer POST /-/account."""
        form, permit = await visit.form(), visit.permit_of(AccountPermit)
        profile = {name: form.text(name) or None for name in _NAMES} if self._own.rules.names else {}
        changes = OwnChanges(
            email=new_email(visit, form, "email"),
            tag_window_s=self._window(form, permit),
            profile=dict(profile),
        )
        await self._own.change(permit, changes)
        return visit.went_well("/-/account", visit.gettext("Saved."))

    async def delete(self, visit: Visit) -> Response:
        """Answer POST /-/account/delete."""
        permit = visit.permit_of(AccountPermit)
        require_typed(visit, await visit.form(), permit.account.name)
        await self._removal.own_account(permit)
        add_header(visit.request, self._cookies.clear(visit.public))
        return visit.went_well("/", visit.gettext("Your account is deleted."))

    async def password(self, visit: Visit) -> Response:
        """Answer GET /-/account/password."""
        return self._renderer.page(visit, "account/password.html")

    async def change_password(self, visit: Visit) -> Response:
        """Answer POST /-/account/password: every session ends, and this one goes on by a new cookie."""
        form, permit = await visit.form(), visit.permit_of(AccountPermit)
        if visit.caller.session is None:
            raise Denied(visit.gettext("Sign in first."))
        password = new_password(visit, form, "new_password")
        if form.raw("new_password_again") != password:
            raise InvalidRequest(visit.gettext("The two new passwords differ: type the same twice."))
        try:
            await self._sessions.verify(visit.caller.session, permit, form.raw("password"), visit.public.peer)
        except Unauthorized:
            raise Denied(visit.gettext("The present password is wrong. Try again.")) from None
        account = await self._own.change(permit, OwnChanges(password=password))
        await self._keeper.let_in(visit, account)
        notice = visit.gettext(
            "The password is changed. Whoever was signed in elsewhere has to sign in again."
        )
        return visit.went_well("/-/account/password", notice)

    def _window(self, form: Form, permit: AccountPermit) -> int:
        """Return the window that was chosen; a form without the field leaves it as it is."""
        chosen = form.text("tag_window_s")
        kept = self._own.rules.time_machine.window_of(permit.account)
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 12 else kept
