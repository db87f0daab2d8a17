"""Redirect URIs: which of them an application may name, and how an answer is put into one.

Quay compares the beginning of the text, so that ``https://ci.example.com`` also lets ``https://ci.example.com.evil.org``
through. RFC 9700 § 2.1 asks for equal texts. Quay's forms call the registered URI a prefix, though, and its
clients rely on that; so a path may go on below the registered one, at a slash, and nothing else may differ. A
program on the user's own machine may listen on any port (RFC 8252 § 7.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from charthouse.model.errors import InvalidRequest

MAXIMUM_LENGTH = 2048
_WEB = ("http", "https")
_LOOPBACK = ("127.0.0.1", "[::1]")
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+")
_SLIPPERY = re.compile(r"//|%2f|%5c|%00|/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
"""What some programs read as another path than others do."""


def check_redirect(uri: str) -> None:
    """Return when ``uri`` may be registered or asked for; raises InvalidRequest."""
    if len(uri) > MAXIMUM_LENGTH or _CHARACTERS.fullmatch(uri) is None:
        raise InvalidRequest("a redirect URI is ASCII, at most 2048 characters, and has no fragment")
    parts = _split(uri)
    if parts.scheme in _WEB and uri.startswith(parts.scheme):
        if _HOST.fullmatch(parts.netloc) is None or _port(parts) is None:
            raise InvalidRequest("a redirect URI names a host, perhaps with a port, and no user")
        if _SLIPPERY.search(parts.path):
            raise InvalidRequest("the path of a redirect URI has no empty segments, dots or encoded slashes")
    elif _PRIVATE_SCHEME.fullmatch(parts.scheme) is None or parts.netloc:
        raise InvalidRequest(
            "a redirect URI begins with https://, http://, or an application's own scheme such as com.example.app:/"
        )


def is_registered(registered: str, asked: str) -> bool:
    """Tell whether ``asked`` is the URI that an application registered ("": none), or one below it."""
    try:
        check_redirect(registered)
        check_redirect(asked)
    except InvalidRequest:
        return False
    if asked == registered:
        return True
    known, given = _split(registered), _split(asked)
    if known.scheme not in _WEB or given.scheme != known.scheme or given.query != known.query:
        return False
    if given.netloc != known.netloc and not _same_machine(known, given):
        return False
    if given.path == known.path:
        return True
    return not known.query and given.path.startswith(known.path.rstrip("/") + "/")


def with_query(uri: str, fields: Mapping[str, str]) -> str:
    """Return ``uri`` with further fields in its query."""
    parts = urlsplit(uri)
    query = "&".join(filter(None, (parts.query, urlencode(fields))))
    return urlunsplit(parts._replace(query=query))


def with_fragment(uri: str, fields: Mapping[str, str]) -> str:
    """Return ``uri`` with fields in its fragment, which a browser keeps to itself."""
    return f"{uri}#{urlencode(fields)}"


def form_source(uri: str) -> str:
    """Return ``uri`` as a Content-Security-Policy names where a form's answer may lead."""
    parts = urlsplit(uri)
    if parts.scheme in _WEB and "[" not in parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError:
        raise InvalidRequest("the redirect URI is not one") from None


def _port(parts: SplitResult) -> int | None:
    """Return the port, 0 when there is none, None when it is no port."""
    try:
        return parts.port or 0
    except ValueError:
        return None


def _same_machine(known: SplitResult, given: SplitResult) -> bool:
    """Tell whether both name the same loopback address, perhaps on other ports."""
    host = known.netloc.partition("]")[0] + "]" if known.netloc.startswith("[") else known.hostname
    return known.scheme == "http" and host in _LOOPBACK and given.hostname == known.hostname
