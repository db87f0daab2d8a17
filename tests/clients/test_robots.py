"""Robots with real clients: logins by token, and without a key by the token of a pipeline."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Image
from tests.support.issuer import Issuer, issuing
from tests.support.server import Server, serving
from tests.support.shell import Shell
from tests.support.tools import tool

SUBJECT = "repo:acme/app:ref:refs/heads/main"
AUDIENCE = "charts.example.com"


@dataclass(frozen=True)
class Machine:
    """A pipeline's machine in front of a registry."""

    shell: Shell
    server: Server

    def log_in(self, name: str, secret: str, *, program: str = "crane") -> None:
        """Log in as a pipeline would; Helm asks the registry, crane only remembers."""
        self.shell.run(*self._login(program, name), stdin=secret)

    def refused(self, name: str, secret: str, *, program: str = "helm4") -> str:
        """Fail to log in."""
        return self.shell.refused(*self._login(program, name), stdin=secret)

    def _login(self, program: str, name: str) -> tuple[str | Path, ...]:
        verb = ("auth", "login") if program == "crane" else ("registry", "login", "--plain-http")
        return (tool(program), *verb, self.server.host, "--username", name, "--password-stdin")

    def crane(self, *arguments: str) -> str:
        return self.shell.run(tool("crane"), *arguments).stdout.strip()

    def api(self, method: str, path: str, document: Any = None) -> Any:
        """Call the REST API as the first user."""
        headers = {**self.server.admin.bearer, "Content-Type": "application/json"}
        body = None if document is None else json.dumps(document).encode()
        answer = self.server.request(method, f"/api/v1{path}", body, headers)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.json() if answer.body else None

    def organization(self) -> str:
        """Make an organization with the repositories ``app`` and ``other``."""
        name = f"org-{secrets.token_hex(4)}"
        self.server.create_organization(name)
        for repository in ("app", "other"):
            made = {"namespace": name, "repository": repository, "visibility": "private", "description": ""}
            self.api("POST", "/repository", made)
        return name


@pytest.fixture
def machine(server: Server, shell: Shell) -> Machine:
    return Machine(shell, server)


def test_crane_pushes_as_a_robot_where_it_may(machine: Machine, image: Image) -> None:
    org = machine.organization()
    robot = f"/organization/{org}/robots/ci"
    wished = {"permissions": [{"repository": "app", "role": "write"}]}
    token = machine.api("PUT", robot, wished)["token"]
    machine.log_in(f"{org}+ci", token)
    reference = f"{machine.server.host}/{org}"
    assert machine.crane("push", str(image.layout), f"{reference}/app:1").endswith(image.digest)
    assert machine.crane("digest", f"{reference}/app:1") == image.digest
    for elsewhere in ("other", "new"):
        machine.shell.refused(tool("crane"), "push", str(image.layout), f"{reference}/{elsewhere}:1")
    new = machine.api("POST", f"{robot}/regenerate", {})["token"]
    machine.shell.refused(tool("crane"), "digest", f"{reference}/app:1")
    machine.refused(f"{org}+ci", token)
    machine.log_in(f"{org}+ci", new)
    assert machine.crane("digest", f"{reference}/app:1") == image.digest
    machine.api("DELETE", robot, {})
    machine.shell.refused(tool("crane"), "digest", f"{reference}/app:1")


def test_crane_manages_what_a_robot_made(machine: Machine, image: Image) -> None:
    org = machine.organization()
    token = machine.api("PUT", f"/organization/{org}/robots/maker", {"creates_repositories": True})["token"]
    machine.log_in(f"{org}+maker", token)
    mine = f"{machine.server.host}/{org}/group/made"
    machine.crane("push", str(image.layout), f"{mine}:1")
    machine.crane("delete", f"{mine}@{image.digest}")
    assert "MANIFEST_UNKNOWN" in machine.shell.refused(tool("crane"), "digest", f"{mine}:1")
    machine.shell.refused(tool("crane"), "push", str(image.layout), f"{machine.server.host}/{org}/app:1")


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_helm_pushes_as_a_robot(machine: Machine, helm: str) -> None:
    org = machine.organization()
    wished = {"permissions": [{"repository": "app", "role": "write"}]}
    token = machine.api("PUT", f"/organization/{org}/robots/ci", wished)["token"]
    machine.log_in(f"{org}+ci", token, program=helm)
    push_chart(machine, helm, f"oci://{machine.server.host}/{org}")
    machine.refused(f"{org}+ci", "A" * 64, program=helm)


def push_chart(machine: Machine, helm: str, place: str) -> None:
    """Push a chart ``app`` and pull it."""
    program, run = tool(helm), machine.shell.run
    run(program, "create", "app")
    run(program, "package", "app")
    run(program, "push", "app-0.1.0.tgz", place, "--plain-http")
    (machine.shell.home / "app-0.1.0.tgz").unlink()
    run(program, "pull", f"{place}/app", "--version", "0.1.0", "--plain-http")
    assert (machine.shell.home / "app-0.1.0.tgz").exists()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with issuing(tmp_path_factory.mktemp("issuer")) as running:
        yield running


@pytest.fixture(scope="module")
def trusting(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may ask issuers on this machine."""
    place = tmp_path_factory.mktemp("trusting")
    config = place / "config.yaml"
    config.write_text("SSRF_ALLOWED_HOSTS: [localhost]\nFEATURE_USER_INITIALIZE: true\n")
    environment = {"SSL_CERT_FILE": str(issuer.authority)}
    with serving(place / "data", "--config", str(config), environment=environment) as running:
        yield running


@pytest.fixture
def pipeline(trusting: Server, shell: Shell, issuer: Issuer) -> Machine:
    """A machine with no key, but with an issuer that the robot ``keyless`` of an organization trusts."""
    return Machine(shell, trusting)


def trust(pipeline: Machine, issuer: Issuer) -> str:
    """Make a robot that trusts the issuer; returns its name."""
    org = pipeline.organization()
    robot = f"/organization/{org}/robots/keyless"
    pipeline.api("PUT", robot, {"permissions": [{"repository": "app", "role": "write"}]})
    entry = {
        "issuer": issuer.url,
        "subject": SUBJECT,
        "audiences": [AUDIENCE],
        "claims": {"ref": "refs/heads/*"},
    }
    pipeline.api("POST", f"{robot}/federation", [entry])
    return f"{org}+keyless"


def identity(issuer: Issuer, **changes: Any) -> str:
    """The token that the pipeline's issuer gives it."""
    now = int(time.time())
    claims = {"sub": SUBJECT, "aud": AUDIENCE, "ref": "refs/heads/main", "iat": now, "exp": now + 300}
    return issuer.token(claims | changes)


def exchange(pipeline: Machine, robot: str, token: str) -> str:
    """Exchange a token with curl, as a pipeline's script does; returns what came back."""
    address = f"{pipeline.server.url}/oauth2/federation/robot/token"
    result = pipeline.shell.run("curl", "-sS", "-u", f"{robot}:{token}", address)
    return str(json.loads(result.stdout).get("token", ""))


def test_crane_without_a_key(pipeline: Machine, issuer: Issuer, image: Image) -> None:
    robot = trust(pipeline, issuer)
    token = exchange(pipeline, robot, identity(issuer))
    pipeline.log_in(robot, token)
    place = f"{pipeline.server.host}/{robot.partition('+')[0]}"
    assert pipeline.crane("push", str(image.layout), f"{place}/app:1").endswith(image.digest)
    pipeline.shell.refused(tool("crane"), "push", str(image.layout), f"{place}/other:1")
    assert exchange(pipeline, robot, identity(issuer, ref="refs/tags/v1")) == ""
    assert exchange(pipeline, robot, identity(issuer, aud="elsewhere")) == ""
    pipeline.api("DELETE", f"/organization/{robot.replace('+', '/robots/')}/federation", {})
    pipeline.shell.refused(tool("crane"), "digest", f"{place}/app:1")
    pipeline.refused(robot, token)
    assert "no federation of the robot fits it" in pipeline.server.log.read_text()


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_helm_without_a_key(pipeline: Machine, issuer: Issuer, helm: str) -> None:
    robot = trust(pipeline, issuer)
    token = exchange(pipeline, robot, identity(issuer))
    pipeline.log_in(robot, token, program=helm)
    push_chart(pipeline, helm, f"oci://{pipeline.server.host}/{robot.partition('+')[0]}")


def test_the_token_by_itself(pipeline: Machine, issuer: Issuer) -> None:
    robot = trust(pipeline, issuer)
    token = exchange(pipeline, robot, identity(issuer))
    tags = f"/v2/{robot.partition('+')[0]}/app/tags/list"
    basic = b64encode(f"{robot}:{token}".encode()).decode()
    for authorization in (f"Bearer {token}", f"Basic {basic}"):
        answer = pipeline.server.request("GET", tags, headers={"Authorization": authorization})
        assert answer.status == 200
