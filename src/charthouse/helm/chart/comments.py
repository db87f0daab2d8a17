"""What comments in values.yaml say of the settings below or beside them.

Understood are plain comments, helm-docs (``# -- text``, ``# path -- text``, ``# -- (type) text``, ``# @section -- name``,
``# @default -- text``) and the readme generator of Bitnami's charts (``## @param path [type] text``, ``## @section name``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML 1.1 counts as a line's end
_LONGEST = 4000  # characters kept of one description
_HELM_DOCS = re.compile(r"(?:[\w.\-\[\]\"]{1,200} )?-- ?(?:\(([^()]{1,80})\) )?(.*)")
_TAG = re.compile(r"@(\w{1,30})(?: -- | )?(.*)")
_PARAM = re.compile(r"#{1,4} ?@(?:param|extra) (\S{1,400}) ?(?:\[([^\[\]]{0,200})\])? ?(.*)")
_SECTION = re.compile(r"#{1,4} ?@section (?!-- )(.{1,200})")


class Comment(NamedTuple):
    """What was said of a setting; ``type`` only when it was named."""

    text: str = ""
    type: str = ""
    section: str = ""


class Comments:
    """The comments of one file, asked by line."""

    def __init__(self, text: str) -> None:
        self._lines = _BREAKS.split(text)
        self._params: dict[str, Comment] = {}
        section = ""
        for line in self._lines:
            if "@" not in line:
                continue
            stripped = line.strip()
            if match := _SECTION.fullmatch(stripped):
                section = match[1].strip()
            elif match := _PARAM.fullmatch(stripped):
                modifiers = (match[2] or "").split(",")
                named = [word.strip() for word in modifiers if word.strip() in _TYPES]
                self._params[match[1]] = Comment(
                    match[3].strip()[:_LONGEST], named[0] if named else "", section
                )

    def above(self, line: int, column: int, floor: int) -> Comment:
        """Return the comment right above ``line``, in the key's own column (a deeper one is commented-out YAML).

        It begins not above ``floor``; lines and columns count from 0.
        """
        start = line
        while start > floor and self._lines[start - 1][: column + 1].strip(" ") == "#":
            if len(self._lines[start - 1]) - len(self._lines[start - 1].lstrip(" ")) != column:
                break
            start -= 1
        return _block([text.strip().lstrip("#").removeprefix(" ") for text in self._lines[start:line]])

    def beside(self, line: int, column: int) -> Comment:
        """Return the comment on ``line`` at or behind ``column``."""
        rest = self._lines[line][column:] if line < len(self._lines) else ""
        before, mark, text = rest.partition("#")
        if not mark or before.strip(" \t:,]}") or (before and not before.endswith((" ", "\t"))):
            return Comment()
        return _block([text.strip()])

    def param(self, path: str) -> Comment | None:
        """Return what a ``@param`` line says of a path, wherever it stands."""
        return self._params.get(path)


_TYPES = frozenset(["string", "int", "integer", "number", "boolean", "bool", "object", "array", "list"])


def _block(lines: list[str]) -> Comment:
    """Return what a block of comment lines says, their marks taken off."""
    said: list[str] = []
    kind = section = ""
    in_schema = False
    for line in lines:
        if line.strip() == "@schema":
            in_schema = not in_schema
        elif in_schema:
            continue
        elif line.startswith("@") and (tag := _TAG.fullmatch(line)):
            section = tag[2].strip()[:200] if tag[1] == "section" else section
        elif match := _HELM_DOCS.fullmatch(line):
            kind = match[1] or ""
            said = [match[2]]  # what stands above the mark is not meant for the reader
        else:
            said.append(line)
    return Comment("\n".join(said).strip()[:_LONGEST], kind, section)
