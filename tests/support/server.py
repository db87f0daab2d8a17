"""The real server: `charthouse serve` as a process of its own, on a free port of this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

CHARTHOUSE = Path(sys.executable).with_name("charthouse")
"""The command, from the environment that runs the tests."""
START_SECONDS = 30.0
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Person:
    """Somebody who may log in. ``access_token`` opens /api/v1; only the first user has one."""

    name: str
    password: str
    access_token: str = ""

    @property
    def basic(self) -> dict[str, str]:
        """Return the header that logs this person in with name and password."""
        return {"Authorization": "Basic " + b64encode(f"{self.name}:{self.password}".encode()).decode()}

    @property
    def bearer(self) -> dict[str, str]:
        """Return the header that opens /api/v1."""
        return {"Authorization": f"Bearer {self.access_token}"}


@dataclass
class Server:
    """A running server and what a test asks of it."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    log: Path
    tls: bool = False
    killed: bool = False

    @property
    def host(self) -> str:
        """Return ``127.0.0.1:PORT``, as clients write it before a repository's name."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Return the base URL without a slash at its end."""
        return f"{'https' if self.tls else 'http'}://{self.host}"

    @property
    def ca(self) -> Path:
        """Return the certificate of the local authority that ``--tls auto`` made."""
        return self.data / "tls" / "ca.crt"

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; refusals are answers too."""
        request = urllib.request.Request(self.url + path, body, dict(headers or {}), method=method)  # noqa: S310 - http(s) by construction
        context = ssl.create_default_context(cafile=self.ca) if self.tls else None
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as response:  # noqa: S310 - see above
                return Answer(response.status, _lower(response.headers), response.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, _lower(refusal.headers), refusal.read())

    def api(self, method: str, path: str, document: Mapping[str, Any], person: Person | None = None) -> Any:
        """Send JSON to /api/v1 and return the JSON that comes back; raises AssertionError on a refusal."""
        headers = {"Content-Type": "application/json", **(person.bearer if person else {})}
        answer = self.request(method, path, json.dumps(document).encode(), headers)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.json()

    def server_processes(self) -> list[int]:
        """Return the ids of the processes that answer requests; the jobs' is none of them."""
        supervisor = self.process.pid
        children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
        command = Path(f"/proc/{supervisor}/cmdline").read_bytes()
        return [int(pid) for pid in children if _command_of(pid) == command]

    @cached_property
    def admin(self) -> Person:
        """The first user, a superuser: made when first asked for."""
        name, password = "harbourmaster", "correct-horse-battery"
        account = {"username": name, "password": password, "email": "", "access_token": True}
        return Person(name, password, self.api("POST", "/api/v1/user/initialize", account)["access_token"])

    def create_user(self, name: str, *flags: str) -> Person:
        """Make a user with the command, beside the running server. ``flags``: ``--superuser``."""
        person = Person(name, f"{name}-secret")
        subprocess.run(
            [CHARTHOUSE, "admin", "create-user", name, "--password-stdin", *flags, "--data", self.data],
            input=person.password.encode(),
            check=True,
            timeout=30,
        )
        return person

    def create_organization(self, name: str) -> None:
        """Make an organization that the first user owns."""
        self.api("POST", "/api/v1/organization/", {"name": name, "email": f"{name}@example.com"}, self.admin)

    def set_visibility(self, repository: str, visibility: str) -> None:
        """Make a repository ``public`` or ``private``, as the first user."""
        path = f"/api/v1/repository/{repository}/changevisibility"
        self.api("POST", path, {"visibility": visibility}, self.admin)

    def token(self, person: Person | None, *scopes: str) -> dict[str, str]:
        """Return the header with a registry token for ``scopes``; nobody is the anonymous caller."""
        query = urlencode([("service", self.host), *(("scope", scope) for scope in scopes)])
        answer = self.request("GET", f"/v2/auth?{query}", headers=person.basic if person else {})
        assert answer.status == 200, f"/v2/auth: {answer.status} {answer.body!r}"
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def wait_until_up(self, path: str = "/v2/") -> None:
        """Wait until ``path`` answers; raises RuntimeError, with the log, when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.request("GET", path).status in (200, 401):
                    return
            except (OSError, ssl.SSLError):
                time.sleep(0.02)
        raise RuntimeError(f"charthouse serve does not answer at {self.url}:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End the server as an operator would.

        Raises RuntimeError unless it exits with 0 in time and leaves no process behind. Quiet after ``kill``.
        """
        if self.killed:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            status: int | str = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            status = f"no exit within {STOP_SECONDS} s"
        if left_behind := self.kill():
            status = f"{status}, leaving processes behind"
        if status != 0 or left_behind:
            raise RuntimeError(f"charthouse serve: {status}\n{self.log.read_text()[-8000:]}")

    def kill(self) -> bool:
        """End the server and its workers at once (SIGKILL); returns whether any was alive."""
        self.killed = True
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.process.wait()
        return True


class StartServer(Protocol):
    """The fixture ``start_server``."""

    def __call__(
        self,
        *flags: str,
        data: Path | None = None,
        environment: dict[str, str] | None = None,
        wrapper: Sequence[str] = (),
    ) -> Server:
        """Start `charthouse serve` with ``flags`` on ``data``, with ``environment`` added to this process's."""


@contextmanager
def serving(
    data: Path,
    *flags: str,
    environment: Mapping[str, str] | None = None,
    first: str = "/v2/",
    wrapper: Sequence[str] = (),
) -> Iterator[Server]:
    """Run `charthouse serve` on the directory ``data`` with ``flags``; its output goes to ``data``.log.

    It is up when the path ``first`` answers. ``wrapper`` is a command that replaces itself by the server
    (``unshare …``), or watches it (``strace -D …``).
    """
    port = free_port()
    log = data.with_name(data.name + ".log")
    listen = ["--host", "127.0.0.1", "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*wrapper, CHARTHOUSE, "serve", "--data", data, *listen, *flags],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,  # so that `kill` reaches the workers
        )
    server = Server(process, data, port, log, tls="--tls" in flags)
    try:
        server.wait_until_up(first)
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
