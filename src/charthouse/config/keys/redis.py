"""Keys of Redis: build logs, live events, pull counts, and a shared cache."""

from __future__ import annotations

from ..key import Inert, Key, LeftOut
from ..shapes import anything, document, listing, mapping
from ..values import Kind, choice, decimal, duration, flag, number, port, secret, size, text

_FIELDS: dict[str, Kind] = {
    "host": text,
    "port": port,
    "username": text,
    "password": secret,
    "db": number(),
    "ssl": flag,
    "ssl_ca_certs": text,
    "ssl_ca_path": text,
    "ssl_ca_data": text,
    "ssl_cert_reqs": choice("none", "optional", "required"),
    "ssl_check_hostname": flag,
    "ssl_certfile": text,
    "ssl_keyfile": text,
    "ssl_password": secret,
    "ssl_min_version": text,
    "ssl_ciphers": text,
    "ssl_validate_ocsp": flag,
    "ssl_validate_ocsp_stapled": flag,
    "unix_socket_path": text,
    "socket_timeout": decimal(),
    "socket_connect_timeout": decimal(),
    "socket_keepalive": flag,
    "socket_keepalive_options": document,
    "retry_on_timeout": flag,
    "retry_on_error": listing(text),
    "max_connections": number(1),
    "single_connection_client": flag,
    "health_check_interval": decimal(),
    "client_name": text,
    "protocol": number(2, 3),
    "encoding": text,
    "encoding_errors": text,
    "decode_responses": flag,
    "charset": text,
    "errors": text,
}
"""Quay hands all fields to its client (redis-py), so these are the client's arguments."""
SERVER = mapping(_FIELDS, ["host"])
"""One Redis server."""

_CACHE: dict[str, Kind] = {
    "engine": choice("noop", "inmemory", "memcached", "redis", "rediscluster"),
    "endpoint": listing(anything, 2, 2),
    "redis_config": mapping(
        {
            "primary": SERVER,
            "replica": SERVER,
            "startup_nodes": listing(SERVER, 1),
            "password": secret,
            "ssl": flag,
            "read_from_replicas": flag,
            "skip_full_coverage_check": flag,
        },
        rest=anything,
    ),
    "value_size_limit": size(),
    "repository_blob_cache_ttl": duration(),
    "catalog_page_cache_ttl": duration(),
    "active_repo_tags_cache_ttl": duration(),
    "namespace_geo_restrictions_cache_ttl": duration(),
}
_EVENTS = "live events of the console"

KEYS = (
    Key(
        "BUILDLOGS_REDIS",
        SERVER,
        "Redis for the logs of running builds: `host`, `port`, `password`, `ssl`, `db`.",
        quay={"host": "localhost"},
        status=Inert("builds"),
    ),
    Key(
        "USER_EVENTS_REDIS",
        SERVER,
        "Redis for what the console is told as it happens.",
        quay={"host": "localhost"},
        status=Inert(_EVENTS),
    ),
    Key(
        "PULL_METRICS_REDIS",
        SERVER,
        "Redis that gathers pull counts.",
        quay=None,
        since="3.16",
        status=LeftOut("pulls are counted in the database, in batches; see `CHARTHOUSE_PULL_LOG`"),
    ),
    Key(
        "DATA_MODEL_CACHE_CONFIG",
        mapping(_CACHE, ["engine"], rest=anything),
        "Cache that all servers share.",
        quay={"engine": "memcached", "endpoint": ["127.0.0.1", 18080]},
        status=LeftOut(
            "each server process has a cache of its own that is never stale; see `CHARTHOUSE_CACHE_BYTES`"
        ),
    ),
    Key(
        "FEATURE_USER_EVENTS",
        flag,
        "The console is told what happens.",
        quay=True,
        since="3.15",
        status=Inert(_EVENTS),
    ),
)
