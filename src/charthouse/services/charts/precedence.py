"""How versions compare where only bytes are compared: in the metadata store."""

from __future__ import annotations

from charthouse.helm.chart.versions import parse_version

_LARGEST = 2**64 - 1
_TEXT = "_"
"""Begins an identifier that is no number; it sorts after every number's first character."""
_BETWEEN = "!"
"""Separates identifiers; it sorts before every character of one, so that fewer come before more."""


def precedence_of(version: str) -> str:
    """Return a text of ASCII, at most 450 characters, that is greater the later Helm would take a version.

    The greatest is the one that Helm takes when none is named, so every pre-release (1.0.0-rc.1) is less than every
    release. Within each kind they compare as SemVer 2 says, and those that differ only in their build are equal.
    Raises ChartInvalid.
    """
    found = parse_version(version)
    core = "".join(map(_number, (found.major, found.minor, found.patch)))
    if not found.prerelease:
        return "1" + core
    return "0" + core + _BETWEEN.join(map(_identifier, found.prerelease.split(".")))


def _number(value: int) -> str:
    """Return digits behind a character that tells how many they are."""
    digits = str(value)
    return chr(ord("0") + len(digits)) + digits


def _identifier(part: str) -> str:
    if part.isdecimal() and int(part) <= _LARGEST:
        return _number(int(part))
    return _TEXT + part
