"""From what an operator named to a source of charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from charthouse.ports.chart_sources import ChartSource, SourceFailed

from .classic import ClassicRepository
from .credentials import kept_credentials
from .directory import PackageDirectory
from .fetching import Access, Fetcher
from .registries import Registries


def source_of(place: str, access: Access) -> ChartSource:
    """Return the source at an address or in a directory, not opened yet; raises SourceFailed."""
    if place.startswith("oci://"):
        raise SourceFailed(
            "a registry tells no list of its charts: import from a classic repository, a directory, or an"
            " index.yaml whose urls are oci://"
        )
    if not place.startswith(("http://", "https://")):
        return PackageDirectory(Path(place))
    fetcher = Fetcher(access)
    return ClassicRepository(place, fetcher, Registries(fetcher, kept_credentials()))


async def pull(address: str, access: Access, into: Callable[[bytes], object], limit: int) -> bytes | None:
    """Fetch one chart from a registry; a credential of ``access`` goes before what Helm and Docker keep."""
    fetcher = Fetcher(access)
    kept = kept_credentials()
    await fetcher.open()
    try:
        return await Registries(fetcher, lambda host: access.basic or kept(host)).fetch(address, into, limit)
    finally:
        await fetcher.close()
