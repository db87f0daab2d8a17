"""Descriptions of repositories, rendered once, beside the event loop: the worst of them takes a second."""

from __future__ import annotations

from markupsafe import Markup

from .charts.kept import Rendered
from .markdown import render_markdown


class Descriptions:
    """Descriptions as HTML."""

    def __init__(self) -> None:
        self._rendered = Rendered()

    async def html(self, text: str) -> Markup:
        """Return a description in Markdown as HTML that can do no harm."""
        return await self._rendered.get(text, lambda: render_markdown(text))
