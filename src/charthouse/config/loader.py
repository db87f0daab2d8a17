"""From a config.yaml, the environment and the command line to ``Settings``; or to all mistakes at once.

The later wins: the file, QUAY_OVERRIDE_CONFIG (a JSON object laid over it), the environment, the command line.
A key that nobody knows is an error, never ignored: a misspelt security setting must not be a silent default.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from .entries import ConfigError, Entry, Mistake
from .fields import Read, fields_of, read_values
from .keys.storage import STORAGE_PREFERENCE
from .keys.table import TABLE
from .rules import apply_rules
from .settings import Settings

OVERRIDE = "QUAY_OVERRIDE_CONFIG"
PREFERENCE_OVERRIDE = "QUAY_DISTRIBUTED_STORAGE_PREFERENCE"
_FROM_ENVIRONMENT = tuple(key.name for key in TABLE.values() if key.environment)


def load(
    *,
    data: Path,
    config: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    **overrides: Any,
) -> Settings:
    """Return the settings of the store in ``data``; raises ConfigError.

    ``overrides`` are fields of Settings from the command line; None is no override. Without ``config`` the first
    user may be made over HTTP, and a set-up token is made for that.
    """
    read = examine(data=data, config=config, environment=environment)
    if read.mistakes:
        raise ConfigError(read.mistakes)
    return settings_from(read, data, first_user=config is None, **overrides)


def examine(*, data: Path, config: Path | None, environment: Mapping[str, str] = os.environ) -> Read:
    """Return what the file and the environment say, with every mistake: those of the file first, by line."""
    entries: dict[str, Entry] = {}
    mistakes: list[Mistake] = []
    if config is not None:
        from .document import read_document  # YAML takes a tenth of a start that needs none

        try:
            entries, mistakes = read_document(config)
        except (OSError, UnicodeDecodeError) as error:
            return Read({}, {}, [Mistake(str(config), f"can't be read: {_reason(error)}")], [])
    read = read_values(entries | _from_environment(environment, mistakes), mistakes)
    apply_rules(read, data)
    read.mistakes.sort(key=lambda mistake: (mistake.line == 0, mistake.line))
    read.inert.sort()
    return read


def settings_from(read: Read, data: Path, *, first_user: bool, **overrides: Any) -> Settings:
    """Return the settings of what was read without mistakes."""
    fields = fields_of(read)
    core: dict[str, Any] = {"data": data, "inert": tuple(read.inert)} | fields.pop("", {})
    if first_user:
        core.setdefault("user_initialize", True)
        if "set_up_token" not in core:
            core |= {"set_up_token": secrets.token_urlsafe(24), "set_up_token_made": True}
    base = Settings(**core)
    parts = {area: structs.replace(getattr(base, area), **values) for area, values in fields.items()}
    given = {name: value for name, value in overrides.items() if value is not None}
    return structs.replace(base, **parts | given)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)


def _from_environment(environment: Mapping[str, str], mistakes: list[Mistake]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    laid_over = environment.get(OVERRIDE)
    if laid_over:
        try:
            found = msgspec.json.decode(laid_over, type=dict[str, Any])
        except msgspec.DecodeError:
            mistakes.append(Mistake(OVERRIDE, "expected a JSON object"))
        else:
            entries = {key: Entry(value, OVERRIDE) for key, value in found.items()}
    preference = environment.get(PREFERENCE_OVERRIDE)
    if preference:
        entries[STORAGE_PREFERENCE] = Entry(preference.split(), PREFERENCE_OVERRIDE)
    for key in _FROM_ENVIRONMENT:
        if environment.get(key):
            entries[key] = Entry(environment[key], f"environment variable {key}")
    return entries
