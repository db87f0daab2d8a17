"""READMEs of charts, rendered once."""

from __future__ import annotations

from charthouse.model.names import RepositoryName, Tag
from charthouse.services.charts.documents import ChartInside

from .kept import Rendered
from .readme import LARGEST, render_readme


class Readmes:
    """Renders what charts say of themselves; ``rendered`` remembers it."""

    def __init__(self, rendered: Rendered) -> None:
        self._rendered = rendered

    async def of(self, repository: RepositoryName, tag: Tag, inside: ChartInside) -> str:
        """Return a README as HTML, with links to the files of this tag; "" without one."""
        readme = inside.reading.readme
        if readme is None:
            return ""
        address = f"/{repository}/-/tags/{tag}/files?path="
        files = frozenset(file.path for file in inside.reading.files)
        key = ("readme", inside.chart.digest, address)
        return await self._rendered.get(key, lambda: render_readme(readme.text, files, address))


def is_cut(inside: ChartInside) -> bool:
    """Tell whether a README goes on beyond what is rendered."""
    readme = inside.reading.readme
    return readme is not None and (readme.truncated or len(readme.text) > LARGEST)
