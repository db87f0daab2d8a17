"""A classic chart repository over HTTP: an index.yaml and what it points at.

Source: Helm's "The Chart Repository Guide" and Helm 3.22: relative addresses are resolved against the repository's,
and the credential goes to the repository's own host alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from charthouse.ports.chart_sources import SourceFailed

from .fetching import Fetcher, checked, may_have
from .registries import Registries

LARGEST_INDEX = 256 * 1024 * 1024
LARGEST_PROVENANCE = 1024 * 1024


class ClassicRepository:
    """See the port ChartSource."""

    def __init__(self, address: str, fetcher: Fetcher, registries: Registries) -> None:
        self._address = address.removesuffix("index.yaml").rstrip("/") + "/"
        self._fetcher = fetcher
        self._registries = registries

    async def open(self) -> None:
        self._home = checked(self._address).origin()
        await self._fetcher.open()

    async def close(self) -> None:
        await self._fetcher.close()

    async def index(self) -> bytes | None:
        async with self._fetcher.get(
            self._address + "index.yaml", authorization=self._fetcher.access.basic
        ) as answer:
            answer.refuse()
            return await answer.content(LARGEST_INDEX)

    async def packages(self) -> Sequence[str]:
        return ()

    async def fetch(self, address: str, into: Callable[[bytes], object], limit: int) -> bytes | None:
        if address.startswith("oci://"):
            return await self._registries.fetch(address, into, limit)
        url = checked(_joined(self._address, address))
        authorization = self._fetcher.access.basic if may_have(url, self._home) else ""
        async with self._fetcher.get(str(url), authorization=authorization) as answer:
            answer.refuse()
            await answer.give(into, limit)
        provenance = str(url.with_path(url.raw_path + ".prov", encoded=True, keep_query=True))
        async with self._fetcher.get(provenance, authorization=authorization) as answer:
            if answer.status in (403, 404, 410):  # object stores answer 403 for what is not there
                return None
            answer.refuse()
            return await answer.content(LARGEST_PROVENANCE)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        raise SourceFailed(f"{address[:100]!r} is no address") from None
