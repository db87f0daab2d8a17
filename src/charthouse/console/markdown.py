"""Markdown of people, as HTML that can do no harm: rendered without raw HTML, then cleaned by an allow-list."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markupsafe import Markup

LARGEST = 512 * 1024
"""Characters that are rendered; what comes after is left out."""
_MOST_TOKENS = 50_000
"""Parts of a text after which no table begins: empty cells are filled up, so that two kilobytes become 650."""
_TAGS = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = frozenset({"https", "http", "mailto"})
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`]|\b_|_\b|^#+ |(?<= )#+ ")


def render_markdown(text: str) -> Markup:
    """Return HTML. Pictures are left out: each would tell another server who reads here."""
    renderer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    limit_tables(renderer)
    renderer.core.ruler.push("lower_headings", _lower_headings)
    cleaned = nh3.clean(
        renderer.render(text[:LARGEST]),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="nofollow noopener noreferrer ugc",
    )
    return Markup(cleaned)  # noqa: S704 -- cleaned by nh3


def limit_tables(renderer: MarkdownIt) -> None:
    """Have a renderer leave tables as they are written when there is more than enough already."""
    renderer.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    return len(state.tokens) < _MOST_TOKENS and table(state, first, end, silent)


def _lower_headings(state: StateCore) -> None:
    """Make headings one level lower: the page has its own first one."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def plain_text(text: str, longest: int = 200) -> str:
    """Return the beginning of a text in Markdown as one line without marks; its headings only if there is no more."""
    lines = text[: longest * 4].splitlines()
    told = [line for line in lines if not line.startswith("#")]
    words = " ".join(" ".join(told if any(map(str.strip, told)) else lines).split())
    words = _MARKS.sub("", _LINK.sub(r"\1", words)).strip()
    return words if len(words) <= longest else f"{words[:longest].rstrip()}…"
