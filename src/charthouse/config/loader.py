"""From a config.yaml, the environment and the command line to ``Settings``; or to all mistakes at once.

The later wins: the file, QUAY_OVERRIDE_CONFIG (a JSON object laid over it), the environment, the command line.
A key that nobody knows is an error, never ignored: a misspelt security setting must not be a silent default.
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from .core import FROM_ENVIRONMENT, KEYS, ONLY, STORAGE_CONFIG, STORAGE_ENGINES, STORAGE_PREFERENCE
from .entries import Entry, Mistake
from .inert import INERT, is_inert
from .settings import Settings, Storage
from .values import Reader, flag

_OVERRIDE = "QUAY_OVERRIDE_CONFIG"
_PREFERENCE_OVERRIDE = "QUAY_DISTRIBUTED_STORAGE_PREFERENCE"
_LIBRARY_SUPPORT = "FEATURE_LIBRARY_SUPPORT"
_ALL_KEYS = sorted({*KEYS, *ONLY, *INERT, STORAGE_CONFIG, STORAGE_PREFERENCE, _LIBRARY_SUPPORT})


class ConfigError(ValueError):
    """The configuration can't be used; ``mistakes`` are all that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


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
    entries: dict[str, Entry] = {}
    mistakes: list[Mistake] = []
    if config is not None:
        from .document import read_document  # YAML takes a tenth of a start that needs none

        try:
            entries, mistakes = read_document(config)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError([Mistake(str(config), f"can't be read: {_reason(error)}")]) from None
    entries |= _from_environment(environment, mistakes)
    given = {name: value for name, value in overrides.items() if value is not None}
    fields = _Fields(data, mistakes).read(entries)
    if mistakes:
        raise ConfigError(mistakes)
    if config is None:
        fields.setdefault("user_initialize", True)
        fields.setdefault("set_up_token", secrets.token_urlsafe(24))
    return Settings(**fields | {"data": data} | given)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)


def _from_environment(environment: Mapping[str, str], mistakes: list[Mistake]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    laid_over = environment.get(_OVERRIDE)
    if laid_over:
        try:
            found = msgspec.json.decode(laid_over, type=dict[str, Any])
        except msgspec.DecodeError:
            mistakes.append(Mistake(_OVERRIDE, "expected a JSON object"))
        else:
            entries = {key: Entry(value, _OVERRIDE) for key, value in found.items()}
    preference = environment.get(_PREFERENCE_OVERRIDE)
    if preference:
        entries[STORAGE_PREFERENCE] = Entry(preference.split(), _PREFERENCE_OVERRIDE)
    for key in FROM_ENVIRONMENT:
        if environment.get(key):
            entries[key] = Entry(environment[key], f"environment variable {key}")
    return entries


class _Fields:
    """Turns entries into fields of Settings, collecting mistakes. A key without a value keeps its default."""

    def __init__(self, data: Path, mistakes: list[Mistake]) -> None:
        self._data = data
        self._mistakes = mistakes

    def read(self, entries: Mapping[str, Entry]) -> dict[str, Any]:
        """Return the fields that the entries set."""
        given = {key: entry for key, entry in entries.items() if entry.value is not None}
        for key, entry in entries.items():
            if key not in _ALL_KEYS and not is_inert(key):
                self._mistake(entry, f"{key} is no setting{_nearest(key)}")
        fields: dict[str, Any] = {}
        for key, (field, read) in KEYS.items():
            if key in given:
                self._set(fields, field, key, given[key], read)
        for key, (read, accepted) in ONLY.items():
            if key in given:
                self._check_only(key, given[key], read, accepted)
        self._library(fields, given)
        fields.setdefault("database", f"sqlite:///{(self._data / 'charthouse.db').absolute()}")
        self._database_secret(fields, given)
        storage, unused = self._storage(given)
        fields["storage"] = storage
        fields["inert"] = tuple(sorted([*(key for key in given if is_inert(key)), *unused]))
        return fields

    def _set(self, fields: dict[str, Any], field: str, key: str, entry: Entry, read: Reader) -> None:
        try:
            fields[field] = read(entry.value)
        except ValueError as error:
            self._mistake(entry, f"{key}: {error}")

    def _check_only(self, key: str, entry: Entry, read: Reader, accepted: str | bool) -> None:
        shown = str(accepted).lower() if isinstance(accepted, bool) else accepted
        try:
            kept = read(entry.value) == accepted
        except ValueError:
            kept = False
        if not kept:
            self._mistake(entry, f"{key}: only {shown} is offered yet")

    def _library(self, fields: dict[str, Any], given: Mapping[str, Entry]) -> None:
        support: dict[str, Any] = {}
        if _LIBRARY_SUPPORT in given:
            self._set(support, "on", _LIBRARY_SUPPORT, given[_LIBRARY_SUPPORT], flag)
        if support.get("on") is False:
            fields["library_namespace"] = ""

    def _database_secret(self, fields: dict[str, Any], given: Mapping[str, Entry]) -> None:
        embedded = fields["database"].startswith("sqlite")
        if not embedded and not fields.get("database_secret_key") and "DB_URI" in given:
            self._mistake(
                given["DB_URI"],
                "DATABASE_SECRET_KEY must be set beside a server database: keys are kept there",
            )

    def _storage(self, given: Mapping[str, Entry]) -> tuple[Storage, list[str]]:
        """Return the preferred storage, and the names of those that are not used."""
        here = Storage("LocalStorage", {"storage_path": str((self._data / "blobs").absolute())})
        if STORAGE_CONFIG not in given:
            if STORAGE_PREFERENCE in given:
                self._mistake(given[STORAGE_PREFERENCE], f"{STORAGE_PREFERENCE} needs {STORAGE_CONFIG}")
            return here, []
        storages = self._storages(given[STORAGE_CONFIG])
        if not storages:
            return here, []
        preferred = self._preferred(given, list(storages))
        if preferred is None:
            return here, []
        return storages[preferred], [f"{STORAGE_CONFIG}.{name}" for name in storages if name != preferred]

    def _storages(self, entry: Entry) -> dict[str, Storage]:
        found: dict[str, Storage] = {}
        if not isinstance(entry.value, dict) or not entry.value:
            self._mistake(
                entry, f"{STORAGE_CONFIG}: expected a name with [engine, arguments] for each storage"
            )
            return found
        for name, pair in entry.value.items():
            match pair:
                case [str() as engine, dict() as arguments] if engine in STORAGE_ENGINES:
                    found[str(name)] = Storage(engine, arguments)
                case [str() as engine, dict()]:
                    near = _nearest(engine, STORAGE_ENGINES)
                    self._mistake(entry, f"{STORAGE_CONFIG}.{name}: {engine[:80]} is no storage engine{near}")
                case _:
                    self._mistake(entry, f"{STORAGE_CONFIG}.{name}: expected [engine, arguments]")
        return found

    def _preferred(self, given: Mapping[str, Entry], storages: list[str]) -> str | None:
        if STORAGE_PREFERENCE not in given:
            if len(storages) == 1:
                return storages[0]
            self._mistake(
                given[STORAGE_CONFIG], f"{STORAGE_PREFERENCE} must say which of {', '.join(storages)}"
            )
            return None
        entry = given[STORAGE_PREFERENCE]
        wanted = entry.value if isinstance(entry.value, list) and entry.value else [None]
        for name in wanted:
            if name not in storages:
                self._mistake(entry, f"{STORAGE_PREFERENCE}: expected names of {', '.join(storages)}")
                return None
        return str(wanted[0])

    def _mistake(self, entry: Entry, message: str) -> None:
        self._mistakes.append(Mistake(entry.place, message))


def _nearest(word: str, known: Sequence[str] = _ALL_KEYS) -> str:
    near = difflib.get_close_matches(word.upper() if known is _ALL_KEYS else word, known, n=1)
    return f": did you mean {near[0]}?" if near else ""
