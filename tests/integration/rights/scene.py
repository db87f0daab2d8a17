"""Somebody who holds a right, and the requests that show it: they succeed before it is lost, and never after."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from charthouse.api.kit.front import Front
from tests.support.asgi import ask
from tests.support.browser import Browser
from tests.support.server import Answer

OWNER, ROOT = "owner", "root"
PASSWORD = "correct-horse-battery"
CALLBACK = "https://ci.example.com/callback"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ENDED = frozenset({401, 403, 404})

Probe = Callable[[], Coroutine[Any, Any, Answer]]


class Replica:
    """A whole application in this process."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def ask(self, method: str, target: str, **request: Any) -> Answer:
        """Send a request."""
        return await ask(self._front, method, target, **request)


def basic(name: str, secret: str) -> dict[str, str]:
    """Return the header of a name and its secret."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """Return the header of a token."""
    return {"Authorization": f"Bearer {token}"}


@dataclass
class Scene:
    """An organization of ``OWNER`` with one image, and a person. Changes are made at ``one``, rights asked for at ``two``."""

    one: Replica
    two: Replica
    owner: Browser
    root: Browser
    number: int
    probes: dict[str, Probe] = field(default_factory=dict)

    @property
    def organization(self) -> str:
        return f"org{self.number}"

    @property
    def repository(self) -> str:
        return f"{self.organization}/app"

    @property
    def person(self) -> str:
        return f"person{self.number}"

    async def prepare(self) -> None:
        """Make all that is new."""
        email = f"{self.person}@example.com"
        new = {"username": self.person, "email": email}
        made = await self.by(self.root, "POST", "superuser/users/", **new)
        await self.by(self.root, "PUT", f"superuser/users/{self.person}", password=PASSWORD)
        assert made["username"] == self.person
        await self.by(self.owner, "POST", "organization/", name=self.organization, email="")
        await self.push(self.repository)

    async def push(self, repository: str) -> None:
        """Push an image, tagged v1, as the owner."""
        digest = f"sha256:{sha256(b'{}').hexdigest()}"
        headers = basic(OWNER, PASSWORD)
        upload = f"/v2/{repository}/blobs/uploads/?digest={digest}"
        pushed = await self.one.ask("POST", upload, headers=headers, body=b"{}")
        assert pushed.status == 201, pushed.body
        config = {"mediaType": "application/vnd.example", "digest": digest, "size": 2}
        manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": []}
        body, headers = json.dumps(manifest).encode(), headers | {"Content-Type": IMAGE}
        assert (await self.one.ask("PUT", self.image(repository), headers=headers, body=body)).status == 201

    def image(self, repository: str = "") -> str:
        """Return the address of the image."""
        return f"/v2/{repository or self.repository}/manifests/v1"

    async def by(self, browser: Browser, method: str, path: str, **document: Any) -> Any:
        """Do something at the first replica; fails unless it is done."""
        answer = await browser.ask(method, f"/api/v1/{path}", document=document or None)
        assert answer.status < 300, (method, path, answer.status, answer.body)
        return json.loads(answer.body or b"null")

    async def grant(self, role: str = "read", name: str = "") -> None:
        """Let the person (or a robot) have a role in the repository."""
        path = f"repository/{self.repository}/permissions/user/{name or self.person}"
        await self.by(self.owner, "PUT", path, role=role)

    async def team(self, role: str = "member", grant: str = "") -> None:
        """Put the person into the team ``crew``, which may have a role in the repository."""
        crew = f"organization/{self.organization}/team/crew"
        await self.by(self.owner, "PUT", crew, role=role)
        await self.by(self.owner, "PUT", f"{crew}/members/{self.person}")
        if grant:
            path = f"repository/{self.repository}/permissions/team/crew"
            await self.by(self.owner, "PUT", path, role=grant)

    async def browser(self, replica: Replica) -> Browser:
        """Return a browser in which the person is signed in."""
        browser = Browser(replica)
        assert (await browser.sign_in(self.person, PASSWORD)).status == 200
        return browser

    # -- requests that show a right -------------------------------------------------------------------------

    def shows(self, method: str, target: str, headers: dict[str, str], **request: Any) -> None:
        """Add a request to the second replica."""
        name = f"{len(self.probes)} {method} {target} {' '.join(headers.values())[:30]}"
        self.probes[name] = lambda: self.two.ask(method, target, headers=headers, **request)

    def shows_page(self, browser: Browser, path: str = "user/") -> None:
        """Add a request of a browser."""
        self.probes[f"{len(self.probes)} by a session"] = lambda: browser.ask("GET", f"/api/v1/{path}")

    async def shows_pulls(
        self, name: str, secret: str, *, refresh: bool = False, peer: str = "192.0.2.1"
    ) -> None:
        """Add pulls by name and secret, and by the token that they were exchanged for at the second replica."""
        known = basic(name, secret)
        self.shows("GET", self.image(), known, peer=peer)
        scope = f"repository:{self.repository}:pull"
        query = urlencode({"service": "registry.example.com", "scope": scope, "offline_token": "true"})
        issued = (await self.two.ask("GET", f"/v2/auth?{query}", headers=known, peer=peer)).json()
        self.shows("GET", self.image(), bearer(issued["token"]))
        self.shows("GET", f"/v2/{self.repository}/tags/list", bearer(issued["token"]))
        if refresh:
            fields = {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
            form = urlencode(fields | {"service": "registry.example.com", "scope": scope}).encode()
            self.shows("POST", "/v2/auth", FORM, body=form)

    async def works(self) -> None:
        """Fail unless all that was shown is so."""
        found = await self._statuses()
        assert set(found.values()) == {200}, found

    async def ends_with(self, *loss: Coroutine[Any, Any, Any]) -> None:
        """Fail unless all that was shown so far ends with what is lost, at once."""
        await self.works()
        await self.works()  # from memory
        for step in loss:
            await step
        for _ in range(2):
            found = await self._statuses()
            assert set(found.values()) <= ENDED, found

    async def _statuses(self) -> dict[str, int]:
        return {name: (await probe()).status for name, probe in self.probes.items()}


async def consented(scene: Scene, application: dict[str, Any]) -> str:
    """Return an access token that the person has let an application have (the implicit flow)."""
    browser = await scene.browser(scene.one)
    asked = {
        "response_type": "token",
        "client_id": application["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "repo:read user:read",
    }
    answer = await browser.ask("POST", "/oauth/authorizeapp", body=urlencode(asked).encode(), headers=FORM)
    assert answer.status == 302, answer.body
    [token] = parse_qs(urlsplit(answer.headers["location"]).fragment)["access_token"]
    return token
