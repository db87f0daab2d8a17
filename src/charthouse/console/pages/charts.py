"""A version of a chart: what it is, how it is installed, and everything that is inside."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import RegistryError
from charthouse.ports.charts import ChartState
from charthouse.ports.tags import TagLife
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import ChartDocuments, ChartInside
from charthouse.services.charts.search import metadata_of
from charthouse.services.charts.signatures import ChartSignatures, SignatureService
from charthouse.services.registry.pull_statistics import PullStatistics

from ..charts.here import Here
from ..charts.installing import Origin, argo_cd, by_classic, by_oci, flux, terraform
from ..charts.links import icon_source, mail_address, web_address
from ..charts.readmes import Readmes, is_cut
from ..rendering import Renderer
from ..visit import Visit


class ChartPages:
    """The page of one version: the tags' pages hand over what is a chart."""

    def __init__(
        self,
        renderer: Renderer,
        documents: ChartDocuments,
        signatures: SignatureService,
        statistics: PullStatistics | None,
        here: Here,
        readmes: Readmes,
    ) -> None:
        self._renderer = renderer
        self._documents = documents
        self._signatures = signatures
        self._statistics = statistics
        self._here = here
        self._readmes = readmes

    async def shows(self, permit: RepositoryPermit, life: TagLife) -> bool:
        """Tell whether a tag points at a chart."""
        return await self._documents.pointed_at(permit, life.digest) is not None

    async def version(self, visit: Visit, permit: RepositoryPermit, life: TagLife) -> Response:
        """Answer GET …/-/tags/{tag} for a chart."""
        inside = await self._documents.inside(permit, life.digest)
        facts, reading = inside.chart.facts, inside.reading
        origin = Origin(
            visit.public.scheme,
            visit.public.host,
            permit.repository,
            life.name,
            life.digest,
            facts.state is ChartState.READ and facts.tag == life.name,
            permit.access.public,
        )
        user = visit.actor.name if visit.signed_in else ""
        metadata = metadata_of(facts.summary)
        return self._renderer.page(
            visit,
            "charts/version.html",
            current="overview",
            permit=permit,
            life=life,
            chart=inside.chart,
            problems=inside.problems,
            metadata=metadata,
            reading=reading,
            pulls=await self._pulls(permit, life),
            signatures=await self._signatures_of(permit, inside),
            readme=await self._readmes.of(permit.repository, life.name, inside),
            readme_cut=is_cut(inside),
            images=await self._here.images(visit.actor, visit.public.host, reading.images),
            dependencies=await self._here.dependencies(visit.actor, visit.public.host, metadata.dependencies),
            origin=origin,
            oci=by_oci(origin, user),
            classic=by_classic(origin, user),
            argo_cd=argo_cd(origin),
            flux=flux(origin),
            terraform=terraform(origin),
            web_address=web_address,
            mail_address=mail_address,
            face=icon_source(metadata.icon),
        )

    async def _pulls(self, permit: RepositoryPermit, life: TagLife) -> int | None:
        """Return how often the tag was pulled; None when that is not told."""
        if self._statistics is None:
            return None
        found = await self._statistics.of_tags(permit, [life.name])
        return found[life.name].count if life.name in found else 0

    async def _signatures_of(self, permit: RepositoryPermit, inside: ChartInside) -> ChartSignatures | None:
        try:
            return await self._signatures.of(permit, inside.chart.digest)
        except RegistryError:  # a blob is missing, or reading takes too long: nothing is known
            return None
