"""Which repository an address means, where its path could mean several.

A repository's name may hold any segment, so ``DELETE repository/acme/a/tag/b`` is the tag ``b`` of ``acme/a``, or the
repository ``acme/a/tag/b``. A client that writes the name's slashes as ``%2F`` has said it. Otherwise the one is meant
that is there, as far as the caller can see; of several, that of the longest template. So ``GET
repository/acme/app/tag`` is the list that has a slash at its end, unless there is such a repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from fastapi import Request

from charthouse.api.kit.asgi import Scope
from charthouse.api.kit.routes import Route
from charthouse.model.errors import NameInvalid, RegistryError
from charthouse.model.names import parse_repository
from charthouse.model.permissions import Actor

from .guard import Guard

SLASH = "\x1f"
"""Stands for a slash of a repository's name in the path that the framework dispatches by; no name can have it."""

_NAME = rf"[^/{SLASH}]*{SLASH}[^/]*|[^/]+(?:/[^/]+)+"
REPOSITORY = _NAME
"""The pattern of ``{repository}``: a full name, two segments or more.

It matches any text in one way only, so that it is read in linear time: strangers write the paths.
"""


def name_in(value: str) -> str:
    """Return the repository's name that ``{repository}`` matched."""
    return value.replace(SLASH, "/")


class _Meaning(NamedTuple):
    """A repository's full name, and the path with its slashes marked."""

    name: str
    path: str


class Addresses:
    """Finds out what a path means, for the routes of one table (more specific ones first)."""

    def __init__(self, routes: Sequence[Route], guard: Guard) -> None:
        self._guard = guard
        self._patterns: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        of_repositories = [route for route in routes if "{repository}" in route.template]
        for route in of_repositories:
            self._patterns.setdefault(route.method, []).append((_pattern(route.template), ""))
        for route in of_repositories:
            if route.template.endswith("/"):
                self._patterns[route.method].append((_pattern(route.template[:-1]), "/"))

    async def settle(self, scope: Scope) -> str:
        """Return the path of a request, the slashes of the repository's name marked when that is in doubt."""
        raw: bytes = scope.get("raw_path") or b""
        path: str = scope["path"].replace(SLASH, "\ufffd")
        if b"%2f" in raw.lower():
            segments = raw.partition(b"?")[0].decode("ascii", "replace").split("/")
            decoded = (unquote(segment).replace(SLASH, "\ufffd") for segment in segments)
            path = "/".join(segment.replace("/", SLASH) for segment in decoded)
        meanings = list(self._meanings(scope["method"], path))
        if not meanings:
            return path
        if len(meanings) == 1:
            return meanings[0].path
        return await self._meant(Request(scope), meanings)

    def _meanings(self, method: str, path: str) -> Iterator[_Meaning]:
        """Yield what the path could mean, one meaning for each repository."""
        seen: set[str] = set()
        for pattern, missing in self._patterns.get(method, ()):
            match = pattern.fullmatch(path)
            if match is not None and match["repository"] not in seen:
                seen.add(match["repository"])
                begin, end = match.span("repository")
                name = path[begin:end].replace("/", SLASH)
                yield _Meaning(name_in(name), path[:begin] + name + path[end:] + missing)

    async def _meant(self, request: Request, meanings: Sequence[_Meaning]) -> str:
        try:
            actor = await self._guard.actor(request)
        except RegistryError:
            return meanings[0].path  # the route will tell
        for meaning in meanings:
            if await self._is_seen(actor, meaning.name):
                return meaning.path
        return meanings[0].path

    async def _is_seen(self, actor: Actor, name: str) -> bool:
        try:
            return await self._guard.gate.sees(actor, parse_repository(name))
        except NameInvalid:
            return False


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", template)
    return re.compile("".join(_part(part) for part in parts))


def _part(part: str) -> str:
    if part == "{repository}":
        return f"(?P<repository>{_NAME})"
    return "[^/]+" if part.startswith("{") else re.escape(part)
