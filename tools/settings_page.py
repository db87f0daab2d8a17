"""docs/reference/configuration.md, from the table of keys."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from charthouse.config.defaults import default_of, written
from charthouse.config.key import Guarded, Honoured, Inert, Key, Status
from charthouse.config.keys.table import AREAS

INTRODUCTION = """\
Charthouse reads Quay's `config.yaml`: the same names, the same forms of values. Names that begin with `CHARTHOUSE_` are
its own. `charthouse config validate FILE` checks a file; [config.schema.json](config.schema.json) lets editors do so.

**Where settings come from**, the later wins: the file (`--config` or `CHARTHOUSE_CONFIG`); `QUAY_OVERRIDE_CONFIG`, a JSON
object laid over it; `QUAY_DISTRIBUTED_STORAGE_PREFERENCE`, names with spaces between; environment variables of the same
name where the table says *env*; options of the command.

**Values**: a boolean or number may be text (`'true'`, `'443'`); a duration is seconds or a number with `s`, `m`, `h`, `d`,
`w`; a size is bytes or a number with `K`, `M`, `G`, `T` (thousands) or `Ki`, `Mi`, `Gi`, `Ti` (1024s). A key without a value
(null) keeps its default.

**What becomes of a key**:

- *honoured*: it does what it says.
- *inert*: no effect yet, until the part comes that is named. It is checked, and a start that finds it warns.
- *only X*: no effect yet either, and another value would seem to protect something that it does not: it refuses the start.
- *left out*: it will never have an effect, for the reason given. It is checked, and a start that finds it warns.
- Every other key refuses the start, and the nearest name is told.
"""


def settings_page(generated: str) -> str:
    """Return the page; ``generated`` is the note that nobody edits it."""
    lines = ["# Settings", generated, INTRODUCTION]
    for title, keys in AREAS.items():
        lines += [
            f"## {title}",
            "| key | value | default | in Quay | becomes | meaning |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(key) for key in keys]
        lines.append("")
    return "\n".join(lines)


def _row(key: Key) -> str:
    honoured = isinstance(key.status, Honoured)
    cells = (
        f"`{key.name}`{', env' if key.environment else ''}",
        key.kind.title,
        _default(key) if honoured else "",
        _in_quay(key),
        _becomes(key.status),
        f"{key.meaning} (Not Quay's default: {key.why}.)" if key.why else key.meaning,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _in_quay(key: Key) -> str:
    if key.quay is msgspec.UNSET:
        return "not there"
    version = f", {key.since}" if key.since else ""
    return f"{_plain(key.quay)}{version}"


def _becomes(status: Status) -> str:
    match status:
        case Honoured():
            return "honoured"
        case Inert():
            return f"inert: {status.later}"
        case Guarded():
            return f"only {status.shown}: else {status.why}"
        case _:
            return f"left out: {status.why}"


def _default(key: Key) -> str:
    """Return a default as somebody would write it in a file."""
    value = default_of(key)
    return "" if value is msgspec.UNSET or value == "" else f"`{_word(written(key, value))}`"


def _plain(value: Any) -> str:
    return "none" if value is None or value == "" else f"`{_word(value)}`"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
