"""Keys of the storage of blobs, and the arguments of Quay's engines."""

from __future__ import annotations

from typing import Any

import msgspec

from ..key import Inert, Key, LeftOut
from ..shapes import anything, mapping, names, table, tagged
from ..values import Kind, choice, decimal, duration, flag, number, port, secret, text, web


class Storage(msgspec.Struct, frozen=True):
    """One storage engine: Quay's engine name and its arguments (``DISTRIBUTED_STORAGE_CONFIG``)."""

    engine: str
    arguments: dict[str, Any]

    def __repr__(self) -> str:
        return f"Storage({self.engine!r})"


STORAGE_CONFIG = "DISTRIBUTED_STORAGE_CONFIG"
STORAGE_PREFERENCE = "DISTRIBUTED_STORAGE_PREFERENCE"

_SIGNATURE = {"signature_version": choice("s3v4", "v4")}
_S3: dict[str, Kind] = {
    "storage_path": text,
    "s3_bucket": text,
    "s3_access_key": secret,
    "s3_secret_key": secret,
    "aws_session_token": secret,
    "s3_region": text,
    "host": text,
    "port": port,
    "endpoint_url": web,
    "maximum_chunk_size_gb": decimal(),
    "minimum_chunk_size_mb": number(),
    **_SIGNATURE,
}
_BUCKET = ("storage_path", "s3_bucket")
_STS: dict[str, Kind] = {
    name: kind for name, kind in _S3.items() if name not in {"s3_access_key", "s3_secret_key", "host", "port"}
} | {"sts_role_arn": text, "sts_user_access_key": secret, "sts_user_secret_key": secret}
_RADOS: dict[str, Kind] = {
    "hostname": text,
    "is_secure": flag,
    "storage_path": text,
    "access_key": secret,
    "secret_key": secret,
    "bucket_name": text,
    "port": port,
    "region_name": text,
    "minimum_chunk_size_mb": number(),
    "maximum_chunk_size_mb": number(),
    "server_side_assembly": flag,
    **_SIGNATURE,
}
_RADOS_NEEDS = ("hostname", "is_secure", "storage_path", "access_key", "secret_key", "bucket_name")
_RADOS_GATEWAY = mapping(_RADOS, _RADOS_NEEDS)
_GOOGLE: dict[str, Kind] = {
    "storage_path": text,
    "access_key": secret,
    "secret_key": secret,
    "bucket_name": text,
    "boto_timeout": decimal(),
    "minimum_chunk_size_mb": number(),
    **_SIGNATURE,
}
_AZURE: dict[str, Kind] = {
    "storage_path": text,
    "azure_container": text,
    "azure_account_name": text,
    "azure_account_key": secret,
    "sas_token": secret,
    "endpoint_url": web,
}
_SWIFT: dict[str, Kind] = {
    "swift_container": text,
    "storage_path": text,
    "auth_url": web,
    "swift_user": text,
    "swift_password": secret,
    "auth_version": number(1, 3),
    "os_options": mapping({}, rest=anything),
    "ca_cert_path": text,
    "temp_url_key": secret,
    "simple_path_concat": flag,
    "connect_timeout": number(),
    "retry_count": number(),
    "retry_on_ratelimit": flag,
}
_CLOUDFRONT: dict[str, Kind] = _S3 | {
    "cloudfront_distribution_domain": text,
    "cloudfront_key_id": secret,
    "cloudfront_privatekey_filename": text,
    "cloudfront_distribution_org_overrides": mapping({}, rest=anything),
}
_CLOUDFLARE: dict[str, Kind] = _S3 | {"cloudflare_domain": text, "cloudflare_privatekey_filename": text}
_AKAMAI: dict[str, Kind] = _S3 | {"akamai_domain": text, "akamai_shared_secret": secret}

ENGINES: dict[str, Kind] = {
    "LocalStorage": mapping({"storage_path": text}, ["storage_path"]),
    "S3Storage": mapping(_S3, _BUCKET),
    "STSS3Storage": mapping(_STS, [*_BUCKET, "sts_role_arn"]),
    "GoogleCloudStorage": mapping(_GOOGLE, ["storage_path", "access_key", "secret_key", "bucket_name"]),
    "AzureStorage": mapping(_AZURE, ["storage_path", "azure_container", "azure_account_name"]),
    "RadosGWStorage": _RADOS_GATEWAY,
    "RHOCSStorage": _RADOS_GATEWAY,
    "IBMCloudStorage": _RADOS_GATEWAY,
    "SwiftStorage": mapping(
        _SWIFT, ["swift_container", "storage_path", "auth_url", "swift_user", "swift_password"]
    ),
    "CloudFrontedS3Storage": mapping(
        _CLOUDFRONT,
        [
            *_BUCKET,
            "s3_region",
            "cloudfront_distribution_domain",
            "cloudfront_key_id",
            "cloudfront_privatekey_filename",
        ],
    ),
    "CloudFlareStorage": mapping(
        _CLOUDFLARE, [*_BUCKET, "cloudflare_domain", "cloudflare_privatekey_filename"]
    ),
    "AkamaiS3Storage": mapping(_AKAMAI, [*_BUCKET, "akamai_domain", "akamai_shared_secret"]),
    "MultiCDNStorage": mapping({}, rest=anything),
}
"""Quay's engines by name, with the kind of their arguments."""

OFFERED = (
    "LocalStorage",
    "S3Storage",
    "GoogleCloudStorage",
    "AzureStorage",
    "RadosGWStorage",
    "RHOCSStorage",
    "IBMCloudStorage",
)
"""The engines that ``engines/blobs`` has."""

_REPLICATION = "geo-replication"
_BUILDS = "builds"
_LOGS = "action logs"

KEYS = (
    Key(
        STORAGE_CONFIG,
        table(tagged(ENGINES, "storage engine"), "expected a name with [engine, arguments] for each storage"),
        f"Storages by a name of yours, each `[engine, arguments]`. Offered are {', '.join(OFFERED)}; without the"
        " key, a directory under `--data`.",
        field="storage",
        quay=None,
    ),
    Key(
        STORAGE_PREFERENCE,
        names,
        "Which storage is used: the first; the others have no effect yet.",
        field="storage",
        quay=None,
    ),
    Key(
        "FEATURE_PROXY_STORAGE",
        flag,
        "Blobs of object stores are sent through the server, not by redirect.",
        field="proxy_storage",
        quay=False,
    ),
    Key(
        "DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS",
        names,
        "Storages that every blob must be copied to.",
        quay=None,
        status=Inert(_REPLICATION, as_is=()),
    ),
    Key(
        "FEATURE_STORAGE_REPLICATION",
        flag,
        "Blobs are copied to all storages.",
        quay=False,
        status=Inert(_REPLICATION),
    ),
    Key(
        "STORAGE_REPLICATION_PROCESSING_SECONDS",
        duration(1),
        "Time that one copy may take.",
        quay=1200,
        status=Inert(_REPLICATION),
    ),
    Key(
        "USERFILES_LOCATION",
        text,
        "Storage of uploaded build contexts.",
        quay="local_us",
        status=Inert(_BUILDS),
    ),
    Key("USERFILES_PATH", text, "Where they lie there.", quay="userfiles/", status=Inert(_BUILDS)),
    Key("LOG_ARCHIVE_LOCATION", text, "Storage of old build logs.", quay="local_us", status=Inert(_BUILDS)),
    Key("LOG_ARCHIVE_PATH", text, "Where they lie there.", quay="logarchive/", status=Inert(_BUILDS)),
    Key(
        "ACTION_LOG_ARCHIVE_LOCATION",
        text,
        "Storage of old action logs.",
        quay="local_us",
        status=Inert(_LOGS),
    ),
    Key(
        "ACTION_LOG_ARCHIVE_PATH",
        text,
        "Where they lie there.",
        quay="actionlogarchive/",
        status=Inert(_LOGS),
    ),
    Key(
        "CLEAN_BLOB_UPLOAD_FOLDER",
        flag,
        "Abandoned uploads are removed from the storage.",
        quay=False,
        status=LeftOut("they always are, see `CHARTHOUSE_UPLOAD_SECONDS`", as_is=True),
    ),
    Key(
        "BLOBUPLOAD_CLEANUP_FREQUENCY",
        duration(1),
        "Time between two such sweeps.",
        quay=3600,
        status=LeftOut("the sweep has its own rhythm"),
    ),
    Key(
        "FEATURE_ENABLE_STALE_MPU_CLEANUP",
        flag,
        "Unfinished multipart uploads of S3 are removed.",
        quay=False,
        since="master",
        status=LeftOut("they always are", as_is=True),
    ),
)
