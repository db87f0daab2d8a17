"""How sizes, times and digests are written for people, in their language."""

from __future__ import annotations

import datetime as dt

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup, escape

_UNITS = ("KiB", "MiB", "GiB", "TiB")


class Formats:
    """Filters of the templates, for one language and one moment."""

    def __init__(self, locale: Locale, now_ms: int) -> None:
        self._locale = locale
        self._now_ms = now_ms

    def size(self, count: int) -> Markup:
        """Return bytes as KiB and more, the exact number as a title."""
        exact = format_decimal(count, locale=self._locale)
        value, unit = float(count), "B"
        for larger in _UNITS:
            if value < 1024:
                break
            value, unit = value / 1024, larger
        text = format_decimal(value, "#,##0.#", locale=self._locale) if unit != "B" else exact
        return Markup('<data value="{}" title="{} B">{} {}</data>').format(count, exact, text, unit)

    def since(self, at_ms: int) -> Markup:
        """Return how long ago (or until) a moment is; the moment itself, with its zone, as a title."""
        moment = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
        delta = dt.timedelta(milliseconds=at_ms - self._now_ms)
        text = format_timedelta(delta, add_direction=True, locale=self._locale)
        exact = format_datetime(moment, "long", locale=self._locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            moment.isoformat(timespec="seconds"), exact, text
        )

    def day(self, at_ms: int) -> Markup:
        """Return the day (UTC) on which a moment is."""
        moment = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
        return Markup('<time datetime="{}">{}</time>').format(
            moment.date().isoformat(), format_date(moment, "long", locale=self._locale)
        )

    def moment(self, at_ms: int) -> Markup:
        """Return a moment with day, time and zone."""
        moment = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
        return Markup('<time datetime="{}">{}</time>').format(
            moment.isoformat(timespec="seconds"), format_datetime(moment, "long", locale=self._locale)
        )

    def span(self, seconds: int) -> str:
        """Return how long a time is, in its largest unit that says it wholly enough."""
        return str(format_timedelta(dt.timedelta(seconds=seconds), threshold=1, locale=self._locale))

    def past(self, at_ms: int) -> bool:
        """Tell whether a moment is over."""
        return at_ms < self._now_ms

    def number(self, count: int) -> str:
        """Return a number with the separators of the language."""
        return str(format_decimal(count, locale=self._locale))

    def digest(self, digest: str) -> Markup:
        """Return the beginning of a digest, the whole as a title."""
        algorithm, _, value = digest.partition(":")
        return Markup('<code class="digest" title="{}">{}:{}</code>').format(
            digest, algorithm, escape(value[:12])
        )
