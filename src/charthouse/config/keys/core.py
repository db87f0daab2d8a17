"""Keys of the server: addresses, processes, first user, bounds of requests and memory, logs of its own."""

from __future__ import annotations

from pathlib import Path

from ..key import Area, Guarded, Key, LeftOut, only
from ..shapes import names
from ..values import choice, duration, flag, host, number, secret, size
from .storage import Storage


class Core(Area, frozen=True, kw_only=True):
    """What every process needs. Durations are seconds, sizes bytes."""

    data: Path
    """``--data``: directory of the embedded store, keys and certificates."""
    database: str
    storage: Storage
    server_hostname: str = ""
    url_scheme: str = ""
    proxy_count: int = 0
    workers: int = 0
    proxy_storage: bool = False
    sparse: bool = False
    create_private: bool = True
    anonymous_access: bool = True
    user_initialize: bool = False
    set_up_token: str = ""
    set_up_token_made: bool = False
    """The start has made it up and tells it; one that was given is told nobody."""
    maximum_blob: int = 20 * 1024**4
    maximum_manifest: int = 8 * 1024**2
    cache_bytes: int = 256 * 1024**2
    token_seconds: int = 3600
    refresh_token_seconds: int = 30 * 86400
    collection_grace: int = 3600
    collection_interval: int = 30
    collection: bool = True
    upload_seconds: int = 2 * 86400
    pull_log: str = "batched"
    access_log: str = "text"
    library_namespace: str = ""
    database_secret_key: str = ""
    inert: tuple[str, ...] = ()
    """Keys that were given and have no effect; a start names them."""


_FIPS = "no certified module is used (passwords are hashed with argon2): run Quay where that is a must"
_TLS = "1.2 and 1.3 are offered here and that can't be changed: leave the key out, or end TLS in a proxy before it"


def _has_our_floor(versions: tuple[str, ...]) -> bool:
    """Tell whether TLS 1.2 was asked for: with less in the list we are stricter, without it laxer."""
    return "TLSv1.2" in versions


KEYS = (
    Key(
        "SERVER_HOSTNAME",
        host,
        "Public host[:port], without a scheme. Empty: each request's own Host header.",
        field="server_hostname",
        quay="localhost:5000",
        why="one machine is reached by several names",
    ),
    Key(
        "PREFERRED_URL_SCHEME",
        choice("http", "https"),
        "Scheme of addresses that the registry makes. Empty: as each request came.",
        field="url_scheme",
        quay="http",
        why="a request tells it",
    ),
    Key(
        "PROXY_COUNT",
        number(),
        "Trusted hops before the server whose X-Forwarded headers count.",
        field="proxy_count",
        quay=1,
        why="Quay's container has a proxy of its own; here nobody's headers are trusted unless told",
    ),
    Key(
        "WORKER_COUNT",
        number(),
        "Server processes; 0: one a core, at most 4.",
        field="workers",
        quay=None,
        environment=True,
    ),
    Key(
        "FEATURE_USER_INITIALIZE",
        flag,
        "The first user may be made over HTTP. On when there is no configuration file.",
        field="user_initialize",
        quay=False,
    ),
    Key(
        "MAXIMUM_LAYER_SIZE",
        size(1),
        "Bytes of one blob.",
        field="maximum_blob",
        quay="20G",
        why="the disk is the limit: models and data sets are larger",
    ),
    Key(
        "SECRET_KEY",
        secret,
        "A secret of this installation, the same for all replicas: lists seal under it where their next page begins,"
        " unless `PAGE_TOKEN_KEY` is set. Sessions need none: their cookies are random.",
        field="sessions.secret_key",
        quay=None,
    ),
    Key(
        "REGISTRY_STATE",
        choice("normal", "readonly"),
        "`readonly`: nothing in the registry can be changed.",
        field="repositories.state",
        quay="normal",
    ),
    Key(
        "DISABLE_PUSHES",
        flag,
        "Pushes by /v2 answer 405; the REST API goes on.",
        field="repositories.pushes_disabled",
        quay=False,
        since="3.13",
    ),
    Key("FEATURE_FIPS", flag, "Only hash functions of FIPS 140.", quay=False, status=only(False, _FIPS)),
    Key(
        "EXTERNAL_TLS_TERMINATION",
        flag,
        "TLS ends in a proxy before the server.",
        quay=False,
        status=LeftOut("`PROXY_COUNT` says how many hops to trust, and they say the scheme"),
    ),
    Key(
        "SETUP_COMPLETE",
        flag,
        "The configuration is final.",
        quay=None,
        status=LeftOut("a configuration is final once a server starts with it", as_is=True),
    ),
    Key(
        "TESTING",
        flag,
        "Mail and webhooks are not really sent.",
        quay=True,
        status=LeftOut("there is no such mode", as_is=False),
    ),
    Key(
        "SSL_CIPHERS",
        names,
        "Cipher suites of the proxy in Quay's container.",
        quay=None,
        status=LeftOut("only suites without known weakness are offered"),
    ),
    Key(
        "SSL_PROTOCOLS",
        names,
        "Versions of TLS that are offered.",
        quay=None,
        status=Guarded(_has_our_floor, "a list with TLSv1.2", _TLS, {"contains": {"const": "TLSv1.2"}}),
    ),
    Key(
        "FEATURE_LISTEN_IP_VERSION",
        choice("IPv4", "IPv6", "dual-stack"),
        "What the server listens on.",
        quay="IPv4",
        since="3.8",
        status=LeftOut("`charthouse serve --host` says it (`::` for both)"),
    ),
    Key(
        "FEATURE_RATE_LIMITS",
        flag,
        "Requests of one client are bounded, as in Quay's proxy.",
        quay=False,
        status=only(
            False, "requests would not be bounded (logins always are): bound them in the proxy before it"
        ),
    ),
    Key(
        "CHARTHOUSE_SET_UP_TOKEN",
        secret,
        "Opens `user/initialize` to peers that are not on this machine; made at start when there is no file.",
        field="set_up_token",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_MAXIMUM_MANIFEST",
        size(4 * 1024**2),
        "Bytes of one manifest; the specification asks for at least 4 MiB.",
        field="maximum_manifest",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CACHE_BYTES",
        size(),
        "Memory that each server process may spend on cached manifests.",
        field="cache_bytes",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_UPLOAD_SECONDS",
        duration(60),
        "Time after which an untouched upload is dropped, as in Quay two days.",
        field="upload_seconds",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_PULL_LOG",
        choice("off", "batched", "strict"),
        "How pulls are counted. `batched`: written every second, so that a crash loses at most one; `strict`:"
        " before each answer.",
        field="pull_log",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_ACCESS_LOG",
        choice("off", "text", "json"),
        "One line a request on standard output; `json` makes the other logs JSON too.",
        field="access_log",
        environment=True,
    ),
)
