"""Looking at an image or another artifact: platforms, layers, how it runs, what hangs on it, and its labels."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors
from .pusher import OCI_CONFIG, OCI_MANIFEST, Pusher

XSS = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def pusher(harbour: Harbour, repository: str) -> Pusher:
    return Pusher(harbour.server, harbour.people["alice"], repository)


def test_an_index_opens_into_its_platforms(alice: Page) -> None:
    alice.goto("/acme/app/-/tags/v2")
    platforms = alice.get_by_role("region", name="Platforms").get_by_role("rowheader")
    expect(platforms).to_have_text(["linux/amd64", "linux/arm64"])
    alice.get_by_role("link", name="linux/arm64").click()
    expect(alice).to_have_url(re.compile("/acme/app/-/manifests/sha256:"))
    expect(alice.get_by_role("definition").filter(has_text="linux/arm64")).to_be_visible()
    expect(alice.get_by_text("It is part of")).to_be_visible()
    alice.get_by_role("link", name="v2", exact=True).click()
    expect(alice).to_have_url(re.compile("/acme/app/-/tags/v2$"))


def test_an_image_tells_its_layers_and_how_it_runs(alice: Page) -> None:
    alice.goto("/acme/app/-/tags/v3")
    steps = alice.get_by_role("region", name="Layers and history").get_by_role("row")
    expect(steps.filter(has_text="COPY part0 /srv")).to_contain_text("sha256:")
    expect(steps.filter(has_text="COPY part1 /srv").locator("svg.share")).to_have_count(1)
    for fact in ("/app", "--serve", "8080/tcp", "PATH=/bin", "/srv", "1000"):
        expect(alice.get_by_role("definition").filter(has_text=fact).first).to_be_visible()
    expect(alice.get_by_role("rowheader", name="team")).to_be_visible()


def test_what_hangs_on_an_image_is_told_and_linked(alice: Page) -> None:
    alice.goto("/acme/app/-/tags/v3")
    alice.get_by_role("link", name="signed").click()
    attached = alice.get_by_role("listitem")
    expect(attached.filter(has_text="bill of materials")).to_contain_text("application/spdx+json")
    alice.get_by_role("link", name="application/spdx+json").click()
    expect(alice.get_by_role("rowheader", name="sbom.json")).to_be_visible()
    alice.get_by_role("definition").get_by_role("link").click()
    expect(alice.get_by_role("heading", name="Layers and history")).to_be_visible()


def test_lines_name_this_server(harbour: Harbour, alice: Page) -> None:
    host = harbour.server.host
    alice.goto("/acme/app/-/tags/v1")
    expect(alice.get_by_text(f"docker pull {host}/acme/app:v1")).to_be_visible()
    expect(alice.get_by_text(f"docker pull {host}/acme/app@sha256:")).to_be_visible()
    alice.get_by_text("skopeo", exact=True).click()
    line = f"skopeo copy --src-tls-verify=false docker://{host}/acme/app:v1 oci:app"
    expect(alice.get_by_text(line)).to_be_visible()
    alice.get_by_text("Kubernetes", exact=True).click()
    expect(alice.get_by_text(f"image: {host}/acme/app:v1")).to_be_visible()


def test_another_artifact_has_files_and_a_line_for_oras(harbour: Harbour, alice: Page) -> None:
    alice.goto("/acme/notes/-/tags/2026")
    expect(alice.get_by_role("rowheader", name="notes.txt")).to_be_visible()
    expect(alice.get_by_role("rowheader", name="author")).to_be_visible()
    expect(alice.get_by_text(f"oras pull --plain-http {harbour.server.host}/acme/notes:2026")).to_be_visible()
    expect(alice.get_by_text("docker pull")).to_have_count(0)
    expect(alice.locator("pre.text")).to_contain_text("application/vnd.example.notes")


def test_labels_are_given_and_taken_away(harbour: Harbour, alice: Page) -> None:
    pusher(harbour, "acme/labelled").image("v1", [b"labelled"])
    alice.goto("/acme/labelled/-/tags/v1")
    alice.get_by_label("Key").fill("quay.mine")
    alice.get_by_label("Value").fill("kept")
    alice.get_by_role("button", name="Add label").click()
    expect(alice.get_by_role("alert")).to_contain_text("reserved prefix")
    expect(alice.get_by_label("Value")).to_have_value("kept")
    alice.get_by_label("Key").fill("owner")
    alice.get_by_role("button", name="Add label").click()
    expect(alice.get_by_role("status").filter(has_text="owner")).to_be_visible()
    expect(alice).to_have_url(re.compile("/acme/labelled/-/tags/v1$"))
    expect(alice.get_by_role("row").filter(has_text="owner")).to_contain_text("kept")
    alice.get_by_role("button", name="Take away: owner").click()
    expect(alice.get_by_role("rowheader", name="owner")).to_have_count(0)


def test_a_reader_is_offered_nothing_to_change(harbour: Harbour, visitors: Visitors) -> None:
    bob = visitors.signed_in(harbour, "bob")
    bob.goto("/acme/app/-/tags/v3")
    expect(bob.get_by_role("heading", name="Layers and history")).to_be_visible()
    expect(bob.get_by_role("button", name="Add label")).to_have_count(0)
    expect(bob.get_by_role("link", name="Change this tag")).to_have_count(0)


def test_what_somebody_pushed_is_never_a_script(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/evil")
    image = push.image("v1", [b"evil"], labels={XSS: XSS, "plain": XSS}, environment=[XSS])
    subject = {key: image[key] for key in ("mediaType", "digest", "size")}
    push.artifact("text/" + XSS, {XSS: b"{}"}, subject=subject, annotations={XSS: XSS})
    push.artifact("application/vnd.evil", {XSS: b"x"}, "notes", annotations={XSS: XSS})
    _evil_history(push, "history")
    for tag in ("v1", "notes", "history"):
        alice.goto(f"/acme/evil/-/tags/{tag}")
        alice.locator("main details:not([open])").evaluate_all("all => all.forEach(one => one.open = true)")
        expect(alice.get_by_text(XSS).first).to_be_visible()
        assert "owned" not in alice.title()
        assert alice.locator("main img").count() == 0


def _evil_history(push: Pusher, tag: str) -> None:
    """Push an image whose config says what it likes."""
    run = {"User": XSS, "Entrypoint": [XSS], "ExposedPorts": {XSS: {}}, "Volumes": {XSS: {}}}
    config: dict[str, Any] = {"os": XSS, "architecture": XSS, "created": XSS, "config": run}
    config["history"] = [{"created_by": XSS, "comment": XSS}]
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": push.blob(json.dumps(config).encode(), OCI_CONFIG),
        "layers": [],
    }
    push.manifest(manifest, tag)
