"""Every page by the rules of WCAG 2.2 AA, in both colours, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.tools import tool

from .pages import PAGES, Shown
from .walker import Colours, Walker, Width

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Colours and width are about different rules: two walks see each of them.
_WALKS: tuple[tuple[Colours, Width], ...] = (("light", "desktop"), ("dark", "phone"))


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that knows the rules."""
    return tool("axe").read_text()


@pytest.mark.parametrize(("colours", "width"), _WALKS, ids=lambda value: str(value))
@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_a_page_is_accessible(shown: Shown, colours: Colours, width: Width, walker: Walker, axe: str) -> None:
    page = walker.open(shown, colours, width)
    assert page.locator("h1").count() == 1
    assert _sideways(page) <= 0, "the page scrolls sideways"
    assert _violations(page, axe) == []


def _sideways(page: Page) -> int:
    """Return by how much the page is wider than its window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))


def _violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)  # as the browser's own: the content policy lets no page load it
    options = {"runOnly": {"type": "tag", "values": list(_RULES)}, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
