"""Charts: reading, trying and comparing them in a browser, and the lines that the page gives, given to Helm."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.gpg import gnupg
from tests.support.packages import package
from tests.support.signed_charts import provenance_text
from tests.support.tools import tool

from .harbour import Harbour
from .people import Visitors
from .pusher import Pusher

WEB = "/acme/web/-/tags/1.1.0"


def test_a_version_tells_what_it_is_and_what_it_uses(alice: Page) -> None:
    alice.goto("/acme/web")
    row = alice.get_by_role("row").filter(has_text="1.1.0")
    expect(row).to_contain_text("2.3.1")
    expect(row).to_contain_text("unsigned")
    row.get_by_role("link", name="1.1.0").click()
    expect(alice.get_by_role("heading", level=1)).to_have_text("acme/web 1.1.0")
    expect(alice.get_by_text("Serves pages, quickly.")).to_be_visible()
    expect(alice.get_by_role("region", name="Dependencies")).to_contain_text("~1.2.0")
    alice.get_by_role("region", name="Images").get_by_role("link").click()
    expect(alice).to_have_url("/acme/app/-/tags/v2")


def test_values_are_found_as_one_types(alice: Page) -> None:
    alice.goto(f"{WEB}/values")
    expect(alice.get_by_role("row")).to_have_count(8)
    alice.get_by_label("Find values").press_sequentially("listens port")
    expect(alice.get_by_role("row")).to_have_count(2)
    expect(alice.get_by_role("row").last).to_contain_text("service.port")
    expect(alice).to_have_url(f"{WEB}/values?q=listens+port")
    alice.get_by_role("button", name="service.port").click()
    expect(alice.locator("#announcer")).to_have_text("Copied")
    alice.get_by_role("link", name="line 14").click()
    expect(alice.locator("#L14")).to_have_text("  port: 9090\n")


def test_values_are_found_without_scripts(harbour: Harbour, visitors: Visitors) -> None:
    reader = visitors.signed_in(harbour, "alice", java_script_enabled=False)
    reader.goto(f"{WEB}/values")
    reader.get_by_label("Find values").fill("replica")
    reader.get_by_label("Find values").press("Enter")
    expect(reader.get_by_role("row")).to_have_count(2)
    reader.get_by_label("Find values").fill("nothing like this")
    reader.get_by_label("Find values").press("Enter")
    expect(reader.get_by_text("No value matches")).to_be_visible()


def test_schema_templates_and_files(alice: Page) -> None:
    alice.goto(WEB)
    chart = alice.get_by_role("navigation", name="Chart")
    chart.get_by_role("link", name="Schema").click()
    expect(alice.get_by_role("row").filter(has_text="service.type")).to_contain_text("NodePort")
    chart.get_by_role("link", name="Templates").click()
    alice.get_by_role("link", name="templates/_helpers.tpl").click()
    expect(alice.get_by_text("web.name")).to_be_visible()
    chart.get_by_role("link", name="Files").click()
    alice.get_by_role("link", name="README.md").click()
    expect(alice.get_by_role("region", name="README.md").locator("code")).to_contain_text("# web")
    with alice.expect_download() as download:
        alice.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "README.md"


def test_a_broken_chart_says_so(harbour: Harbour, alice: Page) -> None:
    pusher = Pusher(harbour.server, harbour.people["alice"], "acme/broken-chart")
    chart = {"apiVersion": "v2", "name": "broken-chart", "version": "1.0.0"}
    pusher.chart("1.0.0", chart, package("broken-chart", "1.0.0", {"values.yaml": b"a: ["}))
    alice.goto("/acme/broken-chart")
    expect(alice.get_by_role("row").filter(has_text="1.0.0")).to_contain_text("broken")
    expect(alice.get_by_text("Helm can use no version")).to_be_visible()
    alice.goto("/acme/broken-chart/-/tags/1.0.0")
    expect(alice.get_by_text("Helm cannot use this chart")).to_be_visible()
    expect(alice.get_by_role("region", name="Problems")).to_contain_text("values.yaml")
    expect(alice.get_by_role("heading", name="Install")).to_have_count(0)


def test_two_versions_are_compared(alice: Page) -> None:
    alice.goto("/acme/web")
    alice.get_by_role("link", name="Compare versions").click()
    expect(alice.get_by_label("From", exact=True)).to_have_value("1.0.0")
    expect(alice.get_by_label("To", exact=True)).to_have_value("1.1.0")
    alice.get_by_role("main").get_by_role("button", name="Compare").click()
    expect(alice).to_have_url("/acme/web/-/compare/1.0.0...1.1.0")
    row = alice.get_by_role("row").filter(has_text="service.port")
    expect(row.locator("del")).to_have_text("8080")
    expect(row.locator("ins")).to_have_text("9090")
    expect(alice.locator("pre.diff .added").first).to_have_text("+replicaCount: 2\n")


def test_who_signed_a_version(harbour: Harbour, visitors: Visitors) -> None:
    server = harbour.server
    server.create_organization("signers")
    pusher = Pusher(server, server.admin, "signers/web")
    chart = {"apiVersion": "v2", "name": "web", "version": "0.0.0", "description": "a chart"}
    with gnupg() as gpg:
        for name, version in (("Ada", "3.0.0"), ("Eve", "2.0.0"), ("", "1.0.0")):
            told = chart | {"version": version}
            content = package("web", version, None, "description: a chart")
            signed = b"none at all"
            if name:
                gpg.key(name)
                signed = gpg.sign(provenance_text(told, content), name)
            pusher.chart(version, told, content, signed)
        keys = {"armored": gpg.armored("Ada").decode()}
        server.api("POST", "/api/v1/organization/signers/keyring", keys, server.admin)
        [stranger] = gpg.fingerprints("Eve")
    master = visitors.signed_in(harbour, "harbourmaster")
    master.goto("/signers/web")
    for version, state in (
        ("3.0.0", "signed"),
        ("2.0.0", "signed, key unknown"),
        ("1.0.0", "signature broken"),
    ):
        expect(
            master.get_by_role("row").filter(has_text=version).get_by_text(state, exact=True)
        ).to_be_visible()
    signature = master.get_by_role("region", name="Signature")
    master.get_by_role("link", name="3.0.0", exact=True).first.click()
    expect(signature).to_contain_text("Ada <ada@example.com>")
    master.goto("/signers/web/-/tags/2.0.0")
    expect(signature).to_contain_text(stranger[-16:])
    expect(signature).to_contain_text("No keyring")


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_the_lines_to_install_are_what_helm_takes(
    harbour: Harbour, alice: Page, tmp_path: Path, helm: str
) -> None:
    home = {name: str(tmp_path / name) for name in ("HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME")}

    def run(line: str) -> str:
        words = line.split()
        assert words[0] == "helm"
        password = harbour.people["alice"].password
        if "--username" in words:
            words += ["--password", password]
        return subprocess.run(
            [tool(helm), *words[1:]],
            cwd=tmp_path,
            env=os.environ | home,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    alice.goto(WEB)
    for way in ("oci", "classic"):
        for step in ("login", "prepare"):
            for text in alice.locator(f"#{way}-{step}").all_text_contents():
                for line in text.splitlines():
                    run(line)
        assert "port: 9090" in run(alice.locator(f"#{way}-values").text_content() or "")
        run(alice.locator(f"#{way}-pull").text_content() or "")
        (tmp_path / "web-1.1.0.tgz").unlink()


def test_each_way_to_install_opens_without_scripts(harbour: Harbour, visitors: Visitors) -> None:
    reader = visitors.signed_in(harbour, "alice", java_script_enabled=False)
    reader.goto(WEB)
    for way, word in (
        ("Argo CD", "kind: Application"),
        ("Flux", "kind: HelmRelease"),
        ("Terraform", "helm_release"),
    ):
        expect(reader.get_by_text(word)).to_be_hidden()
        reader.get_by_text(way, exact=True).click()
        expect(reader.get_by_text(word)).to_be_visible()
    expect(reader.get_by_text("kind: Application")).to_be_hidden()
