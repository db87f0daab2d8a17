"""Issuing tokens: who asks, what for, and how much of it is granted.

Sources: Docker Registry v2 "Token Authentication Specification" (GET with Basic credentials) and "OAuth2 Token
Authentication" (POST form with grant types ``password`` and ``refresh_token``). What is asked for and not allowed
stands in the token without an action, be it there or not: a token tells nobody what exists.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from charthouse.model.errors import InvalidRequest, Unauthorized
from charthouse.model.permissions import ANONYMOUS, Access, Actor
from charthouse.ports.accounts import Accounts
from charthouse.ports.clock import Clock
from charthouse.services.access.repositories import may_list

from .actors import Standings
from .credentials.basic import parse_basic
from .credentials.dispatch import Credentials
from .scopes import ALL, Asked, Grant, granted, parse_scopes
from .tokens import ISSUER, Claims, Tokens, Use


class Rights(Protocol):
    """Decides what an account may do; the registry service answers from the metadata store."""

    async def access(self, account_id: int, repository: str) -> Access:
        """Return what the account (0: anonymous) may do at this repository name."""


class TokenPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the token service. ``service`` is the registry's public host; "" is each request's own."""

    service: str = ""
    library: str = ""
    anonymous: bool = True
    token_seconds: int = 3600
    refresh_seconds: int = 30 * 86_400


class IssuedToken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer, as both specifications name its fields. ``issued_at`` is RFC 3339, UTC."""

    token: str
    access_token: str
    expires_in: int
    issued_at: str
    scope: str
    refresh_token: str | None = None


class TokenService:
    """Answers token requests."""

    def __init__(
        self,
        credentials: Credentials,
        accounts: Accounts,
        rights: Rights,
        tokens: Tokens,
        clock: Clock,
        policy: TokenPolicy,
        standings: Standings,
    ) -> None:
        self._standings = standings
        self._credentials = credentials
        self._accounts = accounts
        self._rights = rights
        self._tokens = tokens
        self._clock = clock
        self._policy = policy

    async def issue(
        self,
        authorization: str | None,
        *,
        service: str,
        scopes: Iterable[str],
        offline: bool,
        peer: str,
    ) -> IssuedToken:
        """Answer a GET: ``offline`` asks for a refresh token too (``offline_token``, ``access_type=offline``).

        Raises Unauthorized, TooManyRequests, InvalidRequest and NameInvalid (a malformed scope).
        """
        asked = self._parse(scopes, service)
        if authorization is None:
            actor = self._anonymous(asked)
        else:
            basic = parse_basic(authorization)
            if basic is None:
                raise Unauthorized("a token is given for Basic credentials: a user name and a password")
            actor = await self._credentials.verify(*basic, peer)
        return await self._answer(actor, asked, service, offline)

    async def exchange(self, form: Mapping[str, str], *, peer: str) -> IssuedToken:
        """Answer an OAuth2 POST; raises as ``issue`` does. ``client_id`` means nothing here."""
        service = form.get("service", "")
        asked = self._parse([form.get("scope", "")], service)
        match form.get("grant_type"):
            case "password":
                name, password = form.get("username", ""), form.get("password", "")
                actor = await self._credentials.verify(name, password, peer)
            case "refresh_token":
                actor = await self._refreshed(form.get("refresh_token", ""), service)
            case _:
                raise InvalidRequest("grant_type must be password or refresh_token")
        return await self._answer(actor, asked, service, form.get("access_type") == "offline")

    def _parse(self, scopes: Iterable[str], service: str) -> Asked:
        own = self._policy.service
        if own and service and service != own:
            raise InvalidRequest(f"this registry's service is {own!r}, not {service[:200]!r}")
        return parse_scopes(scopes, {own, service}, self._policy.library)

    def _anonymous(self, asked: Asked) -> Actor:
        if not self._policy.anonymous:
            raise Unauthorized("Anonymous access is not allowed: log in")
        if not asked:
            raise Unauthorized("log in with a user name and a password, or name a scope")
        return ANONYMOUS

    async def _refreshed(self, token: str, service: str) -> Actor:
        claims = await self._tokens.read(token, Use.REFRESH)
        account = await self._accounts.by_id(claims.account_id)
        if account is None or not account.enabled or account.login_epoch != claims.epoch:
            raise Unauthorized("the refresh token has been revoked: log in again")
        if service and claims.aud != service:
            raise Unauthorized("the refresh token was issued for another service: log in again")
        return self._standings.logged_in(account)

    async def _answer(self, actor: Actor, asked: Asked, service: str, offline: bool) -> IssuedToken:
        grants = await self._grants(actor, asked)
        now = self._clock.now_ms() // 1000
        seconds = self._policy.token_seconds
        if actor.expires_ms:
            seconds = max(min(seconds, actor.expires_ms // 1000 - now), 1)
        audience = service or self._policy.service
        token = await self._write(actor, Use.REGISTRY, audience, grants, now, seconds)
        refresh = None
        if offline and actor.login_epoch:
            refresh = await self._write(actor, Use.REFRESH, audience, (), now, self._policy.refresh_seconds)
        return IssuedToken(
            token=token,
            access_token=token,
            expires_in=seconds,
            issued_at=datetime.datetime.fromtimestamp(now, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            scope=" ".join(f"{g.type}:{g.name}:{','.join(g.actions)}" for g in grants if g.actions),
            refresh_token=refresh,
        )

    async def _grants(self, actor: Actor, asked: Asked) -> tuple[Grant, ...]:
        grants = []
        if asked.catalog:
            grants.append(Grant("registry", "catalog", (ALL,) if may_list(actor) else ()))
        for repository, actions in asked.repositories.items():
            access = await self._rights.access(actor.account_id, repository)
            if actor is not ANONYMOUS and access.epoch != actor.epoch:
                raise Unauthorized("the account was changed at this moment: log in again")
            grants.append(Grant("repository", repository, granted(actions, actor, access, repository)))
        return tuple(grants)

    async def _write(
        self, actor: Actor, use: Use, audience: str, grants: tuple[Grant, ...], now: int, seconds: int
    ) -> str:
        return await self._tokens.write(
            Claims(
                iss=ISSUER,
                aud=audience,
                sub=actor.name,
                iat=now,
                nbf=now,
                exp=now + seconds,
                jti=secrets.token_urlsafe(16),
                access=grants,
                account_id=actor.account_id,
                kind=actor.kind,
                epoch=actor.login_epoch if use is Use.REFRESH else actor.epoch,
                use=use,
                standing=actor.standing,
            )
        )
