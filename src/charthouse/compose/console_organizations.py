"""The console's pages about users, organizations and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup


def organization_pages(registry: Registry, renderer: Renderer) -> tuple[PageGroup, ...]:
    """Return the pages with the services that they stand on."""
    from charthouse.console.pages.robots import RobotPages

    return (RobotPages(renderer, registry.gate, registry.robots, registry.sharing, registry.listings),)
