"""What lets somebody act as a person: tokens, browsers that are signed in, and applications that were let in."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import Denied, NotFound
from charthouse.ports.oauth import NEVER_MS
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.app_tokens import LONGEST_TITLE, NAME, AppTokens
from charthouse.services.identity.callers import Callers
from charthouse.services.identity.last_use import LastUses, of_session, of_token
from charthouse.services.identity.sessions import Sessions
from charthouse.services.oauth.tokens import GrantedTokens

from ..agents import program_of, system_of
from ..credentials import Credentials
from ..rendering import Renderer
from ..visit import Page, Visit

_TOKENS = "/-/account/tokens"
_SESSIONS = "/-/account/sessions"
_APPLICATIONS = "/-/account/applications"


class AccountAccessPages:
    """Pages about tokens and sessions. ``tokens`` is None where the configuration offers none."""

    def __init__(
        self,
        renderer: Renderer,
        callers: Callers,
        tokens: AppTokens | None,
        sessions: Sessions,
        uses: LastUses,
        granted: GrantedTokens,
    ) -> None:
        self._renderer = renderer
        self._callers = callers
        self._tokens = tokens
        self._sessions = sessions
        self._uses = uses
        self._granted = granted

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.account_tokens": self.tokens,
            "console.account_tokens.make": self.make_token,
            "console.account_tokens.revoke": self.revoke_token,
            "console.account_applications": self.applications,
            "console.account_applications.revoke": self.revoke_application,
            "console.account_sessions": self.sessions,
            "console.account_sessions.end": self.end_session,
            "console.account_sessions.end_others": self.end_others,
        }

    async def tokens(self, visit: Visit) -> Response:
        """Answer GET /-/account/tokens."""
        if self._tokens is None:
            return self._renderer.page(visit, "account/no_tokens.html")
        return await self._token_page(visit, self._tokens, None, "")

    async def make_token(self, visit: Visit) -> Response:
        """Answer POST /-/account/tokens: the page shows the token, this once."""
        tokens, permit = self._offered(visit), visit.permit_of(AccountPermit)
        title = (await visit.form()).text("title")
        token, secret = await tokens.make(permit, title)
        credentials = Credentials(visit.public.host, NAME, secret, visit.public.scheme == "https")
        return await self._token_page(visit, tokens, credentials, token.title)

    async def revoke_token(self, visit: Visit) -> Response:
        """Answer POST /-/account/tokens/revoke."""
        form = await visit.form()
        await self._offered(visit).revoke(visit.permit_of(AccountPermit), form.text("uuid"))
        return visit.went_well(_TOKENS, visit.gettext("The token is revoked. Nobody gets in by it any more."))

    async def applications(self, visit: Visit) -> Response:
        """Answer GET /-/account/applications."""
        found = await self._granted.all(visit.permit_of(AccountPermit))
        used = await self._uses.of(of_token(one.token.uuid) for one in found)
        return self._renderer.page(
            visit,
            "account/applications.html",
            never_ms=NEVER_MS,
            found=found,
            used={one.token.uuid: used.get(of_token(one.token.uuid)) for one in found},
        )

    async def revoke_application(self, visit: Visit) -> Response:
        """Answer POST /-/account/applications/revoke."""
        form = await visit.form()
        await self._granted.remove(visit.permit_of(AccountPermit), form.text("uuid"))
        notice = visit.gettext("Taken back: the application can do nothing in your name by it any more.")
        return visit.went_well(_APPLICATIONS, notice)

    async def sessions(self, visit: Visit) -> Response:
        """Answer GET /-/account/sessions."""
        found = await self._sessions.of(visit.permit_of(AccountPermit))
        used = await self._uses.of(of_session(session.uuid) for session in found)
        current = visit.caller.session
        return self._renderer.page(
            visit,
            "account/sessions.html",
            sessions=found,
            used={session.uuid: used.get(of_session(session.uuid)) for session in found},
            current="" if current is None else current.uuid,
            program_of=program_of,
            system_of=system_of,
        )

    async def end_session(self, visit: Visit) -> Response:
        """Answer POST /-/account/sessions/end."""
        form = await visit.form()
        await self._sessions.end(visit.permit_of(AccountPermit), form.text("uuid"))
        return visit.went_well(_SESSIONS, visit.gettext("That browser is signed out."))

    async def end_others(self, visit: Visit) -> Response:
        """Answer POST /-/account/sessions/end-others."""
        if visit.caller.session is None:
            raise Denied(visit.gettext("Sign in first."))
        ended = await self._sessions.end_others(visit.permit_of(AccountPermit), visit.caller.session)
        told = visit.ngettext(
            "%(count)s other browser is signed out.", "%(count)s other browsers are signed out.", ended
        )
        return visit.went_well(_SESSIONS, told % {"count": ended})

    def _offered(self, visit: Visit) -> AppTokens:
        if self._tokens is None:
            raise NotFound(visit.gettext("This registry offers no application tokens."))
        return self._tokens

    async def _token_page(
        self, visit: Visit, tokens: AppTokens, made: Credentials | None, title: str
    ) -> Response:
        found = await tokens.of(visit.permit_of(AccountPermit))
        return self._renderer.page(
            visit,
            "account/tokens.html",
            tokens=found,
            used=await tokens.last_used(found),
            ended={token.uuid for token in found if tokens.expires_within(token, 0)},
            lives_s=tokens.lives_s,
            longest=LONGEST_TITLE,
            made=made,
            title=title,
            fresh=self._callers.is_fresh(visit.caller),
        )
