"""The settings of the registry's core, with unit, default and reason. The loader is in ``loader``.

Names are Quay's where Quay has the setting; the loader maps them. Durations are seconds, sizes bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Storage(msgspec.Struct, frozen=True):
    """One storage engine: Quay's engine name and its arguments (``DISTRIBUTED_STORAGE_CONFIG``)."""

    engine: str
    arguments: dict[str, Any]

    def __repr__(self) -> str:
        return f"Storage({self.engine!r})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the composition root needs to build a server, a worker or a command."""

    data: Path
    """``--data``: directory of the embedded store, keys and certificates."""
    database: str
    """SQLAlchemy URL, ``DB_URI``; without a config file SQLite under ``data``."""
    storage: Storage
    """The first of ``DISTRIBUTED_STORAGE_PREFERENCE`` as ``DISTRIBUTED_STORAGE_CONFIG`` has it; without a config
    file ``LocalStorage`` under ``data``."""
    server_hostname: str = ""
    """``SERVER_HOSTNAME``: public host[:port]; empty: each request's own Host header."""
    url_scheme: str = ""
    """``PREFERRED_URL_SCHEME``: http or https; empty: as each request came."""
    proxy_count: int = 0
    """``PROXY_COUNT``: trusted hops whose X-Forwarded headers count. 0: none (Quay: 1, since it ships nginx)."""
    workers: int = 0
    """``WORKER_COUNT``: server processes; 0: one a core, at most 4."""
    proxy_storage: bool = False
    """``FEATURE_PROXY_STORAGE``: send blobs of object stores through the server, not by redirect."""
    sparse: bool = False
    """``FEATURE_SPARSE_INDEX``: accept manifests whose blobs or children are absent."""
    create_private: bool = True
    """``CREATE_PRIVATE_REPO_ON_PUSH``: what a push creates is private."""
    anonymous_access: bool = True
    """``FEATURE_ANONYMOUS_ACCESS``: public repositories may be read without a login."""
    user_initialize: bool = False
    """``FEATURE_USER_INITIALIZE``: the first user may be made over HTTP. On when there is no config file."""
    set_up_token: str = ""
    """``CHARTHOUSE_SET_UP_TOKEN``: opens user/initialize to peers that are not loopback; made at start when there
    is no config file."""
    super_users: tuple[str, ...] = ()
    """``SUPER_USERS``; without a config file the first user is one."""
    maximum_blob: int = 20 * 1024**4
    """``MAXIMUM_LAYER_SIZE``: bytes of one blob (Quay: 20G; here 20 TiB, in effect the disk)."""
    maximum_manifest: int = 8 * 1024**2
    """``CHARTHOUSE_MAXIMUM_MANIFEST``: bytes of one manifest; the specification asks for at least 4 MiB."""
    cache_bytes: int = 256 * 1024**2
    """``CHARTHOUSE_CACHE_BYTES``: memory that each server process may spend on cached manifests."""
    token_seconds: int = 3600
    """``CHARTHOUSE_TOKEN_SECONDS``: life of a registry token (Quay: one hour). Revocation does not wait for it."""
    refresh_token_seconds: int = 30 * 86400
    """``CHARTHOUSE_REFRESH_TOKEN_SECONDS``: life of a refresh token of the OAuth2 form."""
    collection_grace: int = 3600
    """``PUSH_TEMP_TAG_EXPIRATION_SEC``: seconds that a blob is kept from collection after a HEAD, mount or 201."""
    untagged_window: int = 14 * 86400
    """``DEFAULT_TAG_EXPIRATION``: seconds that hidden tags and untagged manifests are kept."""
    collection_interval: int = 30
    """``GARBAGE_COLLECTION_FREQUENCY``: seconds between collections."""
    collection: bool = True
    """``FEATURE_GARBAGE_COLLECTION``."""
    upload_seconds: int = 2 * 86400
    """``CHARTHOUSE_UPLOAD_SECONDS``: seconds after which an untouched upload is dropped (Quay: two days)."""
    pull_log: str = "batched"
    """``CHARTHOUSE_PULL_LOG``: off; batched: written every second, so a crash loses at most one; strict: before
    each answer."""
    access_log: str = "text"
    """``CHARTHOUSE_ACCESS_LOG``: off, text or json."""
    library_namespace: str = ""
    """``LIBRARY_NAMESPACE``: where names without a namespace go; empty: they are refused."""
    database_secret_key: str = ""
    """``DATABASE_SECRET_KEY``: encrypts what the database must be able to show again (signing keys)."""
    inert: tuple[str, ...] = ()
    """Keys that were given and have no effect yet; a start names them."""

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in _SECRET)
        return f"Settings({', '.join(shown)})"


_SECRET = frozenset({"database", "set_up_token", "database_secret_key"})
