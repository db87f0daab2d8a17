"""Keys of browsers: sessions, their cookies, and calls from other sites."""

from __future__ import annotations

from ..key import Area, Key, LeftOut
from ..shapes import listing
from ..values import Kind, choice, duration, flag, secret, text


class Sessions(Area, frozen=True, kw_only=True):
    """How a browser stays logged in. Durations are seconds."""

    secret_key: str = ""
    page_token_key: str = ""
    permanent: bool = True
    timeout: int = 31 * 86400
    fresh_login: int = 600
    cookie_secure: bool = False
    cookie_never_secure: bool = False
    cookie_same_site: str = "Lax"
    cors_origins: tuple[str, ...] = ()
    xhr_only: bool = True


_ORIGINS = listing(text)


def _origins(value: object) -> tuple[str, ...]:
    found: tuple[str, ...] = _ORIGINS.read([value] if isinstance(value, str) else value)
    return found


_ORIGIN_OR_LIST = Kind("origin, or list of origins", _origins, {"anyOf": [text.schema, _ORIGINS.schema]})

KEYS = (
    Key(
        "PAGE_TOKEN_KEY",
        secret,
        "Seals the tokens that ask for a list's next page; without it `SECRET_KEY` does, or `DATABASE_SECRET_KEY`.",
        field="sessions.page_token_key",
        quay=None,
    ),
    Key(
        "FEATURE_PERMANENT_SESSIONS",
        flag,
        "A session outlives the browser's window.",
        field="sessions.permanent",
        quay=True,
    ),
    Key(
        "SESSION_TIMEOUT",
        duration(60),
        "How long a session lives.",
        field="sessions.timeout",
        quay="31d",
        since="3.18",
    ),
    Key(
        "FRESH_LOGIN_TIMEOUT",
        duration(),
        "After this time the password is asked again before sensitive changes.",
        field="sessions.fresh_login",
        quay="10m",
    ),
    Key(
        "SESSION_COOKIE_SECURE",
        flag,
        "The cookie is sent over https alone. Always so where the public scheme is https.",
        field="sessions.cookie_secure",
        quay=False,
    ),
    Key(
        "FORCE_NONSECURE_SESSION_COOKIE",
        flag,
        "The cookie may be sent over http, also where the public scheme is https.",
        field="sessions.cookie_never_secure",
        quay=False,
    ),
    Key(
        "SESSION_COOKIE_SAMESITE",
        choice("Lax", "Strict", "None"),
        "On which requests from other sites the cookie is sent.",
        field="sessions.cookie_same_site",
        quay="Lax",
    ),
    Key(
        "SESSION_COOKIE_NAME",
        text,
        "Name of the cookie.",
        quay="_csrf_token",
        status=LeftOut("the name is ours"),
    ),
    Key(
        "SESSION_COOKIE_HTTPONLY",
        flag,
        "Scripts can't read the cookie.",
        quay=True,
        status=LeftOut("they never can", as_is=True),
    ),
    Key(
        "CORS_ORIGIN",
        _ORIGIN_OR_LIST,
        "Sites whose scripts may call the REST API; `*`: any.",
        field="sessions.cors_origins",
        quay="*",
        since="3.8",
        why="no site is let in unless it is named",
    ),
    Key(
        "BROWSER_API_CALLS_XHR_ONLY",
        flag,
        "Calls that a browser makes with its cookie must bear `X-Requested-With`.",
        field="sessions.xhr_only",
        quay=True,
    ),
)
