"""Reads the form of a page, as a browser does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page(HTMLParser):
    """What a test wants of a page: the fields of its forms, where its buttons lead, its text."""

    text: str
    fields: dict[str, str] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "input":
            self.fields.setdefault(given.get("name", ""), given.get("value", ""))
        self.actions += [given[name] for name in ("action", "formaction") if name in given]

    def handle_data(self, data: str) -> None:
        """Take note of text."""
        self.words.append(data)
