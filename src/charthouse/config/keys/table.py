"""All keys together, by area and by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..key import Key
from . import (
    authentication,
    builds,
    charts,
    console,
    core,
    database,
    health,
    internal,
    logs,
    mail,
    mirror,
    notifications,
    people,
    quota,
    redis,
    repositories,
    scanner,
    sessions,
    storage,
    tags,
    telemetry,
    tokens,
    workers,
)

AREAS: Mapping[str, tuple[Key, ...]] = {
    "Server": core.KEYS,
    "Database": database.KEYS,
    "Storage": storage.KEYS,
    "Redis": redis.KEYS,
    "Accounts and robots": people.KEYS,
    "Sessions and browsers": sessions.KEYS,
    "Tokens and keys": tokens.KEYS,
    "Authentication": authentication.KEYS,
    "Mail": mail.KEYS,
    "Repositories": repositories.KEYS,
    "Tags and collection": tags.KEYS,
    "Charts": charts.KEYS,
    "Quotas": quota.KEYS,
    "Proxy cache and mirroring": mirror.KEYS,
    "Builds": builds.KEYS,
    "Action logs": logs.KEYS,
    "Vulnerability scanner": scanner.KEYS,
    "Notifications and outgoing requests": notifications.KEYS,
    "Console": console.KEYS,
    "Health": health.KEYS,
    "Metrics, traces, reports": telemetry.KEYS,
    "Background jobs": workers.KEYS,
    "Quay's insides and hosted service": internal.KEYS,
}
"""Keys by the title of their area."""

TABLE: Mapping[str, Key] = {key.name: key for keys in AREAS.values() for key in keys}
"""Keys by name; a name with ``*`` stands for any text there."""

_ANY = {name: key for name, key in TABLE.items() if "*" in name}


def find(name: str) -> Key | None:
    """Return the key of this name; None when nobody knows it."""
    exact = TABLE.get(name) if "*" not in name else None
    if exact is not None:
        return exact
    for pattern, key in _ANY.items():
        if re.fullmatch(pattern.replace("*", "[A-Z0-9_]+"), name):
            return key
    return None
