"""READMEs: what is kept of them, and where their links lead."""

from __future__ import annotations

import pytest

from charthouse.console.charts.readme import LARGEST, render_readme
from charthouse.console.markdown import render_markdown

FILES = frozenset({"README.md", "docs/guide one.md"})


def rendered(text: str) -> str:
    return str(render_readme(text, FILES, "/acme/web/-/tags/1.0.0/files?path="))


def test_headings_are_one_smaller_and_have_ids_of_their_own() -> None:
    html = rendered("# Web\n\n## How to\n\n[top](#web)")
    assert '<h2 id="readme-web">' in html
    assert '<h3 id="readme-how-to">' in html
    assert 'href="#readme-web"' in html


def test_equal_headings_are_counted() -> None:
    html = rendered("# A\n# A\n# A-1\n" + "# B\n" * (LARGEST // 5))
    assert [f'id="readme-{name}"' in html for name in ("a", "a-1", "a-1-1", "b", "b-9999")] == [True] * 5


def test_tables_grow_only_so_far() -> None:
    table = "|a" * 250 + "|\n" + "|-" * 250 + "|\n" + "|b\n" * 250 + "\n"
    assert rendered(table * 4).count("<table>") == 1
    assert render_markdown(table * 4).count("<table>") == 1


@pytest.mark.parametrize("link", ["docs/guide%20one.md", "./docs/guide%20one.md", "docs/guide%20one.md#part"])
def test_a_link_to_a_file_leads_to_our_page_of_it(link: str) -> None:
    assert 'href="/acme/web/-/tags/1.0.0/files?path=docs/guide%20one.md"' in rendered(f"[guide]({link})")


@pytest.mark.parametrize(
    "link",
    [
        "docs/missing.md",
        "../up.md",
        "/acme",
        "//evil.example.com",
        "//[",
        "javascript:alert(1)",
        "data:text/html,x",
    ],
)
def test_any_other_link_leads_nowhere(link: str) -> None:
    assert "href" not in rendered(f"[x]({link})")
    assert "href" not in rendered(f'<a href="{link}">x</a>')


def test_pictures_are_told_by_their_words() -> None:
    html = rendered(
        "[![Version 1](https://shields.example.com/v.svg)](https://example.com) <img src=https://x/y>"
    )
    assert "img" not in html
    assert ">Version 1</a>" in html


def test_harmless_html_stays() -> None:
    assert "<summary>More</summary>" in rendered("<details><summary>More</summary>\n\ntext\n\n</details>")
    assert rendered("<script>alert(1)</script><style>*{}</style>text").strip() == "text"


def test_what_is_too_long_is_cut() -> None:
    assert "beyond" not in rendered("a" * LARGEST + " beyond")
