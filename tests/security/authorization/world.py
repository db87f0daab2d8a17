"""The world that the matrix calls: one organization, its people and robots, their repositories and credentials."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from charthouse.api.kit.front import Front
from charthouse.compose import server
from charthouse.compose.registry import Registry
from charthouse.config.loader import load
from charthouse.config.settings import Mail, People, Repositories, Settings, Tags
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.content import Target
from tests.support.asgi import ask
from tests.support.registry import push_image, registry_in
from tests.support.server import Answer
from tests.support.signed_charts import push_signed

from . import rows_keyrings
from .callers import PASSWORD, PEOPLE, SCOPES, registry_headers, rest_headers, token_of
from .charts import make_charts
from .rows import Row
from .rows_tags import digest_pushed
from .store import Store

REPOSITORY, PUBLIC, MISSING = "acme/app", "acme/open", "acme/none"
EVERY_SCOPE = " ".join(SCOPES.values())
CALLBACK = "https://ci.example.com/callback"
HOUR = 3_600_000
OPTIONS: dict[str, Any] = {
    "people": People(
        super_users=("superuser",),
        read_only_super_users=("observer",),
        creation=True,
        configuration_dump=True,
        metadata=True,
    ),
    "mail": Mail(enabled=True),
    "url_scheme": "https",
    "access_log": "off",
    "pull_log": "off",
    "tags": Tags(immutable=True, permanent_delete=True),
    "repositories": Repositories(pull_statistics=True),
}


class World:
    """A whole server in this process, and its store."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.data = settings.data
        self.front = server(settings)
        self.store = store
        self.robot_tokens: dict[str, str] = {}
        self.sessions: dict[str, dict[str, str]] = {}
        self.ids: dict[str, str] = {}
        """What paths of rows name in braces."""
        self.secrets: list[str] = []
        """What a read-only superuser must never see."""

    def rest_headers(self, caller: str) -> dict[str, str]:
        """Return what a caller presents to the REST API."""
        return rest_headers(caller, self.robot_tokens, self.sessions)

    async def call(self, row: Row, caller: str) -> Answer:
        """Send the request of a row as one of the callers."""
        own = registry_headers(caller, self.robot_tokens) if row.classic else self.rest_headers(caller)
        headers = own | dict(row.headers)
        request: dict[str, Any] = {"document": row.body}
        if row.form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            request = {"body": row.form.format(**self.ids).encode()}
        if row.content:
            request = {"body": row.content}
        return await self.ask(row.method, row.path.format(**self.ids), headers=headers, **request)

    async def ask(self, method: str, path: str, **request: Any) -> Answer:
        """Send a request."""
        return await ask(self.front, method, path, **request)


@asynccontextmanager
async def world_in(data: Path) -> AsyncIterator[World]:
    """Fill a store under ``data`` and serve it."""
    async with registry_in(data, **OPTIONS) as registry:
        await _fill(registry, Store(data, data))
    settings = load(data=data, environment={}, **OPTIONS)
    world = World(settings, Store(data, data.with_name("template")))
    async with served(world.front):
        await _furnish(world)
        world.store.remember()
        yield world
    world.store.forget()


@asynccontextmanager
async def served(front: Front) -> AsyncIterator[None]:
    """Start an application, and stop it at the end."""
    to_server: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    from_server: asyncio.Queue[Any] = asyncio.Queue()
    lifespan = asyncio.create_task(front({"type": "lifespan"}, to_server.get, from_server.put))
    await to_server.put({"type": "lifespan.startup"})
    assert (await from_server.get())["type"] == "lifespan.startup.complete"
    yield
    await to_server.put({"type": "lifespan.shutdown"})
    await lifespan


async def _fill(registry: Registry, store: Store) -> None:
    ids = {
        name: (await registry.users.create_user(name, PASSWORD, f"{name}@example.com")).account_id
        for name in PEOPLE
    }
    admin = await registry.users.user("admin")
    assert admin is not None
    acme = (await registry.users.create_organization("acme", "acme@example.com", admin)).account_id
    caller = registry.standings.actor(admin)
    for path, public in ((REPOSITORY, False), (PUBLIC, True)):
        target = Target(RepositoryName(path), ids["admin"], create=True, public=public)
        await registry.metadata.repositories.create(target, "", 0)
        for tag in ("v1", "v2"):
            await push_image(registry, caller, RepositoryName(path), tag, b"{}", tag.encode())
    await push_signed(registry, caller, REPOSITORY, rows_keyrings.PROVENANCE)
    make_charts(store)
    _add_team(store, acme, "members", NamespaceRole.MEMBER, ids["member"])
    _add_team(store, acme, "creators", NamespaceRole.CREATOR, ids["creator"])
    [(repository_id,)] = store.ask("SELECT id FROM repository WHERE path = ?", REPOSITORY)
    for name, role in (("reader", Role.READ), ("writer", Role.WRITE), ("keeper", Role.ADMIN)):
        _grant(store, repository_id, ids[name], role)
    _add_team(store, acme, "auditors", NamespaceRole.MEMBER, ids["member"])
    store.execute("DELETE FROM team_member WHERE team_id = (SELECT id FROM team WHERE name = 'auditors')")
    [(team_id,)] = store.ask("SELECT id FROM team WHERE name = 'auditors'")
    store.execute(
        "INSERT INTO repository_grant (repository_id, team_id, role) VALUES (?, ?, ?)",
        repository_id,
        team_id,
        Role.READ.value,
    )
    for name in PEOPLE:
        add_token(store, name, ids[name], EVERY_SCOPE)
    for name, scope in SCOPES.items():
        add_token(store, name, ids["admin"], scope)
    add_token(store, "expired", ids["admin"], EVERY_SCOPE, lives_ms=-HOUR)


_JWK = '{"kty":"EC","crv":"P-256","x":"eA","y":"eQ"}'
_APPROVAL = (
    '{"approver":"superuser","approval_type":"ServiceKeyApprovalType.SUPERUSER","approved_ms":0,"notes":""}'
)


async def _furnish(world: World) -> None:
    """Make what the API itself can make, as the organization's administrator."""
    for name in ("", *PEOPLE):
        world.sessions[name] = await _browser(world, name)
    world.store.execute("UPDATE account SET enabled = 0, epoch = epoch + 1 WHERE name = 'disabled'")
    admin = world.sessions["admin"]

    async def make(method: str, path: str, **body: Any) -> Any:
        answer = await world.ask(method, f"/api/v1/{path}", document=body, headers=admin)
        assert answer.status < 300, (path, answer.body)
        return answer.json()

    writes = [{"repository": "app", "role": "write"}]
    robot = await make("PUT", "organization/acme/robots/bot", permissions=writes)
    world.robot_tokens["acme+bot"] = robot["token"]
    world.store.execute(
        "INSERT INTO robot_federation (robot_id, issuer, subject, audiences, claims)"
        " SELECT id, 'https://old.example.com', 'old', ?, '{}' FROM account WHERE name = 'acme+bot'",
        '["registry"]',
    )
    world.robot_tokens["admin+bot"] = (await make("PUT", "user/robots/bot"))["token"]
    application = await make("POST", "organization/acme/applications", name="ci", redirect_uri=CALLBACK)
    client_id = world.ids["client_id"] = application["client_id"]
    world.ids["client_secret"] = application["client_secret"]
    asked = f"response_type=code&client_id={client_id}&redirect_uri={CALLBACK}&scope=repo:read&state=s"
    form = admin | {"Content-Type": "application/x-www-form-urlencoded"}
    granted = await world.ask("POST", "/oauth/authorizeapp", body=asked.encode(), headers=form)
    [world.ids["oauth_code"]] = parse_qs(urlsplit(granted.headers["location"]).query)["code"]
    tokens = f"organization/acme/applications/{client_id}/tokens"
    world.secrets = [application["client_secret"], *world.robot_tokens.values()]
    world.ids["application_token"] = (await make("POST", tokens, name="ci", scope="repo:read"))["uuid"]
    world.ids["app_token"] = (await make("POST", "user/apptoken", title="docker"))["token"]["uuid"]
    await make("POST", "user/starred", namespace="acme", repository="open")
    world.ids["message"] = str(uuid.uuid4())
    world.store.execute("INSERT INTO message VALUES (?, 'x', 'info', 'text/plain', 0)", world.ids["message"])
    for kid, approval in (("waiting", ""), ("believed", _APPROVAL)):
        world.store.execute(
            "INSERT INTO service_key VALUES (?, 'clair', 'old', ?, '{}', 0, NULL, NULL, ?)",
            kid,
            _JWK,
            approval,
        )
    world.store.execute(rows_keyrings.SEED, rows_keyrings.OTHER)
    rule = await make(
        "POST", "organization/acme/prototypes", role="read", delegate={"name": "writer", "kind": "user"}
    )
    world.ids["prototype"] = rule["id"]
    await make("PUT", "organization/acme/team/auditors/members/reader")
    await make("PUT", "organization/acme/team/auditors/invite/visitor@example.com")
    notices = await world.ask("GET", "/api/v1/user/notifications", headers=world.sessions["reader"])
    [notice] = notices.json()["notifications"]
    world.ids |= {"notice": notice["id"], "code": notice["metadata"]["code"]}
    query = "SELECT uuid FROM session JOIN account ON account.id = account_id WHERE name = 'admin'"
    [(world.ids["session"],)] = world.store.ask(query)
    never = {"tagPattern": "never-.*"}
    for name, place in (
        ("organization_policy", "organization/acme"),
        ("repository_policy", "repository/acme/app"),
    ):
        world.ids[name] = (await make("POST", f"{place}/immutabilitypolicy/", **never))["uuid"]
    labels = f"repository/{REPOSITORY}/manifest/{digest_pushed('v1')}/labels"
    world.ids["label"] = (await make("POST", labels, key="tier", value="one"))["label"]["id"]
    assignment = world.ids["assignment"] = str(uuid.uuid4())
    world.store.execute(
        "INSERT INTO oauth_assignment SELECT ?, (SELECT id FROM oauth_application), id, 'repo:read', '', 'token'"
        " FROM account WHERE name = 'member'",
        assignment,
    )


async def _browser(world: World, name: str) -> dict[str, str]:
    """Return what the browser of a user sends who has signed in, of nobody for ""."""
    found = await _tokens(world, {})
    if not name:
        return found
    body = {"username": name, "password": PASSWORD}
    answer = await world.ask("POST", "/api/v1/signin", document=body, headers=found)
    assert answer.status == 200, answer.body
    return await _tokens(world, _cookie(answer))


async def _tokens(world: World, cookie: dict[str, str]) -> dict[str, str]:
    answer = await world.ask("GET", "/csrf_token", headers=cookie)
    return (cookie or _cookie(answer)) | {"X-CSRF-Token": answer.json()["csrf_token"]}


def _cookie(answer: Answer) -> dict[str, str]:
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def _add_team(store: Store, organization_id: int, name: str, role: NamespaceRole, member_id: int) -> None:
    store.execute(
        "INSERT INTO team (organization_id, name, role, description) VALUES (?, ?, ?, '')",
        organization_id,
        name,
        role.value,
    )
    [(team_id,)] = store.ask(
        "SELECT id FROM team WHERE organization_id = ? AND name = ?", organization_id, name
    )
    store.execute("INSERT INTO team_member (team_id, account_id) VALUES (?, ?)", team_id, member_id)


def _grant(store: Store, repository_id: int, account_id: int, role: Role) -> None:
    store.execute(
        "INSERT INTO repository_grant (repository_id, account_id, role) VALUES (?, ?, ?)",
        repository_id,
        account_id,
        role.value,
    )


def add_token(store: Store, caller: str, account_id: int, scopes: str, lives_ms: int = HOUR) -> None:
    """Give an account the access token of a caller (``token_of``)."""
    now_ms = int(time.time() * 1000)
    store.execute(
        "INSERT INTO access_token (token_hash, account_id, application, uuid, title, creator, scopes, created_ms,"
        " expires_ms) VALUES (?, ?, 'test', ?, '', '', ?, ?, ?)",
        sha256(token_of(caller).encode()).hexdigest(),
        account_id,
        str(uuid.uuid5(uuid.NAMESPACE_URL, caller)),
        scopes,
        now_ms,
        now_ms + lives_ms,
    )
