"""What was rendered is remembered, within bounds."""

from __future__ import annotations

from markupsafe import Markup, escape

from charthouse.console.charts.kept import Rendered


async def test_a_text_is_rendered_once_and_what_came_first_is_forgotten() -> None:
    rendered = Rendered(memory=25)
    made: list[str] = []

    async def get(key: str) -> str:
        def render() -> Markup:
            made.append(key)
            return escape(key * 10)

        return await rendered.get(key, render)

    assert await get("a") == await get("a") == "a" * 10
    await get("b")
    await get("a")
    await get("c")  # the third does not fit beside both
    assert made == ["a", "b", "c"]
    await get("a")
    await get("b")
    assert made == ["a", "b", "c", "b"]


async def test_what_is_larger_than_all_memory_is_given_all_the_same() -> None:
    rendered = Rendered(memory=5)
    assert await rendered.get("a", lambda: escape("a" * 10)) == "a" * 10
