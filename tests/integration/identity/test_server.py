"""People and their rights on a real server: first user, command line, organizations, visibility, tokens."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.server import CHARTHOUSE, Server, StartServer

INITIALIZE = "/api/v1/user/initialize"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def fresh(start_server: StartServer) -> Server:
    return start_server()


def test_the_first_user_is_a_superuser(fresh: Server) -> None:
    answer = fresh.request("GET", "/api/v1/user/", headers=fresh.admin.bearer)
    assert answer.status == 200
    assert answer.json()["super_user"] is True
    again = fresh.request("POST", INITIALIZE, b'{"username":"b2","password":"12345678"}', JSON)
    assert again.status == 400
    assert again.json() == {"message": "Cannot initialize user in a non-empty database"}


def test_the_set_up_token_of_the_start_opens_it(fresh: Server) -> None:
    (line,) = [line for line in fresh.log.read_text().splitlines() if line.startswith("Set-up token: ")]
    forwarded = JSON | {"X-Forwarded-For": "192.0.2.1"}
    body = b'{"username":"harbour","password":"correct-horse"}'
    assert fresh.request("POST", INITIALIZE, body, forwarded).status == 401
    token = line.removeprefix("Set-up token: ")
    assert (
        fresh.request("POST", INITIALIZE, body, forwarded | {"Authorization": f"Bearer {token}"}).status
        == 200
    )


def test_several_people(fresh: Server) -> None:
    fresh.create_organization("acme")
    mallory = fresh.create_user("mallory")
    scope = "repository:acme/web:pull,push"
    upload = "/v2/acme/web/blobs/uploads/"
    assert fresh.request("POST", upload, b"", fresh.token(fresh.admin, scope)).status == 202
    assert fresh.request("POST", upload, b"", fresh.token(mallory, scope)).status in (401, 403)
    assert fresh.request("POST", upload, b"", fresh.token(None, scope)).status == 401


def test_the_command_line_answers_in_json_and_refuses_plainly(fresh: Server) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(CHARTHOUSE), "admin", *arguments, "--data", str(fresh.data)]
        return subprocess.run(
            command, input="correct-horse\n", capture_output=True, text=True, timeout=60, check=False
        )

    made = run(
        "create-user", "alice", "--password-stdin", "--access-token", "--superuser", "--output", "json"
    )
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    bearer = {"Authorization": f"Bearer {found['access_token']}"}
    me = fresh.request("GET", "/api/v1/user/", headers=bearer).json()
    assert (me["username"], me["super_user"]) == ("alice", True)

    assert run("create-organization", "acme", "--owner", "alice").returncode == 0
    me = fresh.request("GET", "/api/v1/user/", headers=bearer).json()
    assert [organization["name"] for organization in me["organizations"]] == ["acme"]

    changed = run("reset-password", "alice", "--password-stdin", "--output", "json")
    assert (changed.returncode, json.loads(changed.stdout)) == (0, {"username": "alice"})
    basic = b64encode(b"alice:correct-horse").decode()
    assert fresh.request("GET", "/v2/", headers={"Authorization": f"Basic {basic}"}).status == 200

    for refused, reason in (
        (run("reset-password", "nobody", "--password-stdin"), "no user nobody"),
        (run("create-user", "acme", "--password-stdin"), "already exists"),
        (run("create-user", "UPPER", "--password-stdin"), "Namespace must match"),
        (run("create-organization", "other", "--owner", "nobody"), "no user nobody"),
    ):
        assert refused.returncode == 1
        assert reason in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_configuration_with_mistakes_ends_the_start(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("FEATURE_USER_INITIALISE: true\nPROXY_COUNT: many\n")
    command = [str(CHARTHOUSE), "serve", "--data", str(tmp_path / "data"), "--config", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "config.yaml:1: FEATURE_USER_INITIALISE is no setting: did you mean" in ended.stderr
    assert "config.yaml:2: PROXY_COUNT: expected a whole number" in ended.stderr
    assert not (tmp_path / "data").exists()


def test_tokens_outlive_a_restart(start_server: StartServer, tmp_path: Path) -> None:
    data = tmp_path / "kept"
    first = start_server(data=data)
    token = first.token(first.admin, "registry:catalog:*")
    assert first.request("GET", "/v2/_catalog", headers=token).status == 200
    first.stop()
    first.killed = True
    second = start_server(data=data)
    assert second.request("GET", "/v2/_catalog", headers=token).status == 200


def test_wrong_passwords_are_slowed_down(fresh: Server) -> None:
    name = fresh.admin.name

    def log_in(password: str) -> int:
        credentials = b64encode(f"{name}:{password}".encode()).decode()
        return fresh.request("GET", "/v2/auth", headers={"Authorization": f"Basic {credentials}"}).status

    statuses = [log_in(f"wrong-password-{number}") for number in range(20)]
    assert statuses[0] == 401
    assert 429 in statuses


def test_tls_auto(start_server: StartServer) -> None:
    secure = start_server("--tls", "auto")
    assert secure.request("GET", "/v2/", headers=secure.admin.basic).status == 200
    challenge = secure.request("GET", "/v2/").headers["www-authenticate"]
    assert challenge.startswith(f'Bearer realm="https://{secure.host}/v2/auth"')


@pytest.mark.parametrize("tls", [False, True])
def test_a_browser_signs_in_and_out(start_server: StartServer, tls: bool) -> None:
    """Over a real connection: the cookie's name and flags follow from the scheme."""
    server = start_server(*(("--tls", "auto") if tls else ()))
    begun = server.request("GET", "/csrf_token")
    headers = JSON | {
        "Cookie": begun.headers["set-cookie"].partition(";")[0],
        "X-CSRF-Token": begun.json()["csrf_token"],
        "Origin": server.url,
    }
    login = json.dumps({"username": server.admin.name, "password": server.admin.password}).encode()
    assert server.request("POST", "/api/v1/signin", login, JSON).status == 403, "no CSRF token"
    entered = server.request("POST", "/api/v1/signin", login, headers)
    assert (entered.status, entered.json()) == (200, {"success": True})
    cookie, *flags = entered.headers["set-cookie"].split("; ")
    assert cookie.startswith("__Host-charthouse_session=" if tls else "charthouse_session=")
    assert ("Secure" in flags) is tls
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(flags)
    headers |= {"Cookie": cookie, "X-CSRF-Token": entered.headers["x-next-csrf-token"]}
    assert server.request("GET", "/api/v1/user/", headers=headers).json()["username"] == server.admin.name
    assert server.request("POST", "/api/v1/signout", b"", headers).status == 200
    assert server.request("GET", "/api/v1/user/", headers=headers).status == 401
    assert cookie.partition("=")[2] not in server.log.read_text()
