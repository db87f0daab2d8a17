"""One server process: every API over one registry, behind one door."""

from __future__ import annotations

import asyncio
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.api.kit.front import Front, PublicAddress
from charthouse.api.kit.router import Mounted, PrefixRouter
from charthouse.api.v2.app import DistributionApi
from charthouse.api.v2.blobs import BlobHandlers
from charthouse.api.v2.listings import ListHandlers
from charthouse.api.v2.manifests import ManifestHandlers
from charthouse.api.v2.tokens import TokenHandlers
from charthouse.api.v2.uploads import UploadHandlers
from charthouse.config.loader import load
from charthouse.config.settings import Settings
from charthouse.telemetry.logs import FailureLog
from charthouse.telemetry.requests import RequestTelemetry

if TYPE_CHECKING:
    pass


from .chartmuseum import chartmuseum
from .charts_api import hub
from .health import health_of
from .quay import quay
from .registry import Registry
from .upkeep import metrics_directory, prepare, warn_of_inert


def server(settings: Settings) -> Front:
    """Return the ASGI application of one server process."""
    registry = Registry(settings)
    telemetry = RequestTelemetry(settings.access_log, metrics_directory(settings))

    address = PublicAddress(settings.server_hostname, settings.url_scheme, settings.proxy_count)
    failures = FailureLog(json=settings.access_log == "json")
    others = _others(registry, telemetry, address, failures)
    warming: list[asyncio.Task[None]] = []

    async def start() -> None:
        await registry.open()
        registry.pulls.start()
        registry.last_uses.start()
        telemetry.start()
        warming.append(asyncio.create_task(_warm(others)))

    async def stop() -> None:
        warming.pop().cancel()
        await registry.pulls.stop()
        await registry.last_uses.stop()
        await telemetry.stop()
        await registry.close()

    return Front(_distribution(registry, address, failures), others, telemetry, start, stop)


def application() -> Front:
    """Return the application for another ASGI server, its settings from CHARTHOUSE_DATA and CHARTHOUSE_CONFIG."""
    config = os.environ.get("CHARTHOUSE_CONFIG")
    data = Path(os.environ.get("CHARTHOUSE_DATA", "data"))
    settings = load(data=data, config=Path(config) if config else None)
    warn_of_inert(settings)
    prepare(settings)
    return server(settings)


async def _warm(others: PrefixRouter) -> None:
    """Load what the first answers of /v2 can do without, once they are given."""
    await asyncio.sleep(0.5)
    await others.warm()


def _distribution(registry: Registry, address: PublicAddress, failures: FailureLog) -> DistributionApi:
    reader, writer = registry.reader, registry.writer
    return DistributionApi(
        authenticator=registry.authenticator,
        reader=reader,
        manifests=ManifestHandlers(reader, writer),
        blobs=BlobHandlers(reader, writer, registry.contents),
        uploads=UploadHandlers(registry.uploads, writer),
        lists=ListHandlers(reader, registry.settings.repositories.page_size),
        tokens=TokenHandlers(registry.tokens),
        address=address,
        failures=failures,
        library=registry.settings.library_namespace,
        standstill=registry.standstill,
    )


def _others(
    registry: Registry, telemetry: RequestTelemetry, address: PublicAddress, failures: FailureLog
) -> PrefixRouter:
    from charthouse.api.ops.app import OpsApi

    def metrics() -> bytes:
        from charthouse.telemetry.exposition import exposition

        return exposition(telemetry.totals())

    def pages() -> Mounted:
        from .console import console

        return console(registry, address, failures)

    @functools.cache  # one application, whichever of its addresses is asked first
    def quay_api() -> Mounted:
        return quay(registry, address, failures)

    ops = OpsApi(health_of(registry), metrics)
    charts = chartmuseum(registry, address, failures)
    search = hub(registry, address, failures)
    return PrefixRouter(
        {
            "/": pages,
            "/livez": lambda: ops,
            "/readyz": lambda: ops,
            "/metrics": lambda: ops,
            "/health": lambda: ops,
            "/status": lambda: ops,
            "/_internal_ping": lambda: ops,
            "/v1": lambda: ops,
            "/charts": lambda: charts,
            "/api/chartsvc": lambda: search,
            "/api/v1": quay_api,
            "/csrf_token": quay_api,
            "/config": quay_api,
            "/keys": quay_api,
            "/.well-known": quay_api,
            "/oauth2": quay_api,
            "/oauth": quay_api,
            registry.settings.tokens.oauth_local_handler: quay_api,
        }
    )
