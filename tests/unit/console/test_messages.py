"""The catalogues: every message of the console in every language, with its placeholders, and none besides."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from charthouse.console.languages import LANGUAGES
from tools.messages import LOCALES, catalogue, languages, updated

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|</?\w+[^>]*>")
_SAME: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("same.toml").read_text())


def _messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def _forms(said: object) -> list[str]:
    return [said] if isinstance(said, str) else [str(form) for form in said or ("",)]  # type: ignore[attr-defined]


def test_every_language_has_a_catalogue() -> None:
    assert set(languages()) == LANGUAGES.keys() - {"en"}


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_holds_what_is_said_and_nothing_else(language: str) -> None:
    assert (LOCALES / f"{language}.po").read_bytes() == updated(language), "run: make messages"


@pytest.mark.parametrize("language", languages())
def test_every_message_is_translated(language: str) -> None:
    missing = [message.id for message in _messages(language) if not all(_forms(message.string))]
    assert missing == []
    assert not [message.id for message in _messages(language) if message.fuzzy]


@pytest.mark.parametrize("language", languages())
def test_placeholders_and_links_stay(language: str) -> None:
    wrong = [
        (message.id, form)
        for message in _messages(language)
        for form in _forms(message.string)
        if form and set(_PLACEHOLDER.findall(form)) != set(_PLACEHOLDER.findall(_forms(message.id)[-1]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", languages())
def test_a_message_is_the_same_as_in_english_only_where_the_list_says_why(language: str) -> None:
    allowed = _SAME["every"].keys() | _SAME.get(language, {}).keys()
    same = {
        _forms(message.id)[0]
        for message in _messages(language)
        if any(form in _forms(message.id) for form in _forms(message.string))
    }
    assert sorted(same - allowed) == []


def test_the_list_allows_nothing_that_is_not_said() -> None:
    said = {_forms(message.id)[0] for message in _messages("ko")}
    listed = {message for group in _SAME.values() for message in group}
    assert sorted(listed - said) == []
