"""The console's ways in: signing in, making an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.kit.cookies import Cookies
    from charthouse.console.pages.entry import EntryPages
    from charthouse.console.rendering import Renderer


def entry_pages(registry: Registry, renderer: Renderer, cookies: Cookies) -> EntryPages:
    """Return the pages."""
    from charthouse.console.doors import Doorkeeper, Doors
    from charthouse.console.pages.entry import EntryPages

    people = registry.settings.people
    doors = Doors(
        passwords=people.direct_login,
        sign_up=people.creation and people.direct_login,
        by_invitation=people.invite_only,
    )
    keeper = Doorkeeper(registry.sessions, cookies, registry.standstill)
    return EntryPages(renderer, doors, keeper, registry.sessions, registry.sign_up)
