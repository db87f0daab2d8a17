"""A harbour into whose every field somebody has written what would run in the reader's browser, were it not escaped."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from .harbour import Harbour
from .pusher import Pusher

MARK = "was-not-escaped"
"""The attribute that every element of the attack has; no page may have such an element."""
ATTACK = (
    f"""'"></textarea></title></script><img {MARK} src=x onerror="window.ran=1">"""
    f"""<svg {MARK} onload="window.ran=1"></svg>{{{{7*7}}}}<a {MARK} href="javascript:window.ran=1">x</a>"""
)
MARKDOWN = f"""# {ATTACK}

[link](javascript:window.ran=1) [other](vbscript:x) [data](data:text/html,<script>window.ran=1</script>)
![picture](javascript:window.ran=1) <javascript:window.ran=1>

<a {MARK} href="javascript:window.ran=1">raw</a><iframe {MARK} src="javascript:window.ran=1"></iframe>

| a | b |
|---|---|
| {ATTACK.replace("|", "")} | [x](&#106;avascript:window.ran=1) |
"""


def make_hostile(harbour: Harbour, alice: Page) -> None:
    """Write the attack wherever the API takes text; ``alice`` is signed in."""
    server = harbour.server

    def say(method: str, path: str, document: dict[str, Any]) -> Any:
        return server.api(method, f"/api/v1/{path}", document, server.admin)

    for name in ("app", "web", "notes", "open", "empty"):
        say("PUT", f"repository/acme/{name}", {"description": MARKDOWN})
    say("PUT", "organization/acme/team/crew", {"role": "member", "description": MARKDOWN})
    say(
        "PUT",
        "organization/acme/robots/hostile",
        {"description": ATTACK, "unstructured_metadata": {"a": ATTACK}},
    )
    application = {
        "name": ATTACK,
        "description": ATTACK,
        "application_uri": "javascript:window.ran=1",
        "redirect_uri": "",
    }
    made = say("POST", "organization/acme/applications", application)
    say(
        "POST",
        f"organization/acme/applications/{made['client_id']}/tokens",
        {"name": ATTACK, "scope": "repo:read"},
    )
    say(
        "POST",
        "messages",
        {"message": {"content": ATTACK, "media_type": "text/plain", "severity": "warning"}},
    )
    say(
        "POST",
        "messages",
        {"message": {"content": MARKDOWN, "media_type": "text/markdown", "severity": "info"}},
    )
    key = {
        "service": "quay",
        "expiration": None,
        "name": ATTACK,
        "notes": MARKDOWN,
        "metadata": {"a": ATTACK},
    }
    say("POST", "superuser/keys", key)
    _push(harbour)
    profile = {"given_name": ATTACK, "family_name": ATTACK, "company": ATTACK, "location": ATTACK}
    _as_oneself(alice, "put", "/api/v1/user/", profile)
    _as_oneself(alice, "post", "/api/v1/user/apptoken", {"title": ATTACK[:255]})


def _push(harbour: Harbour) -> None:
    """Push what names, labels, annotations and histories may hold."""
    people = harbour.people
    app = Pusher(harbour.server, people["alice"], "acme/app")
    for tag in ("v1", "v3"):
        app.image(tag, [b"hostile"], labels={"title": ATTACK, ATTACK: "x"}, environment=[f"X={ATTACK}"])
    Pusher(harbour.server, people["alice"], "acme/open").image("latest", [b"hostile"], labels={"a": ATTACK})
    notes = Pusher(harbour.server, people["alice"], "acme/notes")
    links = {
        "org.opencontainers.image.url": "javascript:window.ran=1",
        "org.opencontainers.image.source": "javascript:window.ran=1",
        "org.opencontainers.image.documentation": "data:text/html,<script>window.ran=1</script>",
        "org.opencontainers.image.description": ATTACK,
    }
    notes.artifact(
        "application/vnd.example.notes", {ATTACK: b"x"}, "2026", annotations={ATTACK: ATTACK} | links
    )


def _as_oneself(page: Page, method: str, path: str, document: dict[str, Any]) -> None:
    """Send JSON as the person whose window it is, as a page of ours does."""
    token = page.request.get("/csrf_token").json()["csrf_token"]
    origin = page.evaluate("location.origin")
    headers = {"X-CSRF-Token": token, "X-Requested-With": "XMLHttpRequest", "Origin": origin}
    headers |= {"Content-Type": "application/json"}
    answer = page.request.fetch(path, method=method, headers=headers, data=json.dumps(document))
    assert answer.ok, (path, answer.status, answer.text())
