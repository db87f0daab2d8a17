"""Whether a request comes from the very machine that the registry runs on, by nobody's hands but its own people's.

A forwarded request comes from elsewhere; some proxies tell that only by the Host that they hand on, which is also what
a page sends whose author rebinds its name in DNS. nginx by default tells it by nothing, and puts its own Host there, but
speaks HTTP/1.0, which no browser does (``proxy_http_version``; 1.1 since 1.29.7).
"""

from __future__ import annotations

import ipaddress

from starlette.requests import Request

_FORWARDED = ("forwarded", "via", "x-real-ip")
_OLD = frozenset({"1.0", "1"})
"""HTTP/1.0, as ASGI and as Granian write it."""


def from_this_machine(request: Request) -> bool:
    """Tell whether a program of this machine sends the request to this machine: a browser is one too."""
    if request.client is None or request.scope.get("http_version") in _OLD:
        return False
    if any(name in _FORWARDED or name.startswith("x-forwarded-") for name in request.headers):
        return False
    return _is_loopback(request.client.host) and _names_this_machine(request.headers.get("host", ""))


def _names_this_machine(host: str) -> bool:
    """Tell whether a Host header is one that only a program of this machine sends to this machine."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    name = name.lower()
    return name == "localhost" or name.endswith(".localhost") or name == "0.0.0.0" or _is_loopback(name)  # noqa: S104


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
