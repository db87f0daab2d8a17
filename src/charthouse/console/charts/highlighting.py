"""Texts of charts with colours, as classes of our style sheet, each line with an address of its own."""

from __future__ import annotations

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import JsonLexer

from .lexer import ChartLexer

LARGEST = 256 * 1024
"""Characters that are coloured; a longer text is shown plain."""
SHOWN = 1024 * 1024
"""Characters that are shown."""


def highlighted(text: str, path: str) -> Markup:
    """Return a text as HTML; ``path`` tells what it is."""
    text = text[:SHOWN]
    lexer = _lexer(path) if len(text) <= LARGEST else None
    if lexer is None:
        return escape(text)
    lines = highlight(text, lexer, HtmlFormatter(nowrap=True, classprefix="p-")).rstrip("\n").split("\n")
    numbered = (f'<span id="L{number}">{line}\n</span>' for number, line in enumerate(lines, 1))
    return Markup("".join(numbered))  # noqa: S704 -- Pygments escapes what it colours


def _lexer(path: str) -> ChartLexer | JsonLexer | None:
    if path.endswith(".json"):
        return JsonLexer(stripnl=False)
    name = path.rpartition("/")[2]
    yaml = name.endswith((".yaml", ".yml", ".tpl", ".gotmpl")) or path.startswith("templates/")
    return ChartLexer(stripnl=False) if yaml else None
