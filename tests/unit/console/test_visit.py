"""What a visit reads of the address."""

from __future__ import annotations

import gettext
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from charthouse.api.kit.asgi import Request as PublicRequest
from charthouse.console.visit import Visit
from charthouse.model.permissions import ANONYMOUS
from charthouse.services.identity.callers import Caller


async def _receive() -> dict[str, Any]:
    raise AssertionError("nothing is read of the body")


def visit(**query: str) -> Visit:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": urlencode(query).encode(),
        "headers": [],
    }
    return Visit(
        request=Request(scope),
        public=PublicRequest(scope, _receive, "https", "registry.example.com", "192.0.2.1"),
        caller=Caller(ANONYMOUS),
        permit=None,
        cookie="",
        csrf="",
        language="en",
        translations=gettext.NullTranslations(),
        theme="auto",
    )


@pytest.mark.parametrize(
    ("typed", "read"), [(" web ", "web"), ("w\0e\0b", "web"), ("\0", ""), ("w" * 600, "w" * 500)]
)
def test_a_field(typed: str, read: str) -> None:
    assert visit(q=typed).field("q") == read
    assert visit().field("q") == ""


@pytest.mark.parametrize(
    ("typed", "number"), [("2", 2), ("0", 1), ("-1", 1), ("²", 1), ("9" * 400, 1_000_000)]
)
def test_the_number_of_a_page(typed: str, number: int) -> None:
    assert visit(page=typed).page_number() == number
