"""The settings as others may see them: superusers without secrets, everybody what a client has a use for."""

from __future__ import annotations

import os
from typing import Any

from charthouse import __version__
from charthouse.config.defaults import value_of, written
from charthouse.config.fields import Read
from charthouse.config.key import Guarded, Honoured, Key
from charthouse.config.keys.table import TABLE
from charthouse.config.notes import effective
from charthouse.config.schema import config_schema
from charthouse.config.settings import Settings


def configuration_dump(settings: Settings) -> dict[str, Any]:
    """Return what superusers may read: ``{config, warning, env, schema}``, secrets hidden."""
    found = {one.key: one.value for one in effective(Read({}, {}, [], []), settings)}
    given = {key.name for key in TABLE.values() if key.environment and os.environ.get(key.name)}
    return {
        "config": found,
        "warning": {"without_effect": sorted(settings.inert)},
        "env": {name: found[name] for name in sorted(given & found.keys())},
        "schema": config_schema(),
    }


def public_settings(settings: Settings) -> dict[str, Any]:
    """Return what everybody may read of the configuration: some values, and which features are on."""
    features = [key for name, key in TABLE.items() if name.startswith("FEATURE_")]
    return {
        "config": _values(settings),
        "features": {key.name.removeprefix("FEATURE_"): _is_on(settings, key) for key in features},
        "oauth": {},
        "external_login": [],
        "registry_state": "normal",
        "version_number": __version__,
    }


def _values(settings: Settings) -> dict[str, Any]:
    """Return what clients show or need; none of it is a secret."""
    console, tags = settings.console, settings.tags
    values = {
        "REGISTRY_TITLE": console.title,
        "REGISTRY_TITLE_SHORT": console.short_title,
        "SERVER_HOSTNAME": settings.server_hostname,
        "PREFERRED_URL_SCHEME": settings.url_scheme,
        "TAG_EXPIRATION_OPTIONS": tags.expiration_options,
        "DEFAULT_TAG_EXPIRATION": tags.default_expiration,
    }
    told = {name: written(TABLE[name], value) for name, value in values.items()}
    return told | {"AUTHENTICATION_TYPE": "Database"}


def _is_on(settings: Settings, key: Key) -> bool:
    """Tell whether a feature works here, whatever was asked for one that does not exist yet."""
    if isinstance(key.status, Honoured | Guarded) and key.field:
        return bool(value_of(settings, key))
    return bool(key.as_is) if isinstance(key.as_is, bool) else False
