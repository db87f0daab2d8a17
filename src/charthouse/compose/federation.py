"""Robot federation, built from a registry's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.engines.identity.oidc_issuers import OidcIssuers
from charthouse.model.addresses import OutboundRules
from charthouse.services.identity.external_tokens import ExternalTokens
from charthouse.services.identity.federation import Federation
from charthouse.services.identity.issuer_keys import IssuerKeys
from charthouse.services.identity.trust import TrustRules

from .credentials import robot_rules

if TYPE_CHECKING:
    from .registry import Registry


def federation_of(registry: Registry) -> Federation:
    """Return what exchanges other issuers' tokens for robots'."""
    settings, clock = registry.settings, registry.clock
    outbound = OutboundRules(settings.outbound.allowed_hosts)
    keys = IssuerKeys(OidcIssuers(outbound), clock)
    return Federation(
        registry.robots,
        registry.metadata.robots,
        ExternalTokens(keys, clock),
        registry.issued,
        TrustRules(outbound, settings.server_hostname),
        robot_rules(settings.people),
        registry.standings,
        registry.last_uses,
        clock,
        service=settings.server_hostname,
    )
