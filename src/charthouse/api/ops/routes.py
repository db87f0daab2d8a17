"""The routes for operators."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route

P = Permission

ROUTES: tuple[Route, ...] = (
    Route("GET", "/livez", "ops.live", P.NONE, "Tell that this process answers"),
    Route("GET", "/readyz", "ops.ready", P.NONE, "Tell that database and storage answer"),
    Route("GET", "/metrics", "ops.metrics", P.NONE, "Prometheus metrics of all server processes"),
    Route("GET", "/health", "ops.health", P.NONE, "Tell how this instance does, as Quay does"),
    Route("GET", "/health/instance", "ops.health_instance", P.NONE, "Tell the same"),
    Route("GET", "/health/endtoend", "ops.health_end_to_end", P.NONE, "Tell how the parts beside it do too"),
    Route("GET", "/status", "ops.status", P.NONE, "Tell the same"),
    Route("GET", "/health/warning", "ops.health_warning", P.NONE, "Tell what will soon be wrong"),
    Route("GET", "/_internal_ping", "ops.ping", P.NONE, "Tell that the server answers"),
    Route("GET", "/v1/_internal_ping", "ops.registry_ping", P.NONE, "Tell the same"),
    Route("GET", "/v1/_ping", "ops.docker_ping", P.NONE, "Tell the same to old docker clients"),
)
