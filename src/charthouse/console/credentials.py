"""Credentials of robots, and of people's applications, in the forms that clients take: commands, Docker's file, a Secret of Kubernetes.

Formats: Docker's ``config.json`` (``auths``), ``containers-auth.json(5)``, and Kubernetes' documentation of Secrets of the
type ``kubernetes.io/dockerconfigjson``.
"""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from typing import Any

import msgspec
import yaml

_NO_RESOURCE = re.compile(r"[^a-z0-9]+")
_LONGEST_RESOURCE = 253


class LoginLine(msgspec.Struct, frozen=True):
    """The command that logs a client in. ``tool`` is the client's name."""

    tool: str
    command: str


class Credentials(msgspec.Struct, frozen=True):
    """What a client logs in with. ``host`` is the registry's as the public sees it, ``name`` a robot's full name, or $app.

    ``secure``: the registry speaks TLS; clients are told when it does not.
    """

    host: str
    name: str
    token: str
    secure: bool

    @property
    def file_name(self) -> str:
        """Return how files about the robot begin, and the name of its Secret: a DNS subdomain (RFC 1123)."""
        return _NO_RESOURCE.sub("-", self.name.lower())[: _LONGEST_RESOURCE - 32].strip("-")

    @property
    def lines(self) -> tuple[LoginLine, ...]:
        """Return the commands. The token goes through a pipe: the list of processes does not show it."""
        return (
            self._line("docker", "docker login"),
            self._line("podman", "podman login" if self.secure else "podman login --tls-verify=false"),
            self._line("helm", "helm registry login" if self.secure else "helm registry login --plain-http"),
        )

    def docker_config(self, key: str = "") -> str:
        """Return Docker's ``config.json``; ``key`` is the registry, or a part of it, that it is for ("": all of it)."""
        return json.dumps(self._config(key or self.host), indent=2) + "\n"

    def kubernetes_secret(self, namespace: str = "") -> str:
        """Return a Secret as YAML: for the whole registry, or for what lies in ``namespace``.

        Kubernetes compares the key with the name of the image; so several Secrets for one host go together.
        """
        key = f"{self.host}/{namespace}" if namespace else self.host
        content = json.dumps(self._config(key)).encode()
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": self.secret_name},
            "type": "kubernetes.io/dockerconfigjson",
            "data": {".dockerconfigjson": b64encode(content).decode()},
        }
        return yaml.safe_dump(secret, sort_keys=False, width=4096)

    @property
    def secret_name(self) -> str:
        """Return what the Secret is called in Kubernetes."""
        return f"{self.file_name}-pull-secret"

    def _line(self, tool: str, login: str) -> LoginLine:
        command = (
            f"echo {self.token} | {login} --username {shlex.quote(self.name)} --password-stdin {self.host}"
        )
        return LoginLine(tool, command)

    def _config(self, key: str) -> dict[str, Any]:
        login = b64encode(f"{self.name}:{self.token}".encode()).decode()
        return {"auths": {key: {"auth": login, "email": ""}}}
