"""Every route of /api/v1 against every kind of caller. What is expected stands here by hand."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
import uuid
from contextlib import closing
from hashlib import sha256

import pytest

from charthouse.api.kit.routes import Route
from charthouse.api.quay.routes import ROUTES
from tests.integration.protocol.client import Client
from tests.integration.protocol.wire import Connection, Reply
from tests.support.server import CHARTHOUSE, Person, Server

BODIES = {
    "quay.initialize": {"username": "second", "password": "correct-horse"},
    "quay.get_user": None,
    "quay.create_organization": {"name": "acme"},
    "quay.change_visibility": {"visibility": "public"},
}
TOKENS = (
    "admin",
    "stranger",
    "reading",
    "foreign scope",
    "expired",
    "unknown",
    "registry",
    "refresh",
    "hash",
)
"""Access tokens of the owner, of a stranger, of the owner with fewer scopes, and what is none."""

# statuses for: nobody, Basic of the owner, then each of TOKENS
EXPECTED = {
    "quay.initialize": (400, 400, 401, 401, 401, 401, 401, 401, 401, 401, 401),
    "quay.get_user": (401, 401, 200, 200, 200, 403, 401, 401, 401, 401, 401),
    "quay.create_organization": (401, 401, 201, 201, 403, 403, 401, 401, 401, 401, 401),
    "quay.change_visibility": (401, 401, 200, 403, 403, 403, 401, 401, 401, 401, 401),
}


@pytest.fixture(scope="module")
def repository(owner: Client) -> str:
    assert owner.person is not None
    name = f"{owner.person.name}/callers"
    owner.push_blob(name, b"{}")
    return name


def _with_access_token(server: Server, name: str) -> Person:
    """Make a user with an access token."""
    command = f"{CHARTHOUSE} admin create-user {name} --password-stdin --access-token --output json --data"
    made = subprocess.run(
        [*command.split(), server.data],
        input=f"{name}-secret\n".encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return Person(name, f"{name}-secret", json.loads(made.stdout)["access_token"])


@pytest.fixture(scope="module")
def mallory(server: Server) -> Person:
    """A stranger with an access token of their own."""
    return _with_access_token(server, "mallory")


def _token(server: Server, scopes: str, expires_in: float = 600) -> str:
    """Put an access token of the owner into the store, as applications will have them."""
    token = f"{scopes} {expires_in}"
    now = time.time()
    row = (
        sha256(token.encode()).hexdigest(),
        "test",
        scopes,
        int(now * 1000),
        int((now + expires_in) * 1000),
        str(uuid.uuid4()),
    )
    with closing(sqlite3.connect(server.data / "charthouse.db", timeout=10)) as database, database:
        database.execute(
            "INSERT OR REPLACE INTO access_token (token_hash, account_id, application, scopes, created_ms,"
            " expires_ms, uuid, title, creator)"
            " SELECT ?, id, ?, ?, ?, ?, ?, '', '' FROM account WHERE name = 'harbourmaster'",
            row,
        )
    return token


@pytest.fixture(scope="module")
def tokens(server: Server, mallory: Person, repository: str) -> dict[str, str]:
    scope = f"repository:{repository}:pull,push,delete,*"
    registry = server.token(server.admin, scope)["Authorization"].removeprefix("Bearer ")
    query = "/v2/auth?service=x&offline_token=true"
    refresh = server.request("GET", query, headers=server.admin.basic).json()["refresh_token"]
    return {
        "admin": server.admin.access_token,
        "stranger": mallory.access_token,
        "reading": _token(server, "user:read repo:read repo:write"),
        "foreign scope": _token(server, "super:user org:admin repo:create"),
        "expired": _token(server, "user:read user:admin repo:admin", -1),
        "unknown": "A" * 40,
        "registry": registry,
        "refresh": refresh,
        "hash": sha256(server.admin.access_token.encode()).hexdigest(),
    }


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.operation in EXPECTED], ids=lambda route: route.operation
)
def test_route(server: Server, repository: str, tokens: dict[str, str], route: Route) -> None:
    operation = route.operation
    callers: dict[str, dict[str, str]] = {"nobody": {}, "Basic": server.admin.basic}
    callers |= {name: {"Authorization": f"Bearer {tokens[name]}"} for name in TOKENS}
    got = {}
    for number, (name, headers) in enumerate(callers.items()):
        body = BODIES[operation]
        if operation == "quay.create_organization":
            body = {"name": f"acme-{number}"}
        target = route.template.replace("{repository}", repository)
        got[name] = _send(server, route.method, target, body, headers).status
    assert got == dict(zip(callers, EXPECTED[operation], strict=True))
    server.set_visibility(repository, "private")


def _send(server: Server, method: str, target: str, body: object, headers: dict[str, str]) -> Reply:
    encoded = None if body is None else json.dumps(body).encode()
    kind = {"Content-Type": "application/json"} if encoded else {}
    return Connection(server.port).send(method, target, encoded, {**headers, **kind})


def test_what_is_forbidden_and_what_is_missing(
    server: Server, repository: str, mallory: Person, stranger_person: Person
) -> None:
    """A stranger learns nothing from an answer: not of repositories, not of namespaces."""
    answers = []
    for name in (repository, f"{repository[:-1]}x", "stranger/callers", "nobody/callers"):
        target = f"/api/v1/repository/{name}/changevisibility"
        reply = _send(server, "POST", target, {"visibility": "public"}, mallory.bearer)
        answers.append((reply.status, reply.body.replace(name.encode(), b"NAME")))
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 403


def test_token_ends_with_its_user(server: Server) -> None:
    bearer = _with_access_token(server, "leaver").bearer
    assert _send(server, "GET", "/api/v1/user/", None, bearer).status == 200
    with closing(sqlite3.connect(server.data / "charthouse.db", timeout=10)) as database, database:
        database.execute("UPDATE account SET enabled = 0, epoch = epoch + 1 WHERE name = 'leaver'")
    assert _send(server, "GET", "/api/v1/user/", None, bearer).status == 401


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/repository/harbourmaster/callers%2f..%2fother/changevisibility",
        "/api/v1/repository/harbourmaster/../harbourmaster/callers/changevisibility",
        "/api/v1/repository/harbourmaster/callers%00/changevisibility",
        "/api/v1/repository/%c3%a9/x/changevisibility",
        "/api/v1/repository//changevisibility",
        "/api/v1/repository/" + "a/" * 400 + "b/changevisibility",
    ],
)
def test_odd_addresses(server: Server, repository: str, target: str) -> None:
    reply = _send(server, "POST", target, {"visibility": "public"}, server.admin.bearer)
    assert 400 <= reply.status < 500
    assert server.request("GET", f"/v2/{repository}/tags/list").status == 401, "it is still private"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_pages_that_nobody_asked_for(server: Server, path: str) -> None:
    assert Connection(server.port).send("GET", path).status == 404
