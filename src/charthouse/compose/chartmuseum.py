"""The classic chart repositories, joined."""

from __future__ import annotations

from charthouse import __version__
from charthouse.api.chartmuseum.about import AboutHandlers
from charthouse.api.chartmuseum.app import ChartMuseumApi, Handler
from charthouse.api.kit.front import PublicAddress
from charthouse.telemetry.logs import FailureLog

from .registry import Registry


def chartmuseum(registry: Registry, address: PublicAddress, failures: FailureLog) -> ChartMuseumApi:
    """Return what serves /charts."""
    about = AboutHandlers(__version__)
    handlers: dict[str, Handler] = {
        "chartmuseum.welcome": about.welcome,
        "chartmuseum.info": about.info,
        "chartmuseum.health": about.health,
    }
    return ChartMuseumApi(
        authenticator=registry.authenticator,
        handlers=handlers,
        address=address,
        failures=failures,
        standstill=registry.standstill,
    )
