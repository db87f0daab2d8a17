"""OAuth access tokens as credentials of the registry: what they end with, and what ends with them."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from charthouse.compose import Registry
from charthouse.model.errors import Unauthorized
from charthouse.ports.accounts import Account
from tests.support.clock import ManualClock
from tests.support.registry import add_user, present, registry_in

PEER = "192.0.2.1"


def basic(token: str) -> str:
    return "Basic " + b64encode(f"$oauthtoken:{token}".encode()).decode()


async def alice(registry: Registry) -> Account:
    account = await registry.metadata.accounts.by_id((await add_user(registry, "alice")).account_id)
    assert account is not None
    return account


async def issued(registry: Registry, account: Account, seconds: int) -> str:
    return await registry.users.issue_access_token(account, "ci", ("repo:read",), seconds)


async def test_a_registry_token_does_not_outlive_what_it_was_given_for(tmp_path: Path) -> None:
    async with registry_in(tmp_path, clock := present()) as registry:
        token = await issued(registry, await alice(registry), 90)
        answer = await registry.tokens.issue(
            basic(token), service="x", scopes=["repository:alice/web:pull"], offline=True, peer=PEER
        )
        assert answer.expires_in == 90
        assert answer.refresh_token is None
        clock.advance(90)
        with pytest.raises(Unauthorized, match="has expired"):
            await registry.authenticator.authenticate(f"Bearer {answer.token}", PEER)


async def test_an_expired_token_is_not_believed_from_memory(tmp_path: Path) -> None:
    async with registry_in(tmp_path, clock := present()) as registry:
        header = basic(await issued(registry, await alice(registry), 30))
        actor = await registry.authenticator.authenticate(header, PEER)
        assert registry.authenticator.recognize(header.encode()) == actor
        clock.advance(30)
        assert registry.authenticator.recognize(header.encode()) is None
        with pytest.raises(Unauthorized, match=r"^OAuth access token has expired$"):
            await registry.authenticator.authenticate(header, PEER)


@pytest.mark.parametrize("secret", ["", "x" * 40, "\0", "ü" * 40, "A" * 100_000])
async def test_what_is_no_token(tmp_path: Path, secret: str) -> None:
    async with registry_in(tmp_path, ManualClock()) as registry:
        await alice(registry)
        with pytest.raises(Unauthorized, match=r"^OAuth access token could not be validated$"):
            await registry.authenticator.authenticate(basic(secret), PEER)


async def test_a_disabled_user_has_no_tokens(tmp_path: Path) -> None:
    async with registry_in(tmp_path, present()) as registry:
        account = await alice(registry)
        header = basic(await issued(registry, account, 3600))
        actor = await registry.authenticator.authenticate(header, PEER)
        await registry.metadata.accounts.set_enabled(account.account_id, enabled=False)
        with pytest.raises(Unauthorized):
            await registry.reader.require_current(actor)
        with pytest.raises(Unauthorized):
            await registry.credentials.verify("$oauthtoken", "x", PEER)


@pytest.mark.parametrize("name", ["alice", "$oauthtoken ", "$OAuthToken"])
async def test_a_token_is_a_password_of_one_name_only(tmp_path: Path, name: str) -> None:
    async with registry_in(tmp_path, present()) as registry:
        token = await issued(registry, await alice(registry), 3600)
        with pytest.raises(Unauthorized):
            await registry.credentials.verify(name, token, PEER)
