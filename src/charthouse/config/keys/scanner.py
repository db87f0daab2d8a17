"""Keys of the vulnerability scanner (Clair)."""

from __future__ import annotations

from ..key import Inert, Key, LeftOut
from ..shapes import listing, names
from ..values import choice, duration, flag, number, secret, size, text, web

_LATER = Inert("vulnerability scans")
_OLD = LeftOut("Clair before version 4 is not spoken to")
_SEVERITY = choice("Critical", "High", "Medium", "Low", "Negligible", "Unknown", "Defcon1")

KEYS = (
    Key("FEATURE_SECURITY_SCANNER", flag, "Images are scanned.", quay=False, status=_LATER),
    Key("SECURITY_SCANNER_V4_ENDPOINT", web, "Address of Clair.", quay=None, status=_LATER),
    Key("SECURITY_SCANNER_V4_PSK", secret, "Key shared with it, in base64.", quay=None, status=_LATER),
    Key("FEATURE_SECURITY_NOTIFICATIONS", flag, "News of it are passed on.", quay=False, status=_LATER),
    Key("SECURITY_SCANNER_INDEXING_INTERVAL", duration(1), "Time between rounds.", quay=30, status=_LATER),
    Key(
        "SECURITY_SCANNER_V4_NAMESPACE_WHITELIST",
        names,
        "Namespaces that are always scanned.",
        quay=[],
        status=Inert("vulnerability scans", as_is=()),
    ),
    Key(
        "SECURITY_SCANNER_V4_REINDEX_THRESHOLD",
        duration(),
        "Time before a manifest is scanned again.",
        quay=300,
        status=_LATER,
    ),
    Key(
        "SECURITY_SCANNER_ISSUER_NAME",
        text,
        "Issuer of tokens for it.",
        quay="security_scanner",
        status=_LATER,
    ),
    Key(
        "FEATURE_SECURITY_SCANNER_NOTIFY_ON_NEW_INDEX",
        flag,
        "People are told of a first scan.",
        quay=True,
        since="3.9",
        status=_LATER,
    ),
    Key(
        "NOTIFICATION_MIN_SEVERITY_ON_NEW_INDEX",
        _SEVERITY,
        "From which severity on.",
        quay="High",
        since="3.12",
        status=_LATER,
    ),
    Key(
        "SECURITY_SCANNER_V4_INDEX_MAX_LAYER_SIZE",
        size(),
        "Bytes of a layer that is still scanned.",
        quay=None,
        since="3.9",
        status=_LATER,
    ),
    Key(
        "SECURITY_SCANNER_V4_MANIFEST_CLEANUP",
        flag,
        "Clair forgets manifests that are gone.",
        quay=True,
        since="3.10",
        status=_LATER,
    ),
    Key(
        "SECURITY_SCANNER_V4_INDEXING",
        flag,
        "Clair's version 4 scans.",
        quay=None,
        since="3.18",
        status=_LATER,
    ),
    Key(
        "FEATURE_SECURITY_SCANNER_V2",
        flag,
        "The newer worker scans.",
        quay=False,
        since="3.18",
        status=_LATER,
    ),
    Key("SECURITY_SCANNER_V2_BATCH_SIZE", number(1), "Its step.", quay=50, since="3.18", status=_LATER),
    Key(
        "SECURITY_SCANNER_V2_INDEXING_INTERVAL",
        duration(1),
        "Its rhythm.",
        quay=30,
        since="3.18",
        status=_LATER,
    ),
    Key("SECURITY_SCANNER_MAX_SCAN_RETRIES", number(), "Attempts.", quay=5, since="master", status=_LATER),
    Key("SECURITY_SCANNER_ENDPOINT", web, "Address of an older Clair.", quay=None, status=_OLD),
    Key("SECURITY_SCANNER_ENDPOINT_BATCH", web, "Address for its posts.", quay=None, status=_OLD),
    Key("SECURITY_SCANNER_INDEXING_MIN_ID", number(), "First image that is scanned.", quay=None, status=_OLD),
    Key("SECURITY_SCANNER_API_VERSION", text, "Version of its API.", quay="v1", status=_OLD),
    Key("SECURITY_SCANNER_ENGINE_VERSION_TARGET", number(), "Version of its engine.", quay=3, status=_OLD),
    Key("SECURITY_SCANNER_API_TIMEOUT_SECONDS", duration(), "Time of an answer.", quay=10, status=_OLD),
    Key(
        "SECURITY_SCANNER_API_TIMEOUT_POST_SECONDS", duration(), "The same of a post.", quay=480, status=_OLD
    ),
    Key(
        "SECURITY_SCANNER_READONLY_FAILOVER_ENDPOINTS", listing(web), "Other addresses.", quay=[], status=_OLD
    ),
    Key("SECURITY_SCANNER_NOTIFICATIONS", flag, "It sends news.", quay=None, status=_OLD),
)
