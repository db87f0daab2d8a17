"""The classic chart repositories, joined."""

from __future__ import annotations

from charthouse import __version__
from charthouse.api.chartmuseum.about import AboutHandlers
from charthouse.api.chartmuseum.app import ChartMuseumApi, Handler
from charthouse.api.chartmuseum.files import FileHandlers
from charthouse.api.chartmuseum.index import IndexHandlers
from charthouse.api.kit.front import PublicAddress
from charthouse.engines.index_files import DirectoryIndexFiles
from charthouse.services.charts.files import ChartFiles
from charthouse.services.charts.index.plain import PlainIndexes
from charthouse.services.charts.index.service import ChartIndexes
from charthouse.telemetry.logs import FailureLog

from .registry import Registry

_INDEX_SHARE = 4
"""Of the room for caches, one part in so many is for indexes."""
_SMALLEST_INDEXES = 64 * 1024**2
_FILES_LIMIT = 1024**3


def chart_indexes(registry: Registry) -> ChartIndexes:
    """Return the indexes of a process."""
    limit = max(registry.settings.cache_bytes // _INDEX_SHARE, _SMALLEST_INDEXES)
    metadata = registry.metadata
    return ChartIndexes(
        metadata.charts, metadata.accounts, registry.reader, registry.caches, registry.clock, limit
    )


def chartmuseum(registry: Registry, address: PublicAddress, failures: FailureLog) -> ChartMuseumApi:
    """Return what serves /charts."""
    metadata, reader, clock = registry.metadata, registry.reader, registry.clock
    directory = DirectoryIndexFiles(registry.settings.data / "cache" / "charts", _FILES_LIMIT)
    about = AboutHandlers(__version__)
    index = IndexHandlers(chart_indexes(registry), PlainIndexes(directory))
    files = FileHandlers(ChartFiles(metadata.charts, reader, clock), registry.contents)
    handlers: dict[str, Handler] = {
        "chartmuseum.welcome": about.welcome,
        "chartmuseum.info": about.info,
        "chartmuseum.health": about.health,
        "chartmuseum.get_index": index.get,
        "chartmuseum.head_index": index.get,
        "chartmuseum.get_package": files.package,
        "chartmuseum.head_package": files.package,
        "chartmuseum.get_provenance": files.provenance,
        "chartmuseum.head_provenance": files.provenance,
    }
    return ChartMuseumApi(
        authenticator=registry.authenticator,
        handlers=handlers,
        index=index,
        address=address,
        failures=failures,
        standstill=registry.standstill,
    )
