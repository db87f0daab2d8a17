"""Keys of content from other registries: proxy cache and mirroring."""

from __future__ import annotations

from ..key import Inert, Key
from ..values import duration, flag, host, number, size

_PROXY = Inert("proxy cache")
_MIRROR = Inert("repository mirroring")
_ORGANIZATIONS = Inert("organization mirroring")

KEYS = (
    Key("FEATURE_PROXY_CACHE", flag, "Organizations may cache another registry.", quay=False, status=_PROXY),
    Key(
        "FEATURE_PROXY_CACHE_BLOB_DOWNLOAD",
        flag,
        "Blobs are fetched in the background.",
        quay=True,
        since="3.15",
        status=_PROXY,
    ),
    Key(
        "FEATURE_REPO_MIRROR", flag, "Repositories may follow another registry's.", quay=False, status=_MIRROR
    ),
    Key("REPO_MIRROR_INTERVAL", duration(1), "Time between two looks for work.", quay=30, status=_MIRROR),
    Key(
        "REPO_MIRROR_TLS_VERIFY",
        flag,
        "The certificate of this registry is checked while mirroring into it.",
        quay=True,
        status=Inert("repository mirroring", as_is=True),
    ),
    Key("REPO_MIRROR_SERVER_HOSTNAME", host, "Where this registry is for that.", quay=None, status=_MIRROR),
    Key(
        "REPO_MIRROR_ROLLBACK",
        flag,
        "A mirroring that fails half-way is undone.",
        quay=False,
        status=Inert("repository mirroring", as_is=False),
    ),
    Key(
        "REPO_MIRROR_MAX_MANIFEST_LIST_SIZE",
        size(),
        "Bytes of an index.",
        quay=10_485_760,
        since="3.17",
        status=_MIRROR,
    ),
    Key(
        "REPO_MIRROR_MAX_MANIFEST_ENTRIES",
        number(),
        "Entries of an index.",
        quay=1000,
        since="3.17",
        status=_MIRROR,
    ),
    Key(
        "FEATURE_ORG_MIRROR",
        flag,
        "Organizations may follow another registry's.",
        quay=False,
        since="3.17",
        status=_ORGANIZATIONS,
    ),
    Key(
        "ORG_MIRROR_INTERVAL",
        duration(1),
        "Time between two looks for work.",
        quay=30,
        since="3.17",
        status=_ORGANIZATIONS,
    ),
    Key(
        "ORG_MIRROR_MAX_DISCOVERY_DURATION",
        duration(1),
        "Time that finding repositories may take.",
        quay=1800,
        since="3.17",
        status=_ORGANIZATIONS,
    ),
)
