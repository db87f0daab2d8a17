"""The catalog: only what the caller may read, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .client import Client
from .wire import Reply


@pytest.fixture(scope="module")
def names(owner: Client, new_repository: Callable[[], str]) -> list[str]:
    """Five repositories of the owner, in order."""
    found = sorted(new_repository() for _ in range(5))
    for name in found:
        owner.push_blob(name, b"{}")
    return found


def catalog(client: Client, query: str = "") -> Reply:
    """Return a page of the catalog."""
    reply = client.send("GET", f"/v2/_catalog{query}").expect(200)
    assert list(reply.json()) == ["repositories"]
    return reply


def test_owner_finds_all(owner: Client, owner_basic: Client, names: list[str]) -> None:
    for client in (owner, owner_basic):
        listed = catalog(client).json()["repositories"]
        assert sorted(listed) == listed
        assert set(names) <= set(listed)
        assert all(name.startswith(f"{client.person.name}/") for name in listed if client.person)


def test_stranger_finds_nothing_of_others(
    stranger: Client, stranger_basic: Client, names: list[str], person_prefix: str
) -> None:
    for client in (stranger, stranger_basic):
        listed = catalog(client).json()["repositories"]
        assert not [name for name in listed if name.startswith(person_prefix)]


@pytest.fixture(scope="module")
def person_prefix(owner: Client) -> str:
    """What all names of the owner begin with."""
    assert owner.person is not None
    return f"{owner.person.name}/"


def test_links_lead_through_all_pages(owner: Client, names: list[str]) -> None:
    whole = catalog(owner).json()["repositories"]
    target, found = "?n=2", []
    for _ in range(len(whole)):
        reply = catalog(owner, target)
        found += reply.json()["repositories"]
        link = reply.headers.get("Link")
        if link is None:
            break
        match = re.fullmatch(r'</v2/_catalog(\?[^>]+)>; rel="next"', link)
        assert match, link
        target = match.group(1)
    assert found == whole


def test_last_and_none(owner: Client, names: list[str]) -> None:
    assert catalog(owner, f"?last={names[1]}&n=1").json()["repositories"] == [
        next(name for name in catalog(owner).json()["repositories"] if name > names[1])
    ]
    assert catalog(owner, "?n=0").json()["repositories"] == []


@pytest.mark.parametrize("n", ["-1", "x"])
def test_n_that_is_no_number(owner: Client, n: str) -> None:
    owner.send("GET", f"/v2/_catalog?n={n}").refusal(400, "PAGINATION_NUMBER_INVALID")


def test_anonymous_is_asked_to_log_in(nobody: Client) -> None:
    reply = nobody.connection.send("GET", "/v2/_catalog")
    reply.refusal(401, "UNAUTHORIZED")
    assert reply.header("WWW-Authenticate").endswith(',scope="registry:catalog:*"')


def test_token_for_something_else_lists_nothing(owner: Client, names: list[str]) -> None:
    assert owner.person is not None
    narrow = owner.server.token(owner.person, f"repository:{names[0]}:pull")
    owner.connection.send("GET", "/v2/_catalog", headers=narrow).refusal(401, "UNAUTHORIZED")
