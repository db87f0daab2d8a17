"""Robots: one is made, lets clients in by each of its files and lines, loses its rights, and goes."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64decode
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from tests.support.server import Server
from tests.support.tools import tool

from .harbour import Harbour
from .people import PHONE, Visitors


def make_robot(page: Page, namespace: str, name: str, about: str = "") -> None:
    page.goto(f"/{namespace}/-/robots")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("What it is for").fill(about)
    page.get_by_role("button", name="Make the robot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{namespace}+{name}")


def login_of(text: str) -> tuple[str, str]:
    """Return the key and what Basic authentication sends, of a Docker config."""
    [(key, login)] = json.loads(text)["auths"].items()
    return key, login["auth"]


def status(server: Server, repository: str, login: str) -> int:
    """Return what a robot gets that reads a repository's tags."""
    headers = {"Authorization": f"Basic {login}"}
    return server.request("GET", f"/v2/{repository}/tags/list", headers=headers).status


def downloaded(page: Page, fold: str, button: str) -> tuple[str, str]:
    """Return name and text of a file that a button of the robot's page sends."""
    page.get_by_text(fold, exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("link", name=button).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_text()


def test_a_robot_is_made_and_logs_in_by_its_file(alice: Page, harbour: Harbour) -> None:
    make_robot(alice, "acme", "deploy", "Pushes what the pipeline has built")
    expect(alice.get_by_role("status").first).to_contain_text("choose the repositories")
    name, text = downloaded(alice, "config.json", "Download")
    assert name == "acme-deploy-config.json"
    key, login = login_of(text)
    assert key == harbour.server.host
    assert b64decode(login).startswith(b"acme+deploy:")
    assert status(harbour.server, "acme/app", login) in {401, 403, 404}
    alice.get_by_label("Repositories", exact=True).fill("app, acme/web")
    alice.get_by_label("Role", exact=True).select_option("write")
    alice.get_by_role("button", name="Add").click()
    assert status(harbour.server, "acme/app", login) == status(harbour.server, "acme/web", login) == 200
    alice.get_by_label("Role in acme/web", exact=True).select_option("read")
    alice.get_by_role("button", name="Set the role in acme/web").click()
    expect(alice.get_by_label("Role in acme/web", exact=True)).to_have_value("read")
    alice.get_by_role("button", name="Take away: acme/web").click()
    expect(alice.get_by_label("Role in acme/web", exact=True)).to_have_count(0)
    assert status(harbour.server, "acme/web", login) in {401, 403, 404}


def test_helm_logs_in_by_the_line(alice: Page, tmp_path: Path) -> None:
    make_robot(alice, "acme", "charts")
    alice.get_by_text("Helm", exact=True).click()
    line = alice.locator("#login-helm").inner_text()
    kept = tmp_path / "registry.json"
    environment = {"PATH": f"{tool('helm3').parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    program = line.replace("helm registry", f"{tool('helm3')} registry")
    done = subprocess.run(
        ["sh", "-c", program],
        env=environment | {"HELM_REGISTRY_CONFIG": str(kept)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Login Succeeded" in done.stdout + done.stderr
    assert kept.exists()


def test_secrets_of_kubernetes_are_for_the_registry_or_the_organization(
    alice: Page, harbour: Harbour
) -> None:
    make_robot(alice, "acme", "cluster")
    for fold, key in (
        ("Kubernetes", harbour.server.host),
        ("Kubernetes, only acme", f"{harbour.server.host}/acme"),
    ):
        _, text = downloaded(alice, fold, "Download")
        secret = yaml.safe_load(text)
        assert secret["type"] == "kubernetes.io/dockerconfigjson"
        assert login_of(b64decode(secret["data"][".dockerconfigjson"]).decode())[0] == key


def test_a_new_token_ends_the_old_one(alice: Page, harbour: Harbour) -> None:
    make_robot(alice, "alice", "laptop")
    _, text = downloaded(alice, "config.json", "Download")
    _, login = login_of(text)
    ask = {"Authorization": f"Basic {login}"}
    assert harbour.server.request("GET", "/v2/", headers=ask).status == 200
    alice.get_by_role("button", name="Make a new token").click()
    expect(alice.get_by_role("status").first).to_contain_text("new token")
    assert harbour.server.request("GET", "/v2/", headers=ask).status == 401
    alice.get_by_label("Type alice+laptop to go on").fill("alice+laptop")
    alice.get_by_role("button", name="Delete the robot").click()
    expect(alice.get_by_role("heading", name="No robots yet")).to_be_visible()


def test_what_is_wrong_is_said_beside_what_was_typed(alice: Page) -> None:
    alice.goto("/acme/-/robots")
    alice.get_by_label("Name", exact=True).fill("No Such Name")
    alice.get_by_label("What it is for").fill("kept")
    alice.get_by_role("button", name="Make the robot").click()
    expect(alice.get_by_role("alert")).to_contain_text("short name")
    expect(alice.get_by_label("What it is for")).to_have_value("kept")


def test_a_name_is_compared_by_the_server_too(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.signed_in(harbour, "alice", java_script_enabled=False, viewport=PHONE)
    make_robot(page, "acme", "stays")
    page.get_by_label("Type acme+stays to go on").fill("stays")
    page.get_by_role("button", name="Delete the robot").click()
    expect(page.get_by_role("alert")).to_contain_text("acme+stays")
    expect(page.get_by_role("heading", level=1)).to_have_text("acme+stays")


def test_others_see_no_token(alice: Page, harbour: Harbour, visitors: Visitors) -> None:
    make_robot(alice, "acme", "seen")
    token = alice.locator("#robot-token").text_content()
    member = visitors.signed_in(harbour, "bob")
    member.goto("/acme/-/robots?q=seen")
    expect(member.get_by_role("rowheader", name="acme+seen")).to_be_visible()
    expect(member.get_by_role("button", name="Make the robot")).to_have_count(0)
    watcher = visitors.signed_in(harbour, "observer")
    watcher.goto("/acme/-/robots/seen")
    expect(watcher.get_by_role("heading", level=1)).to_have_text("acme+seen")
    assert token
    assert token not in watcher.content()
    expect(watcher.get_by_role("button", name="Make a new token")).to_have_count(0)


def test_a_pipeline_is_trusted_instead_of_a_token(alice: Page, harbour: Harbour) -> None:
    make_robot(alice, "acme", "keyless")
    alice.get_by_text("Trust an identity").click()
    alice.get_by_label("Issuer").fill("https://issuer.example.com")
    alice.get_by_label("Subject").fill("repo:acme/*")
    alice.get_by_label("Audiences").fill("registry.example.com")
    alice.get_by_role("button", name="Trust it").click()
    expect(alice.get_by_role("alert")).to_contain_text("a subject with * needs")
    expect(alice.get_by_label("Subject")).to_have_value("repo:acme/*")
    alice.get_by_label("Claims that it must have").fill("repository=acme/web")
    alice.get_by_role("button", name="Trust it").click()
    expect(alice.get_by_role("row", name="repo:acme/*")).to_contain_text("repository=acme/web")
    path = "/api/v1/organization/acme/robots/keyless/federation"
    headers = harbour.server.admin.bearer
    [entry] = harbour.server.request("GET", path, headers=headers).json()
    assert entry["claims"] == {"repository": "acme/web"}
    alice.get_by_role("button", name="Remove: repo:acme/*").click()
    expect(alice.get_by_role("status").first).to_contain_text("refused from now on")
    assert harbour.server.request("GET", path, headers=headers).json() == []
