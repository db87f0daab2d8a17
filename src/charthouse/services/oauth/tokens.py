"""Access tokens: those that administrators make for an application, and those that a user has let out."""

from __future__ import annotations

import re
import uuid

import msgspec

from charthouse.model.errors import Denied, InvalidRequest, NotFound
from charthouse.model.permissions import Actor
from charthouse.model.scopes import Scope, covers, parse_scopes
from charthouse.ports.accounts import AccessToken
from charthouse.ports.clock import Clock
from charthouse.ports.oauth import NEVER_MS, Authorization, Authorizations, MadeToken
from charthouse.services.access.permits import AccountPermit, NamespacePermit
from charthouse.services.identity.last_use import LastUses, of_token
from charthouse.services.identity.opaque import ACCESS_TOKEN_LENGTH, hash_of, random_secret, uuid_in

from .applications import ApplicationService

PAGE = 100
MAXIMUM_SECONDS = 100 * 366 * 86_400
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,255}")


class UsedToken(msgspec.Struct, frozen=True):
    """A token, and when it was last used (ms; None: never)."""

    made: MadeToken
    used_ms: int | None


class NewToken(msgspec.Struct, frozen=True):
    """A token that was just made; its text is never shown again."""

    made: MadeToken
    text: str


class ApplicationTokens:
    """Tokens of an application; ``maximum`` is how many its administrators may make (None: any number)."""

    def __init__(
        self,
        applications: ApplicationService,
        authorizations: Authorizations,
        uses: LastUses,
        clock: Clock,
        offered: frozenset[Scope],
        maximum: int | None = None,
    ) -> None:
        self._applications = applications
        self._authorizations = authorizations
        self._uses = uses
        self._clock = clock
        self._offered = offered
        self._maximum = maximum

    async def page(
        self, permit: NamespacePermit, client_id: str, after: str = ""
    ) -> tuple[list[UsedToken], str]:
        """Return tokens and what the next page comes after ("": there is none); raises NotFound."""
        application = await self._applications.own(permit, client_id)
        found = await self._authorizations.of_application(application.application_id, after, PAGE + 1)
        page = found[:PAGE]
        used = await self._uses.of(of_token(made.token.uuid) for made in page)
        shown = [UsedToken(made, used.get(of_token(made.token.uuid))) for made in page]
        return shown, page[-1].token.uuid if len(found) > PAGE else ""

    async def create(
        self, permit: NamespacePermit, client_id: str, name: str, scope: str, seconds: int | None
    ) -> NewToken:
        """Make a token that speaks for the caller; raises InvalidRequest, Denied and NotFound.

        ``seconds`` is its life, None: until it is revoked. A caller who is limited by a token gets no more
        scopes than that has.
        """
        application = await self._applications.own(permit, client_id)
        scopes = self._granted(permit.actor, scope)
        if _NAME.fullmatch(name) is None or not name.strip():
            raise InvalidRequest("a token has a name of at most 255 characters")
        if seconds is not None and not 0 < seconds <= MAXIMUM_SECONDS:
            raise InvalidRequest("expiration is a number of seconds, at least 1")
        now, text = self._clock.now_ms(), random_secret(ACCESS_TOKEN_LENGTH)
        token = AccessToken(
            token_hash=hash_of(text),
            account_id=permit.actor.account_id,
            application="",
            scopes=tuple(sorted(scopes)),
            created_ms=now,
            expires_ms=NEVER_MS if seconds is None else now + seconds * 1000,
            uuid=str(uuid.uuid4()),
            application_id=application.application_id,
            title=name,
            creator=permit.actor.name,
        )
        if not await self._authorizations.add(token, self._maximum):
            raise InvalidRequest(f"an application may have at most {self._maximum} tokens: delete one first")
        return NewToken(MadeToken(token, permit.actor.name), text)

    async def remove(self, permit: NamespacePermit, client_id: str, token_uuid: str) -> None:
        """Revoke a token; raises NotFound."""
        application = await self._applications.own(permit, client_id)
        known = uuid_in(token_uuid)
        if not await self._authorizations.remove_of_application(application.application_id, known):
            raise NotFound("the application has no such token")
        await self._uses.forget([of_token(known)])

    def _granted(self, actor: Actor, scope: str) -> frozenset[Scope]:
        scopes = parse_scopes(scope, self._offered)
        if not scopes:
            raise InvalidRequest("scope names one or more known scopes, separated by spaces")
        if actor.scopes is not None and not all(covers(actor.scopes, one) for one in scopes):
            raise Denied("a token cannot make another that may do more")
        return scopes


class GrantedTokens:
    """What a user has let applications do."""

    def __init__(self, authorizations: Authorizations, uses: LastUses, clock: Clock) -> None:
        self._authorizations = authorizations
        self._uses = uses
        self._clock = clock

    async def all(self, permit: AccountPermit) -> list[Authorization]:
        """Return the tokens of the user that have not expired."""
        return await self._authorizations.of_account(permit.account.account_id, self._clock.now_ms())

    async def get(self, permit: AccountPermit, token_uuid: str) -> Authorization:
        """Return one of them; raises NotFound."""
        for found in await self.all(permit):
            if found.token.uuid == token_uuid:
                return found
        raise NotFound("you have no such authorization")

    async def remove(self, permit: AccountPermit, token_uuid: str) -> None:
        """Revoke one of them; raises NotFound."""
        known = uuid_in(token_uuid)
        if not await self._authorizations.remove_of_account(permit.account.account_id, known):
            raise NotFound("you have no such authorization")
        await self._uses.forget([of_token(known)])
