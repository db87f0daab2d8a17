"""The console's ways in: signing in, making an account, the first user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.kit.cookies import Cookies
    from charthouse.console.pages.entry import EntryPages
    from charthouse.console.pages.first_steps import FirstStepPages
    from charthouse.console.pages.first_user import FirstUserPages
    from charthouse.console.rendering import Renderer


def entry_pages(
    registry: Registry, renderer: Renderer, cookies: Cookies
) -> tuple[EntryPages | FirstUserPages | FirstStepPages, ...]:
    """Return the pages."""
    from charthouse.console.doors import Doorkeeper, Doors
    from charthouse.console.pages.entry import EntryPages
    from charthouse.console.pages.first_steps import FirstStepPages
    from charthouse.console.pages.first_user import FirstUserPages, Founding

    from .people import organizations_of

    settings, people = registry.settings, registry.settings.people
    doors = Doors(
        passwords=people.direct_login,
        sign_up=people.creation and people.direct_login,
        by_invitation=people.invite_only,
    )
    founding = Founding(allowed=settings.user_initialize, token=settings.set_up_token)
    keeper = Doorkeeper(registry.sessions, cookies, registry.standstill)
    return (
        EntryPages(renderer, doors, keeper, registry.sessions, registry.sign_up, registry.users),
        FirstUserPages(renderer, registry.users, keeper, founding),
        FirstStepPages(renderer, organizations_of(registry), registry.listings),
    )
