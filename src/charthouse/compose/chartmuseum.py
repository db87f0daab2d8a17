"""The classic chart repositories, joined."""

from __future__ import annotations

from charthouse import __version__
from charthouse.api.chartmuseum.about import AboutHandlers
from charthouse.api.chartmuseum.app import ChartMuseumApi, Handler
from charthouse.api.chartmuseum.charts import ChartHandlers
from charthouse.api.chartmuseum.contents import ContentHandlers
from charthouse.api.chartmuseum.files import FileHandlers
from charthouse.api.chartmuseum.index import IndexHandlers
from charthouse.api.chartmuseum.uploads import UploadHandlers
from charthouse.api.kit.front import PublicAddress
from charthouse.engines.index_files import DirectoryIndexFiles
from charthouse.services.charts.catalogue import Catalogue
from charthouse.services.charts.contents import ChartContents
from charthouse.services.charts.files import ChartFiles
from charthouse.services.charts.index.plain import PlainIndexes
from charthouse.services.charts.index.service import ChartIndexes
from charthouse.telemetry.logs import FailureLog

from .charts import publisher_of
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
    indexes = chart_indexes(registry)
    index = IndexHandlers(indexes, PlainIndexes(directory))
    files = FileHandlers(ChartFiles(metadata.charts, reader, clock), registry.contents)
    catalogue = Catalogue(indexes.levels, reader, registry.writer, metadata.charts, clock)
    charts = ChartHandlers(catalogue)
    contents = ContentHandlers(ChartContents(catalogue, metadata.charts))
    uploads = UploadHandlers(publisher_of(registry), registry.settings.data / "spool")
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
        "chartmuseum.list_charts": charts.list,
        "chartmuseum.upload": uploads.charts,
        "chartmuseum.upload_provenance": uploads.provenance,
        "chartmuseum.get_chart": charts.show,
        "chartmuseum.head_chart": charts.show,
        "chartmuseum.delete_chart": charts.delete,
        "chartmuseum.get_version": charts.show_version,
        "chartmuseum.head_version": charts.show_version,
        "chartmuseum.delete_version": charts.delete_version,
        "chartmuseum.get_templates": contents.templates,
        "chartmuseum.get_values": contents.values,
    }
    return ChartMuseumApi(
        authenticator=registry.authenticator,
        handlers=handlers,
        index=index,
        address=address,
        failures=failures,
        standstill=registry.standstill,
    )
