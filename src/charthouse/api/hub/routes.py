"""The routes that ``helm search hub`` asks."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

SEARCH = "/api/chartsvc/v1/charts/search"

ROUTES: tuple[Route, ...] = (
    Route("GET", SEARCH, "hub.search", Permission.NONE, "Find charts that the caller may read, for helm search hub"),
)  # fmt: skip
