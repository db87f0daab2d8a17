"""Keys of Redis: build logs, live events, pull counts, and a shared cache."""

from __future__ import annotations

from ..key import Inert, Key, LeftOut
from ..shapes import anything, listing, mapping
from ..values import Kind, choice, duration, flag, number, port, secret, size, text

_FIELDS: dict[str, Kind] = {
    "host": text,
    "port": port,
    "username": text,
    "password": secret,
    "ssl": flag,
    "db": number(),
    "ssl_ca_certs": text,
}
SERVER = mapping(_FIELDS, ["host"], rest=anything)
"""One Redis server; Quay hands other fields to its client, so they are no mistakes."""

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
