"""What a chart uses that is in this registry, where the caller may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from charthouse.helm.chart.facts import Dependency, Image
from charthouse.model.errors import RegistryError
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor, Role
from charthouse.services.access.gate import Gate
from charthouse.services.registry.tags import TagService

from .links import ImageAddress, dependency_here, image_here, web_address

_MOST = 50
"""Images and dependencies that are looked for."""


class UsedImage(msgspec.Struct, frozen=True):
    """An image that a chart names; ``address`` is our page of it ("": it is elsewhere), ``places`` where it is named."""

    image: str
    address: str
    places: list[str]


class UsedChart(msgspec.Struct, frozen=True):
    """A chart that a chart needs; ``address`` is our page of it, or the web's of its repository ("": none)."""

    dependency: Dependency
    address: str
    here: bool


class Here:
    """Looks for what is named."""

    def __init__(self, gate: Gate, tags: TagService) -> None:
        self._gate = gate
        self._tags = tags

    async def images(self, actor: Actor, host: str, images: Sequence[Image]) -> list[UsedImage]:
        """Return each image once, in order."""
        places: dict[str, list[str]] = {}
        for image in images:
            places.setdefault(image.image, []).append(image.where or image.source)
        found = []
        for number, (reference, where) in enumerate(places.items()):
            address = await self._image(actor, image_here(reference, host)) if number < _MOST else ""
            found.append(UsedImage(reference, address, where))
        return found

    async def dependencies(
        self, actor: Actor, host: str, dependencies: Iterable[Dependency]
    ) -> list[UsedChart]:
        """Return the dependencies in order."""
        found = []
        for number, one in enumerate(dependencies):
            name = dependency_here(one.repository, one.name, host) if number < _MOST else None
            here = name is not None and await self._gate.sees(actor, name)
            found.append(UsedChart(one, f"/{name}" if here else web_address(one.repository), here))
        return found

    async def _image(self, actor: Actor, image: ImageAddress | None) -> str:
        if image is None or not await self._gate.sees(actor, image.repository):
            return ""
        if ":" in image.reference:
            return f"/{image.repository}/-/manifests/{image.reference}"
        if await self._has_tag(actor, image.repository, image.reference):
            return f"/{image.repository}/-/tags/{image.reference}"
        return ""

    async def _has_tag(self, actor: Actor, repository: RepositoryName, tag: str) -> bool:
        try:
            permit = await self._gate.repository(actor, repository, Role.READ, reading=True)
            await self._tags.live(permit, tag)
        except RegistryError:
            return False
        return True
