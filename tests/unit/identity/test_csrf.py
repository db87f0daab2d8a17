"""Tokens of browsers: plain, and masked for pages that are compressed."""

from __future__ import annotations

import base64

import pytest

from charthouse.services.identity.csrf import CsrfRefused, CsrfTokens

TOKENS = CsrfTokens(b"key")
COOKIE, OTHER = "c" * 43, "d" * 43


def _bytes(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_plain_and_masked_tokens_are_believed() -> None:
    TOKENS.require(COOKIE, TOKENS.of(COOKIE))
    TOKENS.require(COOKIE, TOKENS.masked(COOKIE))


def test_no_page_has_the_token_of_another() -> None:
    made = {TOKENS.masked(COOKIE) for _ in range(100)}
    assert len(made) == 100
    assert not any(TOKENS.of(COOKIE)[:8] in token for token in made)
    halves = [(_bytes(token)[:32], _bytes(token)[32:]) for token in made]
    assert len({half for pair in halves for half in pair}) == 200, "neither half stays the same"


@pytest.mark.parametrize("cookie", [OTHER, "", "short"])
def test_a_token_is_of_one_cookie(cookie: str) -> None:
    for token in (TOKENS.of(COOKIE), TOKENS.masked(COOKIE)):
        with pytest.raises(CsrfRefused):
            TOKENS.require(cookie, token)


def test_a_key_of_another_registry_makes_none_of_ours() -> None:
    with pytest.raises(CsrfRefused):
        TOKENS.require(COOKIE, CsrfTokens(b"other key").masked(COOKIE))


@pytest.mark.parametrize(
    "token", ["", "A" * 42, "A" * 43, "A" * 44, "A" * 85, "A" * 86, "A" * 87, "A" * 129, "é" * 43, "=" * 86]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(CsrfRefused):
        TOKENS.require(COOKIE, token)
