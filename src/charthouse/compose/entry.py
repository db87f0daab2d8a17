"""The console's ways in, and what is people's own: signing in, the first user, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.kit.cookies import Cookies
    from charthouse.config.settings import Settings
    from charthouse.console.doors import Doors
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup


def entry_pages(registry: Registry, renderer: Renderer, cookies: Cookies) -> tuple[PageGroup, ...]:
    """Return the pages."""
    from charthouse.console.doors import Doorkeeper
    from charthouse.console.pages.account import AccountPages
    from charthouse.console.pages.account_access import AccountAccessPages
    from charthouse.console.pages.entry import EntryPages
    from charthouse.console.pages.first_steps import FirstStepPages
    from charthouse.console.pages.first_user import FirstUserPages, Founding

    from .people import organizations_of, removal_of

    settings = registry.settings
    doors = doors_of(settings)
    founding = Founding(allowed=settings.user_initialize, token=settings.set_up_token)
    keeper = Doorkeeper(registry.sessions, cookies, registry.standstill)
    return (
        EntryPages(renderer, doors, keeper, registry.sessions, registry.sign_up, registry.users),
        FirstUserPages(renderer, registry.users, keeper, founding),
        FirstStepPages(renderer, organizations_of(registry), registry.listings),
        AccountPages(
            renderer,
            registry.callers,
            registry.own_account,
            registry.sessions,
            removal_of(registry),
            keeper,
            cookies,
        ),
        AccountAccessPages(
            renderer,
            registry.callers,
            registry.app_tokens if settings.tokens.app_specific else None,
            registry.sessions,
            registry.last_uses,
            registry.oauth.granted,
        ),
    )


def doors_of(settings: Settings) -> Doors:
    """Return which ways in the configuration offers; places elsewhere will be named here."""
    from charthouse.console.doors import Doors

    people = settings.people
    return Doors(
        passwords=people.direct_login,
        sign_up=people.creation and people.direct_login,
        by_invitation=people.invite_only,
    )
