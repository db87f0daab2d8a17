"""The handlers of OAuth, with the services that they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from charthouse.api.quay.endpoints import Handlers
    from charthouse.api.quay.paging import Pages
    from charthouse.api.quay.signin import Doorkeeper

    from .registry import Registry


def oauth_handlers(registry: Registry, pages: Pages, door: Doorkeeper) -> tuple[Handlers, ...]:
    """Return them. What they need is imported here, with the framework."""
    from charthouse.api.quay.authorizations import AuthorizationHandlers
    from charthouse.api.quay.html import Html
    from charthouse.api.quay.oauth_applications import ApplicationHandlers
    from charthouse.api.quay.oauth_exchange import ExchangeHandlers
    from charthouse.api.quay.oauth_flow import FlowHandlers
    from charthouse.api.quay.oauth_tokens import ApplicationTokenHandlers

    oauth, html = registry.oauth, Html()
    return (
        ApplicationHandlers(oauth.applications),
        ApplicationTokenHandlers(oauth.tokens, pages),
        AuthorizationHandlers(oauth.granted, oauth.offers),
        FlowHandlers(
            oauth.requests,
            oauth.consent,
            oauth.offers,
            registry.gate,
            html,
            door.cookies,
            registry.csrf,
            landing=registry.settings.tokens.oauth_local_handler,
        ),
        ExchangeHandlers(oauth.exchange),
    )
