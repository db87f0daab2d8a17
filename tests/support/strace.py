"""The system calls of a real process, in the order in which they ended."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

_LINE = re.compile(
    r"(?P<pid>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>(?P<tail>.*)|(?P<name>\w+)\((?P<rest>.*))"
)
_END = re.compile(r"\)? += (?P<result>-?\d+).*$")


class Call(NamedTuple):
    name: str
    arguments: str
    """As strace prints them; descriptors carry their path (``5</data/x>``)."""
    result: int


def trace(command: list[str], calls: list[str], log: Path) -> list[Call]:
    """Run ``command`` under strace and return its ``calls``, those of its threads and children too."""
    strace = ["strace", "-f", "-y", "-s", "256", "-o", str(log), "-e", f"trace={','.join(calls)}"]
    subprocess.run([*strace, *command], check=True, timeout=60)
    ended: list[Call] = []
    begun: dict[str, str] = {}
    for line in log.read_text().splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        pid = found["pid"]
        text = begun.pop(pid, "") + found["tail"] if found["resumed"] else found["rest"]
        if text.endswith("<unfinished ...>"):
            begun[pid] = text.removesuffix("<unfinished ...>").rstrip()
        elif end := _END.search(text):
            name = found["resumed"] or found["name"]
            ended.append(Call(name, text[: end.start()], int(end["result"])))
    return ended
