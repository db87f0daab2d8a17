"""The console over a registry: every page with the services that it stands on."""

from __future__ import annotations

from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.router import Mounted
from charthouse.telemetry.logs import FailureLog

from .browsers import cookie_policy
from .console_administration import administration_pages
from .console_charts import ChartRoom
from .console_organizations import organization_pages
from .console_repositories import repository_pages
from .console_tags import tag_pages
from .entry import entry_pages
from .registry import Registry


def console(registry: Registry, address: PublicAddress, failures: FailureLog) -> Mounted:
    """Return the console. Its libraries are imported here: the first answers of /v2 do without them."""
    from charthouse.api.kit.cookies import Cookies
    from charthouse.console.app import console_app
    from charthouse.console.assets import Assets
    from charthouse.console.banners import Banners
    from charthouse.console.guard import Guard
    from charthouse.console.languages import Languages
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup

    from .superusers import SuperuserServices

    settings = registry.settings
    languages, assets = Languages(), Assets()
    services = SuperuserServices(registry)
    banners = Banners(services.messages)
    renderer = Renderer(settings.console.title, languages, assets, registry.clock)
    cookies = Cookies(cookie_policy(settings))
    guard = Guard(
        registry.callers,
        registry.gate,
        address,
        cookies,
        registry.csrf,
        languages,
        banners,
        registry.standstill,
        anonymous=settings.anonymous_access,
    )
    charts = ChartRoom(registry, renderer)
    pages: tuple[PageGroup, ...] = (
        *entry_pages(registry, renderer, cookies),
        *repository_pages(registry, renderer, charts.overview),
        *charts.groups,
        *tag_pages(registry, renderer, charts.version),
        *organization_pages(registry, renderer),
        *administration_pages(registry, renderer, services, banners),
    )
    found = {operation: page for one in pages for operation, page in one.pages().items()}
    found |= assets.pages()
    return Mounted(console_app(found, guard, renderer, failures), "console.unknown")
