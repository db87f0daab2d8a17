"""A browser of a person: it keeps a cookie and bears what our own pages make it bear."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any, Protocol

from .server import Answer

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFE = ("GET", "HEAD", "OPTIONS")


class Api(Protocol):
    """Where a browser sends its requests."""

    async def ask(self, method: str, target: str, **request: Any) -> Answer:
        """Send a request."""


class Browser:
    """Signs in and calls the API of the test's own process."""

    def __init__(self, quay: Api, *, peer: str = "192.0.2.1") -> None:
        self.quay = quay
        self.peer = peer
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    @property
    def cookie(self) -> str:
        """The value of the only cookie there is."""
        [value] = self.cookies.values()
        return value

    async def ask(self, method: str, target: str, **request: Any) -> Answer:
        """Send a request as a page of the registry does, and keep the cookies of the answer."""
        headers = {
            "User-Agent": FIREFOX,
            "X-Requested-With": "XMLHttpRequest",
            "Sec-Fetch-Site": "same-origin",
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method not in SAFE:
            headers |= {"X-CSRF-Token": self.csrf, "Origin": "https://registry.example.com"}
        headers |= request.pop("headers", {})
        answer = await self.quay.ask(
            method, target, headers={k: v for k, v in headers.items() if v}, peer=self.peer, **request
        )
        self._keep(answer)
        return answer

    async def begin(self) -> None:
        """Fetch the CSRF token, as every page does first."""
        self.csrf = (await self.ask("GET", "/csrf_token")).json()["csrf_token"]

    async def sign_in(self, name: str, password: str) -> Answer:
        """Fetch the token and send name and password."""
        await self.begin()
        return await self.ask("POST", "/api/v1/signin", document={"username": name, "password": password})

    def _keep(self, answer: Answer) -> None:
        for name, morsel in SimpleCookie(answer.headers.get("set-cookie", "")).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
        self.csrf = answer.headers.get("x-next-csrf-token", self.csrf)
