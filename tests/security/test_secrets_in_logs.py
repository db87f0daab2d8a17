"""CVE-2025-48374: whatever people and programs log in with, the log of a real server holds none of it."""

from __future__ import annotations

import json
import re
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import yaml

from tests.support.server import Answer, Server, StartServer

CONFIGURATION = {
    "FEATURE_USER_INITIALIZE": True,
    "CHARTHOUSE_SET_UP_TOKEN": "config-secret-set-up",
    "SERVER_HOSTNAME": "localhost",
    "DATABASE_SECRET_KEY": "config-secret-database-0123456789",
    "SECRET_KEY": "config-secret-session-0123456789",
    "MAIL_PASSWORD": "config-secret-mail",
    "SECURITY_SCANNER_V4_PSK": "Y29uZmlnLXNlY3JldC1zY2FubmVy",
    "BUILDLOGS_REDIS": {"host": "127.0.0.1", "password": "config-secret-redis"},
    "GITHUB_LOGIN_CONFIG": {"CLIENT_ID": "x", "CLIENT_SECRET": "config-secret-github"},
}
FORM = "application/x-www-form-urlencoded"
CALLBACK = "https://ci.example.com/callback"
DOORS = ("/v2/", "/v2/_catalog", "/v2/acme/app/manifests/v1", "/api/v1/user/", "/oauth/authorize", "/nowhere")


class Caller:
    """Logs in by every door, and remembers all that must not be read again."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.secrets = {word for value in CONFIGURATION.values() for word in _secrets_in(value)}

    def secret(self, text: str) -> str:
        """Remember a secret, and return it."""
        self.secrets.add(text)
        return text

    def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        document: Any = None,
        form: dict[str, str] | None = None,
    ) -> Answer:
        sent, body = dict(headers or {}), None
        if document is not None:
            sent["Content-Type"], body = "application/json", json.dumps(document).encode()
        elif form:
            sent["Content-Type"], body = FORM, urlencode(form).encode()
        return self.server.request(method, path, body, sent)

    def everywhere(self, authorization: str) -> Iterator[Answer]:
        """Present a header at each door, good or bad there, and the secret in the address as no client should."""
        self.secret(authorization.partition(" ")[2])
        for door in DOORS:
            yield self.send("GET", door, {"Authorization": authorization})
            yield self.send("GET", f"{door}?token={quote(authorization)}&access_token={quote(authorization)}")

    def basic(self, name: str, secret: str) -> str:
        pair = b64encode(f"{name}:{self.secret(secret)}".encode()).decode()
        return f"Basic {self.secret(pair)}"

    def exchange(self, authorization: str) -> Answer:
        """Ask for registry tokens as Docker and Helm do."""
        query = "service=localhost&scope=repository:acme/app:pull&offline_token=true"
        return self.send("GET", f"/v2/auth?{query}", {"Authorization": authorization})


def _secrets_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _secrets_in(inner)
    elif isinstance(value, str) and ("config-secret" in value or value.startswith("Y29u")):
        yield value


@pytest.mark.parametrize("form", ["text", "json"])
def test_cve_2025_48374_no_secret_is_in_the_log(
    start_server: StartServer, tmp_path_factory: pytest.TempPathFactory, form: str
) -> None:
    config = tmp_path_factory.mktemp("config") / "config.yaml"
    config.write_text(yaml.safe_dump(CONFIGURATION))
    environment = {"CHARTHOUSE_CONFIG": str(config), "CHARTHOUSE_ACCESS_LOG": form}
    server = start_server("--workers", "1", environment=environment)
    caller = Caller(server)
    _first_user(caller)
    good = _credentials(caller)
    _log_in(caller, good, {200})
    _log_in(caller, {name: caller.secret(value[::-1]) for name, value in good.items()}, {401, 429})
    _exceptions(caller, good)
    log = _log_of(server)
    assert log.count("/v2/auth") > 10, "requests are told"
    assert "request failed" in log, "and so are exceptions"
    assert "no such table" in log
    assert [secret for secret in caller.secrets if secret in log] == []
    assert not re.search(r"Bearer|Basic [A-Za-z0-9+/]{8}|\$argon2|\$2[aby]\$", log)
    assert len(caller.secrets) > 40


def _first_user(caller: Caller) -> None:
    token = str(CONFIGURATION["CHARTHOUSE_SET_UP_TOKEN"])
    wrong = {"username": "admin", "password": caller.secret("first-users-password"), "email": ""}
    for value in (token, caller.secret(token[::-1])):
        headers = {"Authorization": f"Bearer {value}", "X-Forwarded-For": "192.0.2.1"}
        assert (
            caller.send("POST", "/api/v1/user/initialize", headers, wrong | {"username": "Ä"}).status >= 400
        )
    for value in (caller.server.admin.password, caller.server.admin.access_token):
        caller.secret(value)


def _credentials(caller: Caller) -> dict[str, str]:
    """Make one of each kind, by the doors that make them."""
    bearer = caller.server.admin.bearer
    caller.server.create_organization("acme")

    def make(method: str, path: str, document: Any = None) -> Any:
        answer = caller.send(method, f"/api/v1/{path}", bearer, document)
        assert answer.status < 300, (path, answer.body)
        return answer.json()

    robot = make("PUT", "organization/acme/robots/ci", {"description": "x"})["token"]
    robot = make("POST", "organization/acme/robots/ci/regenerate")["token"]
    app = make("POST", "user/apptoken", {"title": "laptop"})["token"]["token_code"]
    application = make("POST", "organization/acme/applications", {"name": "ci", "redirect_uri": CALLBACK})
    application = make("POST", f"organization/acme/applications/{application['client_id']}/resetclientsecret")
    encrypted = make("POST", "user/clientkey", {"password": caller.server.admin.password})["key"]
    made = {
        "password": caller.server.admin.password,
        "encrypted password": encrypted,
        "robot": robot,
        "app token": app,
        "access token": caller.server.admin.access_token,
        "client id": application["client_id"],
        "client secret": application["client_secret"],
    }
    for name, value in made.items():
        if name != "client id":
            caller.secret(value)
    return made


def _log_in(caller: Caller, held: dict[str, str], expected: set[int]) -> None:
    """Come by every door that takes what is held; the token endpoint answers as ``expected``."""
    name = caller.server.admin.name
    tokens = []
    for who, secret in (
        (name, held["password"]),
        (name, held["encrypted password"]),
        ("acme+ci", held["robot"]),
        ("$app", held["app token"]),
        ("$oauthtoken", held["access token"]),
    ):
        basic = caller.basic(who, secret)
        answer = caller.exchange(basic)
        assert answer.status in expected, (who, answer.body)
        if answer.status == 200:
            tokens += [answer.json()["token"], answer.json().get("refresh_token") or ""]
        statuses = {told.status for told in caller.everywhere(basic)}
        assert not statuses & {500, 503}
    for token in filter(None, [*tokens, held["access token"]]):
        list(caller.everywhere(f"Bearer {caller.secret(token)}"))
        fields = {"grant_type": "refresh_token", "refresh_token": token, "service": "localhost"}
        answer = caller.send("POST", "/v2/auth", form=fields)
        if answer.status == 200:
            caller.secret(answer.json()["access_token"])
    for path in ("/v2/auth", "/oauth/access_token"):
        fields = {"grant_type": "password", "username": name, "password": held["password"], "service": "x"}
        caller.send("POST", path, form=fields)
        caller.send("GET", f"{path}?{urlencode(fields)}")
    code = {
        "grant_type": "authorization_code",
        "code": caller.secret("0123456789code"),
        "redirect_uri": CALLBACK,
    }
    client = {"client_id": held["client id"], "client_secret": held["client secret"]}
    caller.send("POST", "/oauth/access_token", form=code | client)
    caller.send("POST", "/oauth/access_token", {"Authorization": caller.basic(*client.values())}, form=code)
    _sign_in(caller, name, held["password"])


def _sign_in(caller: Caller, name: str, password: str) -> None:
    """Sign in as a browser, and bear what it is given to every door."""
    first = caller.send("GET", "/csrf_token")
    cookie, token = _cookie(caller, first), caller.secret(first.json()["csrf_token"])
    headers = {"Cookie": cookie, "X-CSRF-Token": token, "X-Requested-With": "XMLHttpRequest"}
    answer = caller.send("POST", "/api/v1/signin", headers, {"username": name, "password": password})
    if "set-cookie" in answer.headers:
        headers["Cookie"] = _cookie(caller, answer)
    caller.secret(answer.headers.get("x-next-csrf-token", token))
    form = {"username": name, "password": password, "_csrf_token": token}
    caller.send("POST", "/signin", headers, form=form)
    for door in DOORS:
        caller.send("GET", f"{door}?_csrf_token={token}", headers)


def _cookie(caller: Caller, answer: Answer) -> str:
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    return f"{name}={caller.secret(value)}"


def _exceptions(caller: Caller, held: dict[str, str]) -> None:
    """Let the registry fail under the same requests: its tables are gone, then its signing keys."""
    bearer, name = caller.server.admin.bearer, caller.server.admin.name
    new = {"username": "eve", "password": caller.secret("password-of-eve"), "email": "eve@example.com"}
    failing: list[tuple[str, Callable[[], Answer]]] = [
        ("account", lambda: caller.exchange(caller.basic("dave", caller.secret("password-of-dave")))),
        ("account", lambda: caller.send("POST", "/api/v1/superuser/users/", bearer, new)),
        ("access_token", lambda: caller.send("GET", "/api/v1/user/", bearer)),
        ("access_token", lambda: caller.exchange(caller.basic("$oauthtoken", held["access token"]))),
        ("app_token", lambda: caller.exchange(caller.basic("$app", held["app token"]))),
        ("robot", lambda: caller.send("PUT", "/api/v1/user/robots/new", bearer, {"description": "x"})),
        ("session", lambda: caller.send("GET", "/csrf_token", {"Cookie": f"session={held['password']}"})),
    ]
    for table, request in failing:
        with _without(caller.server, table):
            assert request().status in {200, 500}, table
    for path in (caller.server.data / "keys").glob("signing-*.json"):
        path.write_bytes(b"{")
    (caller.server.data / "keys" / "signing-broken.json").write_bytes(b"{")
    head = b64encode(b'{"alg":"ES256","kid":"unknown"}').decode().rstrip("=")
    assert {told.status for told in caller.everywhere(f"Bearer {head}.e30.{'A' * 86}")} & {500}
    caller.exchange(caller.basic(name, held["password"]))


@contextmanager
def _without(server: Server, table: str) -> Iterator[None]:
    """Take a table away from under the server."""
    _rename(server, table, "gone")
    yield
    _rename(server, "gone", table)


def _rename(server: Server, before: str, after: str) -> None:
    with closing(sqlite3.connect(server.data / "charthouse.db", timeout=30)) as database, database:
        database.execute("PRAGMA legacy_alter_table = ON")  # other tables go on naming it
        database.execute(f"ALTER TABLE {before} RENAME TO {after}")


def _log_of(server: Server) -> str:
    """Return the log of the server once it has ended, so that all is told."""
    server.stop()
    return server.log.read_text()
