"""The kinds of Basic credential that a registry takes, beside people's own passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.config.settings import People
from charthouse.services.identity.credentials.access_tokens import AccessTokenCredentials
from charthouse.services.identity.credentials.app_tokens import AppTokenCredentials
from charthouse.services.identity.credentials.kinds import CredentialKind
from charthouse.services.identity.credentials.robots import RobotCredentials
from charthouse.services.identity.robot_rules import RobotRules

if TYPE_CHECKING:
    from .registry import Registry


def credential_kinds(registry: Registry) -> list[CredentialKind]:
    """Return them, each asked in this order whether a name is its own."""
    kinds: list[CredentialKind] = [
        RobotCredentials(
            registry.metadata.robots,
            registry.vault,
            registry.issued,
            registry.standings,
            registry.last_uses,
            robot_rules(registry.settings.people),
        ),
        AccessTokenCredentials(registry.access_tokens),
    ]
    if registry.settings.tokens.app_specific:
        tokens = registry.metadata.app_tokens
        kinds.append(AppTokenCredentials(tokens, registry.standings, registry.last_uses, registry.clock))
    return kinds


def robot_rules(people: People) -> RobotRules:
    """Return which robots there may be."""
    return RobotRules(disallowed=people.robots_disallowed, allowed=people.robots_whitelist)
