"""The routes for operators."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "/livez", "ops.live", Permission.NONE, "Tell that this process answers"),
    Route("GET", "/readyz", "ops.ready", Permission.NONE, "Tell that database and storage answer"),
    Route("GET", "/metrics", "ops.metrics", Permission.NONE, "Prometheus metrics of all server processes"),
)
