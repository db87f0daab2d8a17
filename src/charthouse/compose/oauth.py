"""The services of OAuth, built from a registry's parts."""

from __future__ import annotations

from charthouse.config.settings import Settings
from charthouse.model.scopes import Scope
from charthouse.ports.clock import Clock
from charthouse.ports.metadata import Metadata
from charthouse.services.identity.last_use import LastUses
from charthouse.services.identity.vault import Vault
from charthouse.services.oauth.applications import ApplicationService
from charthouse.services.oauth.assignments import Offers
from charthouse.services.oauth.consent import Consent
from charthouse.services.oauth.exchange import Exchange
from charthouse.services.oauth.requests import RequestReader
from charthouse.services.oauth.tokens import ApplicationTokens, GrantedTokens


class OAuth:
    """Applications, their tokens, and the flows that lead to tokens."""

    def __init__(
        self, metadata: Metadata, vault: Vault, uses: LastUses, clock: Clock, settings: Settings
    ) -> None:
        superusers = settings.people.super_users_enabled
        offered = frozenset(Scope) if superusers else frozenset(Scope) - {Scope.SUPER_USER}
        authorizations = metadata.authorizations
        self.scopes = offered
        self.applications = ApplicationService(metadata.applications, vault, clock)
        self.tokens = ApplicationTokens(
            self.applications, authorizations, uses, clock, offered, settings.tokens.oauth_maximum
        )
        self.granted = GrantedTokens(authorizations, uses, clock)
        self.offers = Offers(metadata.assignments, metadata.accounts)
        self.requests = RequestReader(self.applications, offered)
        self.consent = Consent(authorizations, metadata.codes, metadata.assignments, clock)
        self.exchange = Exchange(self.applications, metadata.applications, metadata.codes, clock)
