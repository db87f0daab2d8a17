"""What operators ask."""

from __future__ import annotations

from .rows import EVERYBODY, Row

ROWS = (
    Row("GET", "/livez", "/livez", EVERYBODY),
    Row("GET", "/readyz", "/readyz", EVERYBODY),
    Row("GET", "/metrics", "/metrics", EVERYBODY),
    *(
        Row("GET", path, path, EVERYBODY)
        for path in (
            "/health",
            "/health/instance",
            "/health/endtoend",
            "/health/warning",
            "/status",
            "/_internal_ping",
            "/v1/_internal_ping",
            "/v1/_ping",
        )
    ),
)
