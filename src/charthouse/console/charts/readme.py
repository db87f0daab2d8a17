"""A chart's README as HTML that can do no harm.

HTML in it is let through as far as it is text: what ``nh3`` does not know to be harmless is gone. Links to files of the
chart lead to our page of the file, headings have ids of their own, pictures are told by their words: each would tell
another server who reads here.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Collection
from urllib.parse import quote, unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.anchors.index import slugify

from ..markdown import limit_tables

LARGEST = 128 * 1024
"""Characters that are rendered: the worst text of that length takes two seconds."""
PREFIX = "readme-"
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_TAGS = frozenset({
    "a", "blockquote", "br", "code", "dd", "del", "details", "dl", "dt", "em", *_HEADINGS, "hr", "kbd", "li", "ol", "p",
    "pre", "s", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, **{tag: {"id"} for tag in _HEADINGS}}
_SCHEMES = frozenset({"https", "http", "mailto"})


def render_readme(text: str, files: Collection[str], file_address: str) -> Markup:
    """Return HTML. ``files`` are the chart's, and ``file_address`` what their quoted paths follow in an address."""
    renderer = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    limit_tables(renderer)
    renderer.use(anchors_plugin, min_level=1, max_level=6, slug_func=_Slugs())
    tokens = renderer.parse(text[:LARGEST])
    for token in tokens:
        _lower(token)
        for child in token.children or []:
            _describe(child)
    cleaned = nh3.clean(
        renderer.renderer.render(tokens, renderer.options, {}),
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "template"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        url_relative=_resolver(files, file_address),
        id_prefix=PREFIX,
        link_rel="nofollow noopener noreferrer ugc",
    )
    return Markup(cleaned)  # noqa: S704 -- cleaned by nh3


class _Slugs:
    """Names headings; of equal ones it counts, where the plugin would begin at one for each."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def __call__(self, title: str) -> str:
        slug = slugify(title)
        count = self._counts[slug]
        self._counts[slug] += 1
        return f"{slug}-{count}" if count else slug


def _lower(token: Token) -> None:
    """Make a heading one smaller: the page's own is the first."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"


def _describe(token: Token) -> None:
    """Turn a picture into its words."""
    if token.type == "image":
        token.type, token.content, token.children = "text", token.content, None


def _resolver(files: Collection[str], file_address: str) -> Callable[[str], str | None]:
    def resolve(address: str) -> str | None:
        if address.startswith("#"):
            return f"#{PREFIX}{address[1:]}"
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        path = posixpath.normpath(unquote(parts.path)) if parts.path else ""
        if parts.netloc or path not in files:
            return None
        return file_address + quote(path)

    return resolve
