"""What lies beside /v2 and /api/v1 is reached through the server's own door."""

from __future__ import annotations

import pytest

from tests.support.server import Server


@pytest.mark.parametrize(
    "path",
    [
        "/health",
        "/health/instance",
        "/health/endtoend",
        "/status",
        "/_internal_ping",
        "/v1/_internal_ping",
        "/v1/_ping",
        "/config",
        "/keys/services/clair/keys",
        "/.well-known/app-capabilities",
        "/api/v1/discovery",
        "/api/v1/openapi.json",
        "/api/v1/docs",
        "/api/v1/registry/capabilities",
    ],
)
def test_address_answers_strangers(server: Server, path: str) -> None:
    answer = server.request("GET", path)
    assert answer.status == 200
    assert answer.headers["x-request-id"]
    assert str(server.data) not in answer.body.decode()
