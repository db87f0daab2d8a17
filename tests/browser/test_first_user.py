"""From a fresh server to the first push, which the page notices: with the very lines that it shows."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.server import Person, Server, StartServer
from tests.support.shell import Shell
from tests.support.tools import tool

from .people import Visitors
from .pusher import Pusher

PASSWORD = "correct-horse-battery"


def test_the_first_user_pushes_a_chart(start_server: StartServer, visitors: Visitors, tmp_path: Path) -> None:
    server = fresh(start_server)
    page = visitors.stranger(server)
    make_first_user(page, "ada")
    expect(page.get_by_text("You administer this registry.")).to_be_visible()
    make_organization(page, "acme")
    waiting = page.get_by_role("heading", name="Waiting for the first push")
    expect(waiting).to_be_visible()
    shell = Shell(tmp_path / "home", PATH=f"{helm_in(tmp_path)}:/usr/bin:/bin")
    for line in ("helm-login", "helm-package", "helm-push"):
        more = " --password-stdin" if line == "helm-login" else ""
        shell.run("sh", "-c", page.locator(f"#{line}").inner_text() + more, stdin=PASSWORD)
    page.get_by_role("link", name="acme/hello").click()
    expect(page.get_by_role("heading", name="acme/hello", level=1)).to_be_visible()


def test_a_page_that_waits(start_server: StartServer, visitors: Visitors) -> None:
    """It asks for itself only, goes on until something comes, and then no more."""
    server = fresh(start_server)
    page = visitors.stranger(server)
    make_first_user(page, "ada")
    asked: list[str] = []
    page.goto("/ada/-/start")
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response(lambda answer: answer.status == 204):
        pass
    expect(page.get_by_role("heading", name="Waiting for the first push")).to_be_visible()
    push(server, "ada/app")
    expect(page.get_by_role("link", name="ada/app")).to_be_visible()
    count = asked.count(f"{server.url}/ada/-/start")
    page.wait_for_timeout(2500)  # longer than the pause between two questions: there is nothing to wait for
    assert asked.count(f"{server.url}/ada/-/start") == count


def test_lines_are_copied_by_keyboard(start_server: StartServer, visitors: Visitors) -> None:
    server = fresh(start_server)
    page = visitors.stranger(server, permissions=["clipboard-read", "clipboard-write"])
    make_first_user(page, "ada")
    page.goto("/ada/-/start")
    button = page.locator("[data-copy='docker-push']")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"docker push {server.host}/ada/busybox:latest"


def fresh(start_server: StartServer) -> Server:
    """Return a server without users, whose pages are loaded: on a busy machine that takes longer than a browser waits."""
    server = start_server("--workers", "1")
    server.wait_until_up("/-/about")
    return server


def make_first_user(page: Page, name: str) -> None:
    """Fill in the form that a fresh server shows at its first address, by keyboard alone."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Make the first user")).to_be_visible()
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/organizations/new/")


def make_organization(page: Page, name: str) -> None:
    """Fill in the form of a new organization, once wrongly."""
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Not A Name")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("A name has 2 to 255 small letters")
    page.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{name}/-/start")


def helm_in(directory: Path) -> Path:
    """Return a directory that has Helm under its own name."""
    place = directory / "bin"
    place.mkdir()
    (place / "helm").symlink_to(tool("helm4"))
    return place


def push(server: Server, repository: str) -> None:
    """Push an image as the first user."""
    Pusher(server, Person("ada", PASSWORD), repository).image("v1", [b"a layer"])
