"""Classic repositories: ``/charts``. Whoever calls it presents what the registry takes."""

from __future__ import annotations

from .rows import EVERYBODY, Row

ROWS: tuple[Row, ...] = tuple(
    Row("GET", path, path, EVERYBODY) for path in ("/charts/", "/charts/info", "/charts/health")
)
