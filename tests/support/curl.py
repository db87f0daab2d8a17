"""curl as a person's script calls it, and answers compared whole."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from .server import Server
from .shell import Shell


@dataclass(frozen=True)
class Curl:
    """curl on somebody's machine, in front of a server over HTTPS; ``token`` is an access token, or ""."""

    shell: Shell
    server: Server
    token: str = ""

    def ask(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        """Send a request, with ``document`` as JSON; returns the status and the JSON that came back (None: nothing)."""
        command = ["curl", "--silent", "--show-error", "--cacert", str(self.server.ca), "--request", method]
        if self.token:
            command += ["--header", f"Authorization: Bearer {self.token}"]
        if document is not None:
            command += ["--header", "Content-Type: application/json", "--data", json.dumps(document)]
        command += ["--write-out", "\n%{http_code}", self.server.url + path]
        body, _, status = self.shell.run(*command).stdout.rpartition("\n")
        return int(status), json.loads(body) if body else None

    def expect(self, status: int, method: str, path: str, document: Any = None) -> Any:
        """Send a request that must be answered with ``status``; returns the JSON that came back."""
        found, answer = self.ask(method, path, document)
        assert found == status, f"{method} {path}: {found} {answer}"
        return answer


def same(found: Any, expected: Any, where: str = "answer") -> None:
    """Compare JSON with what is expected, keys and all; raises AssertionError that says where they differ.

    In ``expected`` a type stands for any value of it, a pattern for any text that it matches whole.
    """
    match expected:
        case type():
            assert type(found) is expected, f"{where}: {found!r} is no {expected.__name__}"
        case re.Pattern():
            assert isinstance(found, str), f"{where}: {found!r}"
            assert expected.fullmatch(found), f"{where}: {found!r} does not match {expected.pattern}"
        case dict():
            assert isinstance(found, dict), f"{where}: {found!r}"
            assert set(found) == set(expected), f"{where}: {sorted(found)} instead of {sorted(expected)}"
            for key, value in expected.items():
                same(found[key], value, f"{where}.{key}")
        case list():
            assert isinstance(found, list), f"{where}: {found!r}"
            assert len(found) == len(expected), f"{where}: {found!r}"
            for number, value in enumerate(expected):
                same(found[number], value, f"{where}[{number}]")
        case _:
            assert found == expected, f"{where}: {found!r} instead of {expected!r}"
