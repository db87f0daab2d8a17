"""Lists of repositories to choose from: what the fields of an address ask for, and the addresses of other pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

import msgspec

from charthouse.model.kinds import Kind
from charthouse.ports.overviews import Order, View
from charthouse.services.registry.listings import Choice

from .visit import Visit

SIZES = (25, 50, 100)
"""Rows a page may have; the first unless another is asked for."""
KINDS = (Kind.CHART, Kind.IMAGE, Kind.ARTIFACT)
SORTS: Mapping[str, Order] = MappingProxyType(
    {"match": Order.MATCH, "name": Order.NAME, "modified": Order.MODIFIED}
)


class Filters(msgspec.Struct, frozen=True):
    """What is asked for: ``text``, ``kind`` ("": any), ``sort`` (of ``SORTS``), rows a page and its number."""

    text: str
    kind: str
    sort: str
    size: int
    page: int

    @property
    def narrow(self) -> bool:
        """Tell whether some repositories are left out."""
        return bool(self.text or self.kind)

    def address(self, page: int) -> str:
        """Return the query of another page of the same list."""
        fields = {"q": self.text, "kind": self.kind, "sort": self.sort, "size": self.size, "page": page}
        return "?" + urlencode({name: value for name, value in fields.items() if value})

    def choice(self, view: View, namespace: str = "") -> Choice:
        """Return the question that the list answers."""
        return Choice(
            view=view,
            namespace=namespace,
            text=self.text,
            kind=Kind(self.kind) if self.kind else None,
            order=SORTS[self.sort],
            page=self.page,
            size=self.size,
        )


def filters_of(visit: Visit, sort: str) -> Filters:
    """Return what the address asks for; what it does not say, or nonsense, is ``sort`` and the first page of any kind."""
    size = visit.field("size")
    kind, sorted_by = visit.field("kind"), visit.field("sort")
    return Filters(
        text=visit.field("q"),
        kind=kind if kind in KINDS else "",
        sort=sorted_by if sorted_by in SORTS else sort,
        size=int(size) if size in map(str, SIZES) else SIZES[0],
        page=visit.page_number(),
    )
