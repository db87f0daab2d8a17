"""What a namespace asks of charts, by the REST API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.quay import QuayApi

ACME = "/api/v1/organization/acme/chartpolicy"
OWN = "/api/v1/user/chartpolicy"
OFF = {"action": "off", "severity": "warning", "exempt": []}


@pytest.fixture
async def acme(quay: QuayApi) -> QuayApi:
    await quay.organization("acme", "alice")
    return quay


@pytest.mark.parametrize("path", [ACME, OWN])
async def test_a_policy_is_replaced_as_a_whole(acme: QuayApi, path: str) -> None:
    assert (await acme.ask("GET", path, who="alice")).json() == OFF
    wish = {
        "action": "refuse",
        "severity": "error",
        "exempt": ["readme-missing", "icon-missing", "icon-missing"],
    }
    kept = wish | {"exempt": ["icon-missing", "readme-missing"]}
    answer = await acme.ask("PUT", path, who="alice", document=wish)
    assert (answer.status, answer.json()) == (200, kept)
    assert (await acme.ask("GET", path, who="alice")).json() == kept
    answer = await acme.ask("PUT", path, who="alice", document={"action": "warn"})
    assert answer.json() == OFF | {"action": "warn"}


async def test_of_an_organization_and_of_its_owner(acme: QuayApi) -> None:
    await acme.ask("PUT", ACME, who="alice", document={"action": "refuse"})
    assert (await acme.ask("GET", OWN, who="alice")).json() == OFF


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"action": "maybe"},
        {"action": "warn", "severity": "fatal"},
        {"action": "warn", "exempt": ["Not A Rule"]},
        {"action": "warn", "exempt": ["x" * 65]},
        {"action": "warn", "exempt": [f"rule-{n}" for n in range(201)]},
        {"action": "warn", "exempt": "icon-missing"},
    ],
)
async def test_what_is_no_policy(acme: QuayApi, wish: dict[str, Any]) -> None:
    assert (await acme.ask("PUT", ACME, who="alice", document=wish)).status == 400
    assert (await acme.ask("GET", ACME, who="alice")).json() == OFF
