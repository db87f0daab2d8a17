"""Makes docs/quay-compatibility.md from the table of endpoints, the route table and the table of keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from charthouse.api.kit.routes import Route
from charthouse.api.ops.routes import ROUTES as OPS
from charthouse.api.quay.routes import ROUTES as QUAY
from charthouse.api.v2.routes import ROUTES as DISTRIBUTION
from charthouse.config.key import Guarded, Honoured, Inert, Key, LeftOut
from charthouse.config.keys.table import AREAS

from .endpoints import ENDPOINTS, LATER, Endpoint

ROUTES: tuple[Route, ...] = (*QUAY, *DISTRIBUTION, *OPS)
WHERE = "tools/compatibility/endpoints.py"

_INTRODUCTION = """
How far scripts and configurations written for Quay 3.7 to 3.18 get with Charthouse. Five words are used:

- **same**: as in Quay, field by field;
- **different**: the note says how, and why;
- **not yet**: a later version brings it;
- **left out**: for good, the note says why;
- **ours**: Quay has no such thing.

Holds for all of `/api/v1`: a refusal is the same for what is hidden and what is missing; refusals of 400 carry
Quay's text under `message` as well; a name that exists is not told from one that does not where people log in.
"""


def compatibility_page(generated: str) -> str:
    """Return the page; ``generated`` is the line that says so."""
    lines = ["# Compatibility with Quay", generated, _INTRODUCTION.strip(), "", "## Endpoints", ""]
    for title, endpoints in ENDPOINTS.items():
        lines += [f"### {title}", "", "| endpoint | state | note |", "|---|---|---|"]
        lines += [row for endpoint in endpoints for row in _endpoint(endpoint)]
        lines.append("")
    lines += ["## Configuration", ""]
    for title, keys in AREAS.items():
        lines += [f"### {title}", "", "| key | state | note |", "|---|---|---|"]
        lines += [_key(key) for key in keys]
        lines.append("")
    return "\n".join(lines)


def missing() -> list[str]:
    """Return the routes that have no line in the table."""
    known = {(method, shape(e.template)) for e in _all() for method in _methods(e)}
    return [f"{r.method} {r.template}" for r in ROUTES if (r.method, shape(r.template)) not in known]


def contradictory() -> list[str]:
    """Return the lines that say of a route that it will never be there."""
    offered = _offered()
    return [
        f"{method} {e.template}"
        for e in _all()
        for method in _methods(e)
        if e.never and (method, shape(e.template)) in offered
    ]


def doubled() -> list[str]:
    """Return the lines that say again what another has said."""
    seen: set[tuple[str, str]] = set()
    again = []
    for endpoint in _all():
        for method in _methods(endpoint):
            row = (method, shape(endpoint.template))
            if row in seen:
                again.append(f"{method} {endpoint.template}")
            seen.add(row)
    return again


def later_part(endpoint: Endpoint) -> str:
    """Return the part that brings an endpoint; "" when nobody has said."""
    return next((part for piece, part in LATER if piece in endpoint.template), "")


def unplanned() -> list[str]:
    """Return the lines of endpoints that are neither there, nor left out, nor promised."""
    offered = _offered()
    return [
        f"{method} {e.template}"
        for e in _all()
        for method in _methods(e)
        if not e.never and (method, shape(e.template)) not in offered and not later_part(e)
    ]


def shape(template: str) -> str:
    """Return an address without the names of its parameters."""
    return re.sub(r"{[^}]*}", "{}", template)


def _all() -> Iterator[Endpoint]:
    for endpoints in ENDPOINTS.values():
        yield from endpoints


def _methods(endpoint: Endpoint) -> list[str]:
    return endpoint.methods.split("|")


def _offered() -> set[tuple[str, str]]:
    return {(route.method, shape(route.template)) for route in ROUTES}


def _endpoint(endpoint: Endpoint) -> Iterator[str]:
    """Yield a row for each state that the endpoint's methods are in."""
    offered = _offered()
    states: dict[tuple[str, str], list[str]] = {}
    for method in _methods(endpoint):
        found = _state(endpoint, (method, shape(endpoint.template)) in offered)
        states.setdefault(found, []).append(method)
    for (state, note), methods in states.items():
        yield f"| `{' '.join(methods)} {endpoint.template}` | {state} | {note} |"


def _state(endpoint: Endpoint, offered: bool) -> tuple[str, str]:
    if endpoint.never:
        return "left out", endpoint.never
    if not offered:
        return "not yet", f"comes with {later_part(endpoint)}"
    if endpoint.ours:
        return "ours", endpoint.note
    return ("different", endpoint.note) if endpoint.note else ("same", "")


def _key(key: Key) -> str:
    match key.status:
        case Honoured():
            state, note = ("different", f"another default: {key.why}") if key.why else ("same", "")
            if key.name.startswith("CHARTHOUSE_"):
                state = "ours"
        case Inert(later=later):
            state, note = "not yet", f"comes with {later}; named when a start finds it"
        case Guarded(shown=shown, why=why):
            state, note = "not yet", f"only {shown} is accepted: otherwise {why}"
        case LeftOut(why=why):
            state, note = "left out", why
    return f"| `{key.name}` | {state} | {note} |"
