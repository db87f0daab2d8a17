"""What holds between keys, and values that follow from several of them."""

from __future__ import annotations

from pathlib import Path

from .fields import Read
from .keys.storage import OFFERED, STORAGE_CONFIG, STORAGE_PREFERENCE, Storage
from .keys.tags import Tags
from .shapes import nearest

_TLS_WORDS = "PostgreSQL takes sslmode and sslrootcert, MariaDB and MySQL take ssl: {ca: FILE}"


def apply_rules(read: Read, data: Path) -> None:
    """Fill in what follows from other keys and from the data directory, and add what is wrong between keys."""
    values = read.values
    if values.pop("FEATURE_LIBRARY_SUPPORT", True) is False:
        values["LIBRARY_NAMESPACE"] = ""
    values.setdefault("DB_URI", f"sqlite:///{(data / 'charthouse.db').absolute()}")
    _database_secret(read)
    _database_tls(read)
    _time_machine(read)
    _expiry_bounds(read)
    _cookies(read)
    values[STORAGE_CONFIG] = _storage(read, data)
    values.pop(STORAGE_PREFERENCE, None)


def _database_secret(read: Read) -> None:
    server = not read.values["DB_URI"].startswith("sqlite")
    if server and not read.values.get("DATABASE_SECRET_KEY") and "DATABASE_SECRET_KEY" not in _faulty(read):
        read.mistake(
            "DB_URI", "DATABASE_SECRET_KEY must be set beside a server database: keys are kept there"
        )


def _database_tls(read: Read) -> None:
    """Refuse words for TLS that the database of DB_URI does not know: the connection would be less than it seems."""
    entry = read.entries.get("DB_CONNECTION_ARGS")
    if "DB_CONNECTION_ARGS" not in read.values or entry is None or "DB_URI" in _faulty(read):
        return
    postgres, sqlite = (read.values["DB_URI"].startswith(scheme) for scheme in ("postgresql", "sqlite"))
    wrong = {"ssl"} if postgres else set() if sqlite else {"sslmode", "sslrootcert"}
    for word in sorted(wrong & set(entry.value)):
        read.mistake(
            "DB_CONNECTION_ARGS", f"DB_CONNECTION_ARGS.{word} is not for the database of DB_URI: {_TLS_WORDS}"
        )


def _time_machine(read: Read) -> None:
    """Quay's rule: what namespaces may choose holds the default. Options that nobody gave are made to fit."""
    default = read.values.get("DEFAULT_TAG_EXPIRATION", Tags().default_expiration)
    options = read.values.get("TAG_EXPIRATION_OPTIONS")
    if options is None:
        read.values["TAG_EXPIRATION_OPTIONS"] = tuple(sorted({*Tags().expiration_options, default}))
    elif options and default not in options and "DEFAULT_TAG_EXPIRATION" not in _faulty(read):
        read.mistake(
            "TAG_EXPIRATION_OPTIONS", "TAG_EXPIRATION_OPTIONS must hold DEFAULT_TAG_EXPIRATION (else 2w)"
        )


def _expiry_bounds(read: Read) -> None:
    least = read.values.get("LABELED_EXPIRATION_MINIMUM")
    most = read.values.get("LABELED_EXPIRATION_MAXIMUM")
    if least is not None and most is not None and least > most:
        read.mistake(
            "LABELED_EXPIRATION_MAXIMUM", "LABELED_EXPIRATION_MAXIMUM is below LABELED_EXPIRATION_MINIMUM"
        )


def _cookies(read: Read) -> None:
    values = read.values
    https = values.get("PREFERRED_URL_SCHEME") == "https" or values.get("SESSION_COOKIE_SECURE")
    if values.get("SESSION_COOKIE_SAMESITE") == "None" and not https:
        read.mistake(
            "SESSION_COOKIE_SAMESITE",
            "SESSION_COOKIE_SAMESITE: browsers take None over https alone: set PREFERRED_URL_SCHEME to https",
        )


def _storage(read: Read, data: Path) -> Storage:
    """Return the preferred storage; the others have no effect."""
    here = Storage("LocalStorage", {"storage_path": str((data / "blobs").absolute())})
    given = read.values.get(STORAGE_CONFIG)
    if given is None:
        if STORAGE_PREFERENCE in read.values and STORAGE_CONFIG not in _faulty(read):
            read.mistake(STORAGE_PREFERENCE, f"{STORAGE_PREFERENCE} needs {STORAGE_CONFIG}")
        return here
    preferred = _preferred(read, list(given))
    if preferred is None:
        return here
    read.inert += [f"{STORAGE_CONFIG}.{name}" for name in given if name != preferred]
    engine, arguments = given[preferred]
    if engine not in OFFERED:
        known = ", ".join(OFFERED)
        read.mistake(
            STORAGE_CONFIG, f"{STORAGE_CONFIG}.{preferred}: {engine} is not offered yet; offered are {known}"
        )
    return Storage(engine, arguments)


def _preferred(read: Read, storages: list[str]) -> str | None:
    wanted = read.values.get(STORAGE_PREFERENCE)
    if wanted is None:
        if len(storages) == 1 or STORAGE_PREFERENCE in _faulty(read):
            return storages[0]
        read.mistake(STORAGE_CONFIG, f"{STORAGE_PREFERENCE} must say which of {', '.join(storages)}")
        return None
    unknown = [name for name in wanted if name not in storages]
    if unknown or not wanted:
        near = nearest(unknown[0], storages) if unknown else None
        hint = f": did you mean {near}?" if near else ""
        read.mistake(
            STORAGE_PREFERENCE, f"{STORAGE_PREFERENCE}: expected names of {', '.join(storages)}{hint}"
        )
        return None
    return str(wanted[0])


def _faulty(read: Read) -> set[str]:
    """Return the keys that are wrong by themselves, so that no further mistake follows from them."""
    return {mistake.key for mistake in read.mistakes}
