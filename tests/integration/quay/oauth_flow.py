"""A user's browser, an application, and what passes between them until the application has a token."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.quay import QuayApi
from tests.support.server import Answer

PASSWORD = "correct-horse"
APPLICATIONS = "/api/v1/organization/acme/applications"
CALLBACK = "https://ci.example.com/callback"
LANDING = "https://registry.example.com/oauth/localapp"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = "application/x-www-form-urlencoded"
NAVIGATION = {"X-Requested-With": "", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


class Flow:
    """Alice's browser, an application, and what passes between them."""

    def __init__(self, quay: QuayApi, browser: Browser, app: dict[str, Any]) -> None:
        self.quay = quay
        self.browser = browser
        self.app = app

    def fields(self, **more: str) -> dict[str, str]:
        wanted = {
            "response_type": "code",
            "client_id": self.app["client_id"],
            "redirect_uri": CALLBACK,
            "scope": "user:read repo:read",
            "state": "st&te #",
        } | more
        return {name: value for name, value in wanted.items() if value}

    async def ask(self, **more: str) -> Answer:
        target = f"/oauth/authorize?{urlencode(self.fields(**more))}"
        return await self.browser.ask("GET", target, headers=NAVIGATION)

    async def post(self, action: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form as a browser does: without the headers that only scripts set."""
        plain = {"Content-Type": FORM, "X-CSRF-Token": "", "X-Requested-With": ""} | headers
        return await self.browser.ask("POST", action, body=urlencode(fields).encode(), headers=plain)

    async def consent(self, action: str = "/oauth/authorizeapp", **more: str) -> Answer:
        page = await self.ask(**more)
        assert page.status == 200, page.body
        return await self.post(action, Page(page.body.decode()).fields)

    async def code(self, **more: str) -> str:
        answer = await self.consent(**more)
        assert answer.status == 302, answer.body
        [code] = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
        return code

    async def redeem(self, code: str, headers: dict[str, str] | None = None, **more: str) -> Answer:
        wanted = {
            "grant_type": "authorization_code",
            "client_id": self.app["client_id"],
            "client_secret": self.app["client_secret"],
            "redirect_uri": CALLBACK,
            "code": code,
        } | more
        body = urlencode({name: value for name, value in wanted.items() if value}).encode()
        return await self.quay.ask(
            "POST", "/oauth/access_token", body=body, headers={"Content-Type": FORM} | (headers or {})
        )

    async def works(self, token: str) -> bool:
        answer = await self.quay.ask("GET", "/api/v1/user/", headers={"Authorization": f"Bearer {token}"})
        return answer.status == 200


async def flow_of(quay: QuayApi) -> Flow:
    await quay.registry.users.create_user("alice", PASSWORD, "alice@example.com")
    browser = Browser(quay)
    assert (await browser.sign_in("alice", PASSWORD)).status == 200
    await quay.organization("acme", "olivia")
    new = {"name": "<CI> & co", "redirect_uri": CALLBACK, "description": "<script>alert(1)</script>"}
    app = (await quay.ask("POST", APPLICATIONS, document=new, who="olivia")).json()
    return Flow(quay, browser, app)


def query_of(answer: Answer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["location"]).query)


def fragment_of(answer: Answer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["location"]).fragment)


def is_refusal(answer: Answer) -> bool:
    """Tell whether a page says no, and leads nowhere."""
    return answer.status >= 400 and "location" not in answer.headers
