"""Versions of charts: SemVer 2 as Helm reads, orders and tags it.

Helm takes a leading ``v``, missing parts (``1``, ``1.2``) and zeros in front of the three numbers, refuses what SemVer
refuses after them, and more than 256 characters (Masterminds/semver 3.5, as Helm 3.22 and 4.3 use it).
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from .errors import ChartInvalid

_VERSION = re.compile(
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
_LONGEST = 256
_LARGEST = 2**64 - 1
_LONGEST_TAG = 128


class Version(NamedTuple):
    """A version; tuples of ``precedence`` compare as SemVer says."""

    major: int
    minor: int
    patch: int
    prerelease: str
    build: str

    @property
    def precedence(self) -> tuple[int, int, int, bool, tuple[tuple[int, int, str], ...]]:
        """Return what to compare by: greater is newer; what was built differs in nothing."""
        parts = self.prerelease.split(".") if self.prerelease else []
        return self.major, self.minor, self.patch, not parts, tuple(map(_identifier, parts))


@functools.lru_cache(4096)
def parse_version(text: str) -> Version:
    """Read a version. Raises ChartInvalid when Helm would not take it."""
    if len(text) > _LONGEST:
        raise ChartInvalid("version", f"a version has at most {_LONGEST} characters, not {len(text)}")
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ChartInvalid(
            "version", f"{text!r} is not a SemVer 2 version; write it like 1.2.3 or 1.2.3-rc.1+build.5"
        )
    major, minor, patch, prerelease, build = match.groups("")
    numbers = int(major), int(minor or "0"), int(patch or "0")
    if max(numbers) > _LARGEST:
        raise ChartInvalid("version", f"{text!r} has a number that does not fit in 64 bits")
    for part in prerelease.split("."):
        if part.isdecimal() and len(part) > 1 and part[0] == "0":
            raise ChartInvalid(
                "version", f"{text!r} has a zero in front of {part!r}, which SemVer 2 does not allow"
            )
    return Version(*numbers, prerelease, build)


def is_version(text: str) -> bool:
    """Return whether Helm would take ``text`` as a chart's version."""
    try:
        parse_version(text)
    except ChartInvalid:
        return False
    return True


def is_strict(text: str) -> bool:
    """Return whether ``text`` is SemVer 2 to the letter: three numbers, no ``v``, no zeros in front."""
    try:
        version = parse_version(text)
    except ChartInvalid:
        return False
    core = f"{version.major}.{version.minor}.{version.patch}"
    return text.startswith(core) and text[len(core) : len(core) + 1] in ("", "-", "+")


def compare(left: str, right: str) -> int:
    """Return -1, 0 or 1, as ``left`` is older than, as new as or newer than ``right``. Raises ChartInvalid."""
    a, b = parse_version(left).precedence, parse_version(right).precedence
    return (a > b) - (a < b)


def newest_first(versions: list[str]) -> list[str]:
    """Return versions as an index lists them; what is no version comes last, equal ones ordered by their text."""
    return sorted(versions, key=sort_key, reverse=True)


@functools.lru_cache(4096)
def sort_key(text: str) -> tuple[object, ...]:
    """Return a key that orders versions from old to new; what is no version is the oldest."""
    try:
        return (True, parse_version(text).precedence, text)
    except ChartInvalid:
        return (False, (), text)


def tag_of(version: str) -> str:
    """Return the tag that ``helm push`` gives a version: tags cannot hold ``+``. Raises ChartInvalid."""
    parse_version(version)
    if len(version) > _LONGEST_TAG:
        raise ChartInvalid("version", f"a version of more than {_LONGEST_TAG} characters cannot be a tag")
    return version.replace("+", "_")


def version_of_tag(tag: str) -> str:
    """Return the version that Helm reads from a tag, which may be none at all (``is_version`` tells)."""
    return tag.replace("_", "+")


def _identifier(part: str) -> tuple[int, int, str]:
    """Return how an identifier compares: numbers by value, before all others, which compare as text."""
    if part.isdecimal() and int(part) <= _LARGEST:
        return (0, int(part), "")
    return (1, 0, part)
