"""What the API says of itself is valid, whole, and what Quay's clients are generated from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from charthouse.api.quay.documents.operations import find, operations
from charthouse.api.quay.routes import ROUTES
from charthouse.model.scopes import Scope
from tests.support.quay import HOST, QuayApi, quay_api
from tests.support.registry import present


async def document(quay: QuayApi, target: str) -> dict[str, Any]:
    answer = await quay.ask("GET", f"/api/v1/{target}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    made: dict[str, Any] = json.loads(answer.body)
    return made


def operations_of(made: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict)
    }


async def test_openapi_is_valid(quay: QuayApi) -> None:
    OpenAPIV31SpecValidator(await document(quay, "openapi.json")).validate()  # type: ignore[no-untyped-call,unused-ignore]


@pytest.mark.parametrize("query", ["", "?internal=true", "?internal=True"])
async def test_discovery_is_valid_swagger(quay: QuayApi, query: str) -> None:
    OpenAPIV2SpecValidator(await document(quay, f"discovery{query}")).validate()  # type: ignore[no-untyped-call,unused-ignore]


async def test_everything_is_told_with_every_feature_on(tmp_path: Path) -> None:
    features = sorted({route.feature for route in ROUTES if route.feature})
    config = tmp_path / "config.yaml"
    config.write_text("SUPER_USERS: [root]\n" + "".join(f"{name}: true\n" for name in features))
    async with quay_api(tmp_path / "data", present(), config=config) as quay:
        told = await document(quay, "openapi.json")
        OpenAPIV31SpecValidator(told).validate()
        assert {(route.method, route.template) for route in ROUTES} <= set(operations_of(told))
        swagger = await document(quay, "discovery?internal=true")
        OpenAPIV2SpecValidator(swagger).validate()
        names = {operation["operationId"] for operation in operations_of(swagger).values()}
        assert {quay.name for quay in operations().values()} <= names


async def test_openapi_lists_every_route_that_is_on(quay: QuayApi) -> None:
    listed = operations_of(await document(quay, "openapi.json"))
    always = {(route.method, route.template) for route in ROUTES if not route.feature}
    assert always <= set(listed)
    assert {("GET", "/v2/{name}/manifests/{reference}"), ("GET", "/metrics")} <= set(listed)


async def test_operations_bear_quays_names_and_parameters(quay: QuayApi) -> None:
    swagger = await document(quay, "discovery?internal=true")
    assert (swagger["swagger"], swagger["host"], swagger["schemes"]) == ("2.0", HOST, ["https"])
    listed = operations_of(swagger)
    for route in ROUTES:
        known = find(route.method, route.template)
        if known is not None and not route.feature:
            assert listed[known.method, known.template]["operationId"] == known.name
    for (_, path), operation in listed.items():
        told = {part["name"] for part in operation["parameters"] if part["in"] == "path"}
        assert told == set(re.findall(r"{([^}]*)}", path))


async def test_scopes_stand_in_the_security_of_each_operation(quay: QuayApi) -> None:
    swagger = await document(quay, "discovery")
    assert set(swagger["securityDefinitions"]["oauth2_implicit"]["scopes"]) == set(Scope)
    listed = operations_of(swagger)
    assert listed["GET", "/api/v1/user/"]["security"] == [{"oauth2_implicit": ["user:read"]}]
    assert "security" not in listed["GET", "/api/v1/messages"]
    for path in ("organization/{orgname}", "entities/{prefix}"):  # by a token of any scope
        assert ("GET", f"/api/v1/{path}") in listed


async def test_bodies_and_answers_are_described(quay: QuayApi) -> None:
    swagger = await document(quay, "discovery")
    operation = operations_of(swagger)["POST", "/api/v1/messages"]
    (body,) = (part for part in operation["parameters"] if part["in"] == "body")
    name = body["schema"]["$ref"].removeprefix("#/definitions/")
    assert swagger["definitions"][name]["required"] == ["message"]
    assert "201" in operation["responses"]


async def test_routes_of_features_that_are_off_are_not_told(quay: QuayApi) -> None:
    off = {route.operation for route in ROUTES if route.feature == "FEATURE_SUPERUSER_CONFIGDUMP"}
    told = await document(quay, "openapi.json")
    listed = {operation["operationId"] for operation in operations_of(told).values()}
    assert not off & listed


async def test_page_needs_no_script_and_nothing_from_elsewhere(quay: QuayApi) -> None:
    answer = await quay.ask("GET", "/api/v1/docs")
    assert answer.status == 200
    page = answer.body.decode()
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for route in ROUTES:
        if not route.feature:
            assert f"{route.method} {route.template}" in page


async def test_error_types_are_explained(quay: QuayApi) -> None:
    answer = await quay.ask("GET", "/api/v1/error/insufficient_scope")
    told = answer.json()
    assert set(told) == {"type", "title", "description"}
    assert told["type"] == f"https://{HOST}/api/v1/error/insufficient_scope"
    assert told["title"] == "insufficient_scope"
    assert (await quay.ask("GET", "/api/v1/error/nothing")).status == 404


async def test_capabilities(quay: QuayApi) -> None:
    assert (await quay.ask("GET", "/api/v1/registry/capabilities")).json() == {
        "sparse_manifests": {
            "supported": False,
            "required_architectures": [],
            "optional_architectures_allowed": False,
        },
        "mirror_architectures": [],
    }
