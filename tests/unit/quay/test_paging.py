"""Page tokens: opaque, good for the caller and the list they were made for, plain JSON inside."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import msgspec
import pytest
from fastapi import Request

from charthouse.api.quay.paging import Pages
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import ANONYMOUS, Actor
from charthouse.services.identity.callers import Caller

KEY = bytes(range(32))
ALICE = msgspec.structs.replace(ANONYMOUS, account_id=7)
BOB = msgspec.structs.replace(ANONYMOUS, account_id=8)
PAGES = Pages(KEY)


class After(msgspec.Struct):
    name: str


def request(
    token: str = "", *, path: str = "/api/v1/repository", operation: str = "quay.list", actor: Actor = ALICE
) -> Request:
    scope = {
        "type": "http",
        "path": path,
        "query_string": f"next_page={token}".encode(),
        "headers": [],
        "route": SimpleNamespace(name=operation),
        "state": {"caller": Caller(actor)},
        "server": ("testserver", 80),
        "scheme": "http",
    }
    return Request(scope)


def test_there_and_back() -> None:
    token = PAGES.next_page(request(), After("acme/web"))
    assert PAGES.position(request(token), After) == After("acme/web")
    assert b"acme" not in base64.urlsafe_b64decode(token + "==")
    assert token != PAGES.next_page(request(), After("acme/web"))


def test_the_first_page() -> None:
    assert PAGES.position(request(), After) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"actor": BOB},
        {"actor": ANONYMOUS},
        {"path": "/api/v1/organization/acme/x"},
        {"operation": "quay.other"},
    ],
    ids=str,
)
def test_it_is_bound_to_its_list_and_caller(elsewhere: dict[str, str]) -> None:
    token = PAGES.next_page(request(), After("acme/web"))
    with pytest.raises(InvalidRequest, match="next_page"):
        PAGES.position(request(token, **elsewhere), After)  # type: ignore[arg-type]  # one of the keywords


def test_another_key() -> None:
    token = Pages(bytes(32)).next_page(request(), After("acme/web"))
    with pytest.raises(InvalidRequest):
        PAGES.position(request(token), After)


@pytest.mark.parametrize(
    "token", ["x", "!!!!", "AAAA", "%C3%A9", "A" * 64, "A" * 10_000, "=", "gASVBQAAAAAAAABLAS4%3D"]
)
def test_broken_ones(token: str) -> None:
    with pytest.raises(InvalidRequest):
        PAGES.position(request(token), After)


def test_every_changed_bit_is_seen() -> None:
    token = PAGES.next_page(request(), After("acme/web"))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for index in range(len(raw)):
        changed = bytes(b ^ 1 if i == index else b for i, b in enumerate(raw))
        with pytest.raises(InvalidRequest):
            PAGES.position(request(base64.urlsafe_b64encode(changed).decode()), After)


def test_a_position_of_another_kind() -> None:
    token = PAGES.next_page(request(), {"number": 3})
    with pytest.raises(InvalidRequest):
        PAGES.position(request(token), After)
