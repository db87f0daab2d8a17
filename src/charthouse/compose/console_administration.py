"""The console's pages for superusers."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from .health import health_of
from .registry import Registry

if TYPE_CHECKING:
    from charthouse.console.banners import Banners
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup

    from .superusers import SuperuserServices

_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}


def administration_pages(
    registry: Registry, renderer: Renderer, services: SuperuserServices, banners: Banners
) -> tuple[PageGroup, ...]:
    """Return the pages with the services that they stand on."""
    from charthouse.console.pages.admin import AdminPages, Installation
    from charthouse.console.pages.admin_keys import AdminKeyPages
    from charthouse.console.pages.admin_messages import AdminMessagePages
    from charthouse.console.pages.admin_orgs import AdminOrganizationPages
    from charthouse.console.pages.admin_users import AdminUserPages

    settings, people, organizations = registry.settings, services.people, services.organizations
    installation = Installation(
        python=platform.python_version(),
        database=_DATABASES[settings.database.partition(":")[0].partition("+")[0]],
        storage=settings.storage.engine,
    )
    return (
        AdminPages(renderer, services.totals, services.size, health_of(registry), installation),
        AdminUserPages(renderer, people, organizations, services.totals),
        AdminOrganizationPages(renderer, organizations, services.totals),
        AdminKeyPages(renderer, services.keys),
        AdminMessagePages(renderer, services.messages, banners),
    )
