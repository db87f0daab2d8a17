"""Brings the console's catalogues up to date: ``make messages``.

What is marked for translation in templates and in Python is what a catalogue holds, no more and no less, in the order
of the alphabet and without line numbers, so that a change shows what was said otherwise and nothing else. A message
that is new comes without a translation, and is never guessed from a similar one: ``tests/unit/console/test_messages.py``
names what is to be done.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

CONSOLE = Path(__file__).parents[1] / "src" / "charthouse" / "console"
LOCALES = CONSOLE / "locale"
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "false"}}
_HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms};\\n"

"""


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.stem for path in LOCALES.glob("*.po"))


def catalogue(language: str) -> Catalog:
    """Return a catalogue as it stands in the tree."""
    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> bytes:
    """Return a catalogue's file as it should be: what is translated stays so, what nobody says any more is gone."""
    known, wanted = catalogue(language), Catalog(locale=language)
    for _file, _line, message, _comments, context in extract_from_dir(CONSOLE, _METHODS, _OPTIONS):
        translated = known.get(message, context)
        string = translated.string if translated is not None and not translated.fuzzy else None
        wanted.add(message, string, context=context)
    header = _HEADER.format(language=language, plural_forms=wanted.plural_forms.rstrip(";"))
    return header.encode() + _written(wanted)


def _written(wanted: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(
        file, wanted, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    return file.getvalue().rstrip() + b"\n"


def main() -> None:
    """Write every catalogue."""
    for language in languages():
        (LOCALES / f"{language}.po").write_bytes(updated(language))


if __name__ == "__main__":
    main()
