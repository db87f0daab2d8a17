"""The loads on the console: its lists, as a browser that is signed in asks for them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from statistics import median
from types import MappingProxyType

from .contenders import Contender
from .crowd import LARGEST
from .loader import NAMESPACE, OWNER, PASSWORD, USER
from .loads import Load, Measure

LEAST_TRIES = 15
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "repositories": (
            "/",
            f"/{NAMESPACE}",
            f"/{NAMESPACE}?page=300",
            f"/{NAMESPACE}?sort=modified",
            f"/{NAMESPACE}?kind=chart",
            f"/{NAMESPACE}?q=crowd-09",
        ),
        "search": (
            "/search?q=crowd",
            "/search?q=crowd&sort=modified",
            "/search?q=nothing-is-called-so",
        ),
        "tags": (
            f"/{LARGEST}",
            f"/{LARGEST}/-/tags",
            f"/{LARGEST}/-/tags?sort=name",
            f"/{LARGEST}/-/tags?q=w0099",
            f"/{LARGEST}/-/tags?page=100",
            f"/{LARGEST}/-/tags/w000001",
            f"/{LARGEST}/-/history",
        ),
        "people": (
            f"/{NAMESPACE}/-/teams",
            f"/{NAMESPACE}/-/members",
            f"/{NAMESPACE}/-/robots",
            f"/{NAMESPACE}/-/defaults",
        ),
        "administration": (
            "/-/admin/",
            "/-/admin/users",
            "/-/admin/users?q=son-099",
            "/-/admin/orgs",
            "/-/admin/orgs?q=tion-009",
        ),
    }
)
"""Pages by what they list."""
_OF_OWNERS = frozenset({"people", "administration"})
"""Asked for by the owner of the organization, who is a superuser; the others by a member of a team."""


class Window:
    """A browser's window: one connection, and the cookies of a session."""

    def __init__(self, host: str) -> None:
        self._connection = HTTPConnection(host, timeout=60)
        self._cookies: dict[str, str] = {}

    def sign_in(self, name: str, password: str) -> None:
        """Open a session."""
        token = json.loads(self.ask("GET", "/csrf_token"))["csrf_token"]
        body = json.dumps({"username": name, "password": password})
        headers = {"X-CSRF-Token": token, "Content-Type": "application/json"}
        self.ask("POST", "/api/v1/signin", body, headers)

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> bytes:
        """Return the body of an answer; raises RuntimeError for a refusal."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {"Accept": "text/html", "Accept-Encoding": "gzip", "Cookie": cookies, **(headers or {})}
        self._connection.request(method, path, body.encode() or None, sent)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies.update({name: one.value for name, one in SimpleCookie(line).items()})
        return content


def reader_of(group: str) -> str:
    """Return who asks for the pages of a group."""
    return OWNER if group in _OF_OWNERS else USER


def slowest_of(group: str) -> Load:
    """GET the pages of a group again and again; the value is the slowest one's median, in milliseconds."""

    def load(one: Contender) -> Measure:
        window = Window(one.host)
        window.sign_in(reader_of(group), PASSWORD)
        paths = GROUPS[group]

        def measure(seconds: float) -> float:
            return max(median(_times(window, path, seconds / len(paths))) for path in paths)

        return measure

    return load


def _times(window: Window, path: str, seconds: float) -> list[float]:
    found: list[float] = []
    until = time.monotonic() + seconds
    while len(found) < LEAST_TRIES or time.monotonic() < until:
        started = time.monotonic()
        window.ask("GET", path)
        found.append((time.monotonic() - started) * 1000)
    return found
