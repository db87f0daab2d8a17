"""Which language a person reads, and how numbers, sizes and times are written in it."""

from __future__ import annotations

import pytest

from charthouse.console.formats import Formats
from charthouse.console.languages import LANGUAGES, Languages, locale_of

NOW = 1_790_000_000_000


@pytest.mark.parametrize(
    ("wished", "accepted", "chosen"),
    [
        ("", "", "en"),
        ("", "ko", "ko"),
        ("", "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("", "zh-CN,zh;q=0.9", "zh_Hans"),
        ("", "zh-Hans-CN", "zh_Hans"),
        ("", "pt-BR", "pt_BR"),
        ("", "pt-PT,en;q=0.5", "pt_BR"),
        ("", "fr-FR,ko;q=0.3", "ko"),
        ("", "en;q=0.2, pt;q=0.9", "pt_BR"),
        ("", "ko;q=0, en", "en"),
        ("", "ko;q=nonsense", "en"),
        ("", "*", "en"),
        ("ko", "pt-BR", "ko"),
        ("en", "ko", "en"),
        ("xx", "ko", "ko"),
        ("../../etc/passwd", "", "en"),
    ],
)
def test_choosing(wished: str, accepted: str, chosen: str) -> None:
    assert Languages().choose(wished, accepted) == chosen


def test_nonsense_of_any_length_is_english() -> None:
    assert Languages().choose("", "x-" * 10_000) == "en"


@pytest.mark.parametrize(
    ("language", "number", "size", "since"),
    [
        ("en", "1,234,567", "1.2 MiB", "2 hours ago"),
        ("ko", "1,234,567", "1.2 MiB", "2시간 전"),
        ("zh_Hans", "1,234,567", "1.2 MiB", "2小时前"),
        ("pt_BR", "1.234.567", "1,2 MiB", "há 2 horas"),
    ],
)
def test_numbers_and_times_are_written_as_the_language_does(
    language: str, number: str, size: str, since: str
) -> None:
    formats = Formats(locale_of(language), NOW)
    assert formats.number(1_234_567) == number
    assert size in formats.size(1_234_567).striptags()
    assert since in formats.since(NOW - 2 * 3_600_000).striptags()


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {"en"}))
def test_many_and_one(language: str) -> None:
    translations = Languages().translations(language)
    said = [translations.ngettext("%(shown)s pull", "%(shown)s pulls", count) for count in (1, 2)]
    assert all("%(shown)s" in one for one in said)
    assert (said[0] != said[1]) == (language == "pt_BR")
