"""What operators ask."""

from __future__ import annotations

from .rows import EVERYBODY, Row

ROWS = (
    Row("GET", "/livez", "/livez", EVERYBODY),
    Row("GET", "/readyz", "/readyz", EVERYBODY),
    Row("GET", "/metrics", "/metrics", EVERYBODY),
)
