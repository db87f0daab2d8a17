"""Fields that a browser or a client sends: of a form, of a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import Request

from charthouse.model.errors import InvalidRequest

from .asgi import parse_fields

FORM = "application/x-www-form-urlencoded"


async def form_fields(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a form, in their order; none when the body is something else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return []
    return parse_fields((await request.body()).decode("utf-8", "replace"))


def single(fields: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return fields by name; raises InvalidRequest when one comes twice (RFC 6749 § 3.1)."""
    found: dict[str, str] = {}
    for name, value in fields:
        if name in found:
            raise InvalidRequest(f"invalid_request: the field {name[:100]} comes twice")
        found[name] = value
    return found
