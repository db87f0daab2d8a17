"""From a template and a visit to a page, with the headers that keep it safe."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from charthouse import __version__
from charthouse.model.permissions import Standing
from charthouse.ports.clock import Clock

from .addresses import namespace_path
from .assets import Assets
from .compression import packed
from .formats import Formats
from .languages import LANGUAGES, Languages, locale_of
from .markdown import plain_text
from .visit import THEMES, Visit

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers then send a form with ``Origin: null``, as another site's page would.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Vary": "Cookie, Accept-Language, Accept-Encoding, Sec-Fetch-Site",
}

_ADMINISTRATION = frozenset({Standing.OBSERVER, Standing.SUPERUSER, Standing.FULL_SUPERUSER})


def _here(request: Request) -> str:
    """Return where the person can be led back to: the page with its query, where it was asked for by a link."""
    query = request.url.query if request.method == "GET" else ""
    return request.url.path + (f"?{query}" if query else "")


class Renderer:
    """Renders templates. ``title`` is what the registry calls itself."""

    def __init__(self, title: str, languages: Languages, assets: Assets, clock: Clock) -> None:
        self._title = title
        self._languages = languages
        self._clock = clock
        self._environments = {name: self._environment(name, assets) for name in LANGUAGES}

    def page(self, visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page; ``values`` are escaped wherever the template puts them."""
        known = {
            "visit": visit,
            "problem": visit.problem,
            "notice": visit.notice,
            "typed": visit.typed,
            "actor": visit.actor,
            "registry_title": self._title,
            "formats": Formats(locale_of(visit.language), self._clock.now_ms()),
            "path": visit.request.url.path,
            "here": _here(visit.request),
            "theme": visit.theme,
            "host": visit.public.host,
            "scheme": visit.public.scheme,
            "status": status,
            "superuser": visit.actor.standing in _ADMINISTRATION,
            "csrf": lambda: Markup('<input type="hidden" name="_csrf_token" value="{}">').format(visit.csrf),
        }
        text = self._environments[visit.language].get_template(template).render(known | values)
        content = text.encode()
        short = packed(visit.request, visit.public.scheme, content)
        if short is None:
            return HTMLResponse(content, status, HEADERS)
        return HTMLResponse(short, status, HEADERS | {"Content-Encoding": "gzip"})

    def _environment(self, language: str, assets: Assets) -> Environment:
        environment = Environment(
            loader=PackageLoader("charthouse.console"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        translations = self._languages.translations(language)
        environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # of the extension
        environment.globals |= {
            "asset": assets.address,
            "plain": plain_text,
            "namespace_path": namespace_path,
            "languages": LANGUAGES,
            "themes": THEMES,
            "language": language.replace("_", "-"),
            "version": __version__,
        }
        return environment
