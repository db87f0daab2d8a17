"""The route table is whole: each row says what it is for, and asks of tokens what Quay asks."""

from __future__ import annotations

import inspect
from collections import Counter

from charthouse.api.hub.routes import ROUTES as HUB
from charthouse.api.kit.routes import Permission, Route
from charthouse.api.ops.routes import ROUTES as OPS
from charthouse.api.quay.documents.names import operation_id
from charthouse.api.quay.documents.operations import find, operations
from charthouse.api.quay.routes import ROUTES as QUAY
from charthouse.api.v2.routes import ROUTES as DISTRIBUTION

ALL = (*QUAY, *DISTRIBUTION, *HUB, *OPS)


def named(route: Route) -> str:
    return f"{route.method} {route.template}"


def test_each_address_stands_once() -> None:
    assert [name for name, rows in Counter(map(named, ALL)).items() if rows > 1] == []


def test_each_operation_has_a_name_of_its_own() -> None:
    assert [name for name, rows in Counter(route.operation for route in QUAY).items() if rows > 1] == []
    assert [name for name, rows in Counter(map(operation_id, ALL)).items() if rows > 1] == []


def test_each_route_says_what_it_is_for() -> None:
    assert [named(route) for route in ALL if not route.summary or route.summary.endswith(".")] == []


def test_tokens_need_a_scope_where_quay_asks_one() -> None:
    lacking = []
    for route in QUAY:
        quay = find(route.method, route.template)
        if quay is not None and quay.scoped and route.scope is None:
            lacking.append(named(route))
    assert lacking == [], "give these routes their scope"


def test_superusers_routes_go_with_the_feature() -> None:
    bare = [r for r in QUAY if r.permission is Permission.SUPERUSER and not r.feature]
    assert [named(route) for route in bare] == []


def test_quays_names_are_taken_from_lines_of_three_words() -> None:
    table = operations()
    assert table["GET", "/api/v1/organization/{}"].name == "getOrganization"
    assert not table["GET", "/api/v1/organization/{}"].scoped
    assert all(inspect.cleandoc(quay.name).isalnum() for quay in table.values())
