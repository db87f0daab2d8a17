"""Logs: nothing in them opens a door, nobody can forge a line, and no request ends without an answer of ours."""

from __future__ import annotations

import base64
import json
import re
import time
from pathlib import Path

import pytest

from charthouse.telemetry.logs import FailureLog
from tests.integration.protocol.wire import Connection, raw
from tests.support.server import Server, StartServer, serving

PASSWORD = "hunter2-hunter2"


@pytest.mark.parametrize("as_json", [False, True])
def test_failures_are_told_without_the_values_of_variables(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    """structlog shows them by itself where the package rich is installed, as it is here."""

    def fail(password: str) -> None:
        raise ValueError("what went wrong")

    try:
        fail(PASSWORD)
    except ValueError:
        FailureLog(json=as_json).write("request failed", path="/\nforged line \x1b[31m")
    told = capsys.readouterr().err
    assert "what went wrong" in told
    assert "in fail" in told
    assert PASSWORD not in told
    assert "\nforged" not in told
    assert "\x1b[31m" not in told


@pytest.mark.parametrize("form", ["text", "json"])
def test_failed_request_leaves_no_credential_in_the_log(start_server: StartServer, form: str) -> None:
    server = start_server("--workers", "1", environment={"CHARTHOUSE_ACCESS_LOG": form})
    _break_signing_keys(server)
    head = base64.urlsafe_b64encode(b'{"alg":"ES256","kid":"unknown"}').decode().rstrip("=")
    token = f"{head}.e30.{'A' * 86}"
    answer = server.request("GET", "/v2/a/b/tags/list", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 500
    assert "log" in answer.json()["errors"][0]["message"]
    log = _flushed(server)
    assert "request failed" in log, "the operator learns why"
    assert answer.headers["x-request-id"] in log
    assert token not in log
    assert "Bearer" not in log


def _break_signing_keys(server: Server) -> None:
    """Make any look at the signing keys fail."""
    for path in (server.data / "keys").glob("signing-*.json"):
        path.write_bytes(b"{")
    (server.data / "keys" / "signing-broken.json").write_bytes(b"{")


def test_access_log_has_no_queries_headers_or_bodies(server: Server) -> None:
    secret = {"Authorization": "Basic " + base64.b64encode(f"nobody:{PASSWORD}".encode()).decode()}
    server.request("GET", f"/v2/auth?service=x&account=nobody&password={PASSWORD}", headers=secret)
    form = f"grant_type=password&username=nobody&password={PASSWORD}".encode()
    server.request("POST", "/v2/auth", form, {"Content-Type": "application/x-www-form-urlencoded"})
    body = json.dumps({"username": "nobody", "password": PASSWORD}).encode()
    server.request("POST", "/api/v1/user/initialize", body, {"Content-Type": "application/json"})
    log = _flushed(server)
    assert "/v2/auth" in log
    assert PASSWORD not in log
    assert secret["Authorization"].removeprefix("Basic ") not in log


def test_set_up_token_is_told_once(start_server: StartServer) -> None:
    server = start_server("--workers", "2")
    assert server.admin
    log = _flushed(server)
    [token] = re.findall(r"Set-up token: (\S+)", log)
    assert log.count(token) == 1
    for environment in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert token.encode() not in environment.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue


@pytest.mark.parametrize(
    "target",
    [
        b"/v2/a/b/tags/list%0a2020-01-01T00:00:00Z%20192.0.2.1%20GET%20/forged%20200",
        b"/nowhere%0d%0aforged",
        b"/api/v1/user/%0aforged%1b[31m",
        b"/livez/%0aforged",
        b"/\xc2\x9bforged",
    ],
)
def test_forged_lines(server: Server, target: bytes) -> None:
    raw(server.port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    lines = _flushed(server).splitlines()
    assert not [line for line in lines if line.startswith(("forged", "2020"))]
    assert not [line for line in lines if "\x1b[31m" in line or "\x9b" in line]


@pytest.mark.parametrize("path", ["/livez/", "/readyz/x", "/metrics/", "/metrics/../livez"])
def test_addresses_below_those_for_operators(server: Server, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = Connection(server.port).send(method, path)
        assert answer.status == 404
        assert answer.headers.get("X-Request-Id")
    assert "Traceback" not in _flushed(server)


def test_a_stopped_server_leaves_no_secret_in_its_log(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--workers", "1") as server:
        secrets = [server.admin.password, server.admin.access_token]
        secrets.append(server.token(server.admin, "registry:catalog:*")["Authorization"][7:])
        secrets += [path.read_text().strip() for path in (server.data / "keys").glob("sealing.key")]
        log_path = server.log
    log = log_path.read_text()
    assert len(secrets) == 4
    assert not [secret for secret in secrets if secret in log]


def _flushed(server: Server) -> str:
    """Return the log, once the lines of this moment are in it."""
    mark = f"/livez?{time.monotonic_ns()}"
    before = server.log.read_text().count("/livez ")
    server.request("GET", mark)
    for _ in range(100):
        log = server.log.read_text()
        if log.count("/livez ") + log.count('/livez"') > before:
            return log
        time.sleep(0.05)
    raise AssertionError("the log does not tell of the last request")
