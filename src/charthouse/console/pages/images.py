"""A manifest as people look at it: an image, what an index lists, any other artifact; and its labels."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.digests import Digest, parse_digest
from charthouse.model.errors import DigestInvalid, ManifestUnknown
from charthouse.model.permissions import RepositoryState, Role
from charthouse.ports.tags import TagLife
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.inspections import Inspections
from charthouse.services.registry.labels import LabelService

from ..addresses import local_path
from ..rendering import Renderer
from ..usage import indented, moment_of, step_words, usage_lines
from ..visit import Page, Visit

_STEPS = 500
"""Steps of an image that are shown: a config may be full of them."""


class ImagePages:
    """Pages of manifests. ``tag`` of the tags' pages hands over what is no chart."""

    def __init__(self, renderer: Renderer, inspections: Inspections, labels: LabelService) -> None:
        self._renderer = renderer
        self._inspections = inspections
        self._labels = labels

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.manifest": self.manifest,
            "console.manifest.label": self.label,
            "console.manifest.unlabel": self.unlabel,
        }

    async def manifest(self, visit: Visit) -> Response:
        """Answer GET …/-/manifests/{digest}."""
        return await self.show(visit, visit.permit_of(RepositoryPermit), digest_named(visit.name("digest")))

    async def show(
        self, visit: Visit, permit: RepositoryPermit, digest: Digest, life: TagLife | None = None
    ) -> Response:
        """Return the page of a manifest, or of the tag ``life`` that points at it."""
        seen = await self._inspections.of(permit, digest)
        reference = f"@{digest}" if life is None else f":{life.name}"
        here = f"manifests/{digest}" if life is None else f"tags/{life.name}"
        public, steps = visit.public, seen.details.steps
        return self._renderer.page(
            visit,
            "images/manifest.html",
            permit=permit,
            life=life,
            back=visit.typed.get("back", f"/{permit.repository}/-/{here}"),
            seen=seen,
            digest=digest,
            steps=steps[:_STEPS],
            more_steps=len(steps) - _STEPS,
            whole=max(1, sum(step.layer.size for step in steps if step.layer)),
            size=seen.size + sum(child.size or 0 for child in seen.children if not child.entry.attestation),
            step_words=step_words,
            document=indented(seen.details.text),
            built_ms=moment_of(seen.details.config.created),
            by_tag=usage_lines(public.scheme, public.host, permit.repository, reference),
            by_digest=usage_lines(public.scheme, public.host, permit.repository, f"@{digest}"),
            tag_pulls=None if life is None else await self._inspections.pulls_of_tag(permit, life.name),
            may_change=may_change(permit),
        )

    async def label(self, visit: Visit) -> Response:
        """Answer POST …/-/manifests/{digest}/labels."""
        permit, digest = visit.permit_of(RepositoryPermit), digest_named(visit.name("digest"))
        form = await visit.form()
        label = await self._labels.add(permit, digest, form.text("key"), form.raw("value"), None)
        return visit.went_well(
            _back(form.text("back"), permit, digest),
            visit.gettext("The label %(key)s was added.") % {"key": label.key},
        )

    async def unlabel(self, visit: Visit) -> Response:
        """Answer POST …/-/manifests/{digest}/labels/delete."""
        permit, digest = visit.permit_of(RepositoryPermit), digest_named(visit.name("digest"))
        form = await visit.form()
        await self._labels.remove(permit, digest, form.text("label"))
        return visit.went_well(
            _back(form.text("back"), permit, digest), visit.gettext("The label was taken away.")
        )


def digest_named(text: str) -> Digest:
    """Return the digest of an address; raises ManifestUnknown for what is none."""
    try:
        return parse_digest(text)
    except DigestInvalid:
        raise ManifestUnknown("a manifest is named by its digest", {"reference": text[:200]}) from None


def may_change(permit: RepositoryPermit) -> bool:
    """Tell whether forms that change tags are worth showing; the gate decides again when they are sent."""
    normal = permit.access.state is RepositoryState.NORMAL
    return normal and permit.role >= Role.WRITE and not permit.observer


def _back(asked: str, permit: RepositoryPermit, digest: Digest) -> str:
    found = local_path(asked)
    return found if found != "/" else f"/{permit.repository}/-/manifests/{digest}"
