"""Which repository an address means, where its path could mean several.

A repository's name may hold any segment, so ``DELETE repository/acme/a/tag/b`` is the tag ``b`` of ``acme/a``, or the
repository ``acme/a/tag/b``. A client that writes the name's slashes as ``%2F`` has said it. Otherwise the one is meant
that is there, as far as the caller can see; of several, that of the longest template. Lists end in a slash; a reader
who leaves it out means the list when no repository has that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from fastapi import Request

from charthouse.api.kit.asgi import Scope
from charthouse.api.kit.routes import Route
from charthouse.model.errors import RegistryError
from charthouse.model.names import parse_repository

from .guard import Guard

SLASH = "\x1f"
"""Stands for a slash of a repository's name in the path that the framework dispatches by; no name can have it."""

_NAME = rf"[^/]*{SLASH}[^/]*|[^/]+(?:/[^/]+)+"
REPOSITORY = _NAME
"""The pattern of ``{repository}``: a full name, two segments or more."""


def name_in(value: str) -> str:
    """Return the repository's name that ``{repository}`` matched."""
    return value.replace(SLASH, "/")


class Addresses:
    """Finds out what a path means, for the routes of one table (more specific ones first)."""

    def __init__(self, routes: Sequence[Route], guard: Guard) -> None:
        self._guard = guard
        self._patterns: dict[str, list[re.Pattern[str]]] = {}
        self._lists: list[re.Pattern[str]] = []
        for route in routes:
            if "{repository}" in route.template:
                self._patterns.setdefault(route.method, []).append(_pattern(route.template))
                if route.method == "GET" and route.template.endswith("/"):
                    self._lists.append(_pattern(route.template[:-1]))

    async def settle(self, scope: Scope) -> str:
        """Return the path of a request, the slashes of the repository's name marked when that is in doubt."""
        raw: bytes = scope.get("raw_path") or b""
        path = scope["path"].replace(SLASH, "\ufffd")
        if b"%2f" in raw.lower():
            segments = raw.partition(b"?")[0].decode("ascii", "replace").split("/")
            decoded = (unquote(segment).replace(SLASH, "\ufffd") for segment in segments)
            path = "/".join(segment.replace("/", SLASH) for segment in decoded)
        meanings = list(self._meanings(scope["method"], path))
        return path if len(meanings) < 2 else await self._meant(Request(scope), meanings)

    def _meanings(self, method: str, path: str) -> Iterator[str]:
        """Yield the path once for each repository that it could mean, with that one's name marked."""
        seen: set[str] = set()
        for pattern in self._patterns.get(method, ()):
            match = pattern.fullmatch(path)
            if match is not None and match["repository"] not in seen:
                seen.add(match["repository"])
                yield _marked(path, match)
        for pattern in self._lists if method == "GET" else ():
            match = pattern.fullmatch(path)
            if match is not None and match["repository"] not in seen:
                yield _marked(path, match) + "/"

    async def _meant(self, request: Request, meanings: Sequence[str]) -> str:
        try:
            actor = await self._guard.actor(request)
            for path in meanings:
                [name] = (name_in(segment) for segment in path.split("/") if SLASH in segment)
                if await self._guard.gate.sees(actor, parse_repository(name)):
                    return path
        except RegistryError:
            pass  # whoever it is, or whatever the name: the route will tell
        return meanings[0]


def _marked(path: str, match: re.Match[str]) -> str:
    begin, end = match.span("repository")
    return path[:begin] + path[begin:end].replace("/", SLASH) + path[end:]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", template)
    return re.compile("".join(_part(part) for part in parts))


def _part(part: str) -> str:
    if part == "{repository}":
        return f"(?P<repository>{_NAME})"
    return "[^/]+" if part.startswith("{") else re.escape(part)
