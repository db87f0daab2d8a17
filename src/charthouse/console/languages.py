"""Languages of the console: gettext catalogues beside this file, chosen by the person, else by the browser."""

from __future__ import annotations

import gettext
import io
from importlib.resources import files

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = {"en": "English", "ko": "한국어", "zh_Hans": "简体中文", "pt_BR": "Português (Brasil)"}
"""What is written in which language, by Babel's name of it."""
_ALIASES = {
    "zh": "zh_Hans",
    "zh_cn": "zh_Hans",
    "zh_hans_cn": "zh_Hans",
    "zh_sg": "zh_Hans",
    "pt": "pt_BR",
    "pt_pt": "pt_BR",
}
_MOST = 20


class Languages:
    """Every catalogue, read once."""

    def __init__(self) -> None:
        self._catalogues: dict[str, gettext.NullTranslations] = {"en": gettext.NullTranslations()}
        for name in LANGUAGES:
            if name != "en":
                self._catalogues[name] = _catalogue(name)

    def choose(self, wished: str, accepted: str) -> str:
        """Return the language that a person has chosen, else the best of an Accept-Language header, else English."""
        if wished in LANGUAGES:
            return wished
        preferred = [_ALIASES.get(tag.lower(), tag) for tag in _tags(accepted)]
        return negotiate_locale(preferred, list(LANGUAGES), sep="_") or "en"

    def translations(self, language: str) -> gettext.NullTranslations:
        """Return the texts of a language."""
        return self._catalogues[language]


def locale_of(language: str) -> Locale:
    """Return how a language writes numbers and dates."""
    return Locale.parse(language)


def _catalogue(name: str) -> gettext.NullTranslations:
    source = io.BytesIO(files("charthouse.console").joinpath("locale", f"{name}.po").read_bytes())
    compiled = io.BytesIO()
    write_mo(compiled, read_po(source, locale=name))
    compiled.seek(0)
    return Translations(compiled)


def _tags(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, the preferred ones first (RFC 9110 § 12.5.4)."""
    found: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST]:
        tag, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=")
        try:
            found.append((float(quality) if quality else 1.0, tag.strip().replace("-", "_")))
        except ValueError:
            continue
    return [tag for quality, tag in sorted(found, key=lambda item: -item[0]) if quality > 0]
