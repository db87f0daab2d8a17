"""A robot's credentials as clients take them."""

from __future__ import annotations

import json
import shlex
from base64 import b64decode

import pytest
import yaml

from charthouse.console.credentials import Credentials

SAFE = Credentials("registry.example.com:8443", "acme+de_ploy.bot", "TOKEN", secure=True)
LOGIN = "acme+de_ploy.bot:TOKEN"


def test_the_lines_name_client_robot_and_host() -> None:
    docker, podman, helm = (line.command for line in SAFE.lines)
    assert docker == (
        "echo TOKEN | docker login --username acme+de_ploy.bot --password-stdin registry.example.com:8443"
    )
    assert podman == docker.replace("docker", "podman")
    assert helm == docker.replace("docker login", "helm registry login")


def test_clients_are_told_of_a_registry_without_tls() -> None:
    plain = Credentials("127.0.0.1:5000", "acme+bot", "TOKEN", secure=False)
    docker, podman, helm = (shlex.split(line.command) for line in plain.lines)
    assert not [part for part in docker if "tls" in part or "plain" in part]
    assert "--tls-verify=false" in podman
    assert "--plain-http" in helm


def test_docker_reads_its_file() -> None:
    [(host, login)] = json.loads(SAFE.docker_config())["auths"].items()
    assert host == "registry.example.com:8443"
    assert b64decode(login["auth"]).decode() == LOGIN


@pytest.mark.parametrize(
    ("namespace", "key"), [("", "registry.example.com:8443"), ("acme", "registry.example.com:8443/acme")]
)
def test_kubernetes_reads_its_secret(namespace: str, key: str) -> None:
    secret = yaml.safe_load(SAFE.kubernetes_secret(namespace))
    assert (secret["apiVersion"], secret["kind"]) == ("v1", "Secret")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    assert secret["metadata"]["name"] == "acme-de-ploy-bot-pull-secret"
    config = json.loads(b64decode(secret["data"][".dockerconfigjson"]))
    assert b64decode(config["auths"][key]["auth"]).decode() == LOGIN


def test_the_longest_name_is_still_a_name_in_kubernetes() -> None:
    longest = Credentials("r", f"{'a' * 255}+{'b' * 255}", "TOKEN", secure=True)
    assert len(longest.secret_name) <= 253
